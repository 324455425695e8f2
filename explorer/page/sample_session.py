"""The state of a visit to the Sample tab, and its form in a link: the model, the first seed, how many, and what the model is told."""

from __future__ import annotations

from typing import Any

from ..codes import TEMPERATURES
from . import conditions
from .checks import choice, number, whole
from .links import pack
from .studio import SEEDS, TRUNCATION, Studio

NAME = "Sample"
COUNT = (1, 64)


def opening(studio: Studio, model: str | None = None) -> dict[str, Any]:
    """The state of a visit that begins."""
    model = model or studio.unprompted[0]
    label = conditions.opening(studio, model)
    return {"model": model, "seed": 0, "count": 12, "label": label, "truncation": None, "temperature": 1.0}


def settings(studio: Studio, model: Any, seed: Any, count: Any, label: Any, truncation: Any, temperature: Any) -> dict[str, Any]:
    """The state with these values, each checked; what a model does not take is at rest."""
    model = choice("model", model, studio.unprompted)
    limit = number("truncation", truncation, *TRUNCATION) if model in studio.generators and truncation is not None else None
    count = whole("how many", count, *COUNT)
    return {
        "model": model,
        "seed": whole("seed", seed, 0, SEEDS + 1 - count),
        "count": count,
        "label": conditions.label(studio, model, label),
        "truncation": None if limit == TRUNCATION[1] else limit,
        "temperature": number("temperature", temperature, *TEMPERATURES) if model in studio.coders else 1.0,
    }


def encode(state: dict[str, Any]) -> str:
    """The state as a short text for a link."""
    return pack(NAME, state)


def decode(studio: Studio, found: dict[str, Any]) -> dict[str, Any]:
    """The state that a link carries.

    Raises:
        FieldError: if it asks for something that there is not.
    """
    return settings(studio, *(found.get(key) for key in opening(studio)))
