"""What makes a checkpoint: data, losses, recipes and the one loop that runs them. `python -m train --help` lists the recipes."""
