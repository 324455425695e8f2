"""The state of a visit to the Text to bird tab, and its form in a link: the sentence, the seeds, and the sentence to morph to."""

from __future__ import annotations

import unicodedata
from typing import Any

from explorer.page.shared.checks import FieldError, choice, number, whole
from explorer.page.shared.links import pack
from explorer.page.shared.studio import SEEDS, Studio

SLUG = "birds"
COUNT = (1, 32)
AUGMENTATION = (0.0, 3.0)
LONGEST = 400  # characters of a sentence
FIRST = "a small red bird with black wings"
EXAMPLES = (
    FIRST,
    "a yellow bird with a black crown",
    "a bird the color of the sea",
    "a big white bird with a long bill on the water",
    "a brown bird with a spotted breast",
)


def sentence(field: str, value: Any, *, optional: bool = False) -> str:
    """A sentence without control characters and with single spaces; "" if it may be left out and is."""
    allowed = f"a sentence of at most {LONGEST} characters, such as {FIRST!r}"
    if value is None and optional:
        return ""
    if not isinstance(value, str):
        raise FieldError(field, value, allowed)
    cleaned = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", value.encode("utf-8", "replace").decode()))
    cleaned = " ".join(cleaned.split())
    if len(cleaned) > LONGEST or not (cleaned or optional):
        raise FieldError(field, value, allowed)
    return cleaned


def opening(studio: Studio) -> dict[str, Any]:
    """The state of a visit that begins."""
    return {"model": studio.catalogue.illustrators[0], "sentence": FIRST, "seed": 0, "count": 12, "other": "", "augmentation": 1.0}


def settings(studio: Studio, model: Any, said: Any, seed: Any, count: Any, other: Any, augmentation: Any) -> dict[str, Any]:
    """The state with these values, each checked."""
    model = choice("model", model, studio.catalogue.illustrators)
    other = sentence("morph to", other, optional=True)
    count = whole("how many", count, *COUNT)
    return {
        "model": model,
        "sentence": sentence("sentence", said),
        "seed": whole("seed", seed, 0, SEEDS if other else SEEDS + 1 - count),
        "count": count,
        "other": other,
        "augmentation": number("conditioning augmentation", augmentation, *AUGMENTATION),
    }


def encode(state: dict[str, Any]) -> str:
    """The state as a short text for a link."""
    return pack(SLUG, state)


def decode(studio: Studio, found: dict[str, Any]) -> dict[str, Any]:
    """The state that a link carries.

    Raises:
        FieldError: if it asks for something that there is not.
    """
    return settings(studio, *(found.get(key, value) for key, value in opening(studio).items()))
