"""One file per system of the reports: networks, losses and hyper-parameters, each with its source.

A recipe function's parameters are its hyper-parameters; it returns a `train.recipe.Recipe`. `train.command.command`
registers it under the name of the checkpoint that it makes.
"""

from __future__ import annotations

import importlib
import pkgutil

from train.command import COMMANDS, Command


def discover() -> dict[str, Command]:
    """Import every recipe file, so that each registers its commands, and return these by name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return COMMANDS
