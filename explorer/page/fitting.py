"""The settings of a fit as the page and the API take them, each checked against what is allowed."""

from __future__ import annotations

from typing import Any

from ..inversion import DEFAULT, OPTIMIZERS
from .checks import FieldError, choice, number, whole
from .studio import SEEDS

STEPS, RESTARTS, RATE = (1, 2000), (1, 32), (1e-5, 10.0)


def fit_options(optimizer: Any, steps: Any, restarts: Any, rate: Any, perceptual: Any, seed: Any) -> dict[str, Any]:
    """The keyword arguments of `inversion.fit`; what is None takes the method's own value."""
    optimizer = choice("optimizer", DEFAULT if optimizer is None else optimizer, list(OPTIMIZERS))
    own = OPTIMIZERS[optimizer]
    if rate is not None and own.learning_rate is None:
        raise FieldError("learning rate", rate, f"none, as {own.label} finds its own step lengths")
    rate = own.learning_rate if rate is None else rate
    return {
        "optimizer": optimizer,
        "steps": whole("steps", own.steps if steps is None else steps, *STEPS),
        "restarts": whole("restarts", own.restarts if restarts is None else restarts, *RESTARTS),
        "learning_rate": None if rate is None else number("learning rate", rate, *RATE),
        "perceptual": number("perceptual", perceptual, 0, 1),
        "seed": whole("seed of the search", seed, 0, SEEDS),
    }
