"""The state of a visit to the Sample tab, and its form in a link: the model, the first seed, how many, what the model is told, and what
changes from picture to picture."""

from __future__ import annotations

from typing import Any

from explorer.codes import TEMPERATURES
from explorer.page.shared import conditions
from explorer.page.shared.checks import choice, number, whole
from explorer.page.shared.links import pack
from explorer.page.shared.studio import SEEDS, TRUNCATION, Studio

SLUG = "sample"
COUNT = (1, 64)
VARY = ("seed", "class", "mix")
SHARE = (0.0, 1.0)


def opening(studio: Studio, model: str | None = None) -> dict[str, Any]:
    """The state of a visit that begins."""
    model = model or studio.catalogue.unprompted[0]
    label = conditions.opening(studio, model)
    return {
        "model": model, "seed": 0, "count": 12, "label": label, "truncation": None, "temperature": 1.0,
        "vary": "seed", "other": "", "share": 0.5,
    }  # fmt: skip


def settings(
    studio: Studio,
    model: Any,
    seed: Any,
    count: Any,
    label: Any,
    truncation: Any,
    temperature: Any,
    vary: Any = None,
    other: Any = None,
    share: Any = None,
) -> dict[str, Any]:
    """The state with these values, each checked; what a model does not take is at rest, and so is what is None of the last three.

    Args:
        vary: what changes from picture to picture: "seed"; "class": as many pictures as there are classes; "mix": the share.
        other: a class to mix in, "" for none; only of models that are told one class.
        share: of the other class.
    """
    model = choice("model", model, studio.catalogue.unprompted)
    limit = number("truncation", truncation, *TRUNCATION) if model in studio.catalogue.generators and truncation is not None else None
    count = whole("how many", count, *COUNT)
    label, classes = conditions.label(studio, model, label), studio.classes(model)
    mixable = studio.most(model) == 1 and label != conditions.ANY
    other = choice("mix with", other, ("", *classes)) if other and mixable else ""
    vary = choice("from picture to picture", vary or "seed", VARY)
    vary = vary if {"seed": True, "class": bool(classes), "mix": bool(other)}[vary] else "seed"
    count = len(classes) if vary == "class" else count
    return {
        "model": model,
        "seed": whole("seed", seed, 0, SEEDS + 1 - (count if vary == "seed" else 1)),
        "count": count,
        "label": label,
        "truncation": None if limit == TRUNCATION[1] else limit,
        "temperature": number("temperature", temperature, *TEMPERATURES) if model in studio.catalogue.coders else 1.0,
        "vary": vary,
        "other": other,
        "share": 0.5 if share is None else number("share", share, *SHARE),
    }


def encode(state: dict[str, Any]) -> str:
    """The state as a short text for a link."""
    return pack(SLUG, state)


def decode(studio: Studio, found: dict[str, Any]) -> dict[str, Any]:
    """The state that a link carries.

    Raises:
        FieldError: if it asks for something that there is not.
    """
    first = opening(studio, choice("model", found.get("model"), studio.catalogue.unprompted))
    return settings(studio, *(found.get(key, first[key]) for key in first))
