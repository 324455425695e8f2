"""Validates the settings of a fit, from the page and from the API."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from explorer.inversion import DEFAULT, OPTIMIZERS, SPACES
from explorer.models import discriminates
from explorer.page.shared.checks import FieldError, choice, number, whole
from explorer.page.shared.studio import LARGEST_SEED, Studio

STEPS, RESTARTS, RATE = (1, 2000), (1, 32), (1e-5, 10.0)


MASK_CELLS = 16  # a mask has MASK_CELLS x MASK_CELLS cells


def mask_of(hidden: Any, size: int) -> Tensor | None:
    """Convert a list of MASK_CELLS^2 cells, 1 for those left out, to a mask (size, size) that is 0 there; None if no cell is 1."""
    if hidden is None:
        return None
    if not isinstance(hidden, list) or len(hidden) != MASK_CELLS**2 or any(isinstance(cell, bool) or cell not in (0, 1) for cell in hidden):
        raise FieldError("left-out part", "something else", f"{MASK_CELLS**2} cells of 0 or 1")
    cells = torch.tensor(hidden, dtype=torch.float32).view(1, 1, MASK_CELLS, MASK_CELLS)
    if not cells.any():
        return None
    if cells.all():
        raise FieldError("left-out part", "the whole picture", "at least one cell that counts")
    return 1 - F.interpolate(cells, size=(size, size), mode="nearest")[0, 0]


def check_perceptual(options: dict[str, Any], mask: Tensor | None) -> None:
    """Reject the perceptual loss together with a mask, because a feature depends on pixels on both sides of the mask's edge."""
    if mask is not None and options["perceptual"]:
        raise FieldError(
            "perceptual", options["perceptual"], "0 (the perceptual loss cannot be used while a part of the picture is left out)"
        )


def check_supported(studio: Studio, model: str, options: dict[str, Any]) -> None:
    """Reject a search in the extended space, and the perceptual loss, for a model that does not support them."""
    if options["space"] == "extended" and studio.extended_size(model) is None:
        raise FieldError("space", "extended", f"latent: {model} cannot be run in two parts")
    if options["perceptual"] and not discriminates(studio.model(model)):
        raise FieldError("perceptual", options["perceptual"], f"0: {model} has no discriminator")


def supported(studio: Studio, model: str, options: dict[str, Any]) -> dict[str, Any]:
    """The options without those that a model does not support, whose controls the page hides."""
    space = options["space"] if studio.extended_size(model) is not None else "latent"
    return {**options, "space": space, "perceptual": options["perceptual"] if discriminates(studio.model(model)) else 0.0}


def fit_options(optimizer: Any, steps: Any, restarts: Any, rate: Any, perceptual: Any, seed: Any, space: Any = "latent") -> dict[str, Any]:
    """Validate the keyword arguments of `inversion.fit`. None is replaced by the optimiser's default."""
    optimizer = choice("optimizer", DEFAULT if optimizer is None else optimizer, list(OPTIMIZERS))
    defaults = OPTIMIZERS[optimizer]
    if rate is not None and defaults.learning_rate is None:
        raise FieldError("learning rate", rate, f"none, as {defaults.label} finds its own step lengths")
    rate = defaults.learning_rate if rate is None else rate
    return {
        "optimizer": optimizer,
        "steps": whole("steps", defaults.steps if steps is None else steps, *STEPS),
        "restarts": whole("restarts", defaults.restarts if restarts is None else restarts, *RESTARTS),
        "learning_rate": None if rate is None else number("learning rate", rate, *RATE),
        "perceptual": number("perceptual", perceptual, 0, 1),
        "seed": whole("seed of the search", seed, 0, LARGEST_SEED),
        "space": choice("space", space, SPACES),
    }
