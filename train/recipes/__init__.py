"""One file per kind of model: its losses and hyper-parameters, with their sources.

The parameters of a recipe function are its hyper-parameters, and it returns a `train.recipe.Recipe`. The decorator `train.command.command`
registers it under the name of its checkpoint.
"""

from __future__ import annotations

import importlib
import pkgutil

from train.command import COMMANDS, Command


def discover() -> dict[str, Command]:
    """All commands by name. Importing the recipe files registers them."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return COMMANDS
