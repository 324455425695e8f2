"""What runs in front of a visitor: models, techniques on tensors, and the page. See README.md for the map."""
