"""The state of a visit to the Text to bird tab: the sentence, the seeds, and the sentence to morph to."""

from __future__ import annotations

from typing import Any

from explorer.models.text import visible
from explorer.page.shared.checks import FieldError, whole
from explorer.page.shared.fields import Fields, Model, Number, Seed, State, Text, Whole
from explorer.page.shared.studio import LARGEST_SEED, Studio

SLUG = "birds"
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
    """Validate a sentence, remove its control characters and other invisible characters, and reduce its spaces to single ones.

    Args:
        field: the name of the field in error messages.
        optional: whether the sentence may be empty or None; the result is then "".

    Raises:
        FieldError: if `value` is not a string, or is empty or too long.
    """
    allowed = f"a sentence of at most {LONGEST} characters, such as {FIRST!r}"
    if value is None and optional:
        return ""
    if not isinstance(value, str):
        raise FieldError(field, value, allowed)
    cleaned = "".join(c if c.isprintable() else " " for c in visible(value.encode("utf-8", "replace").decode()))
    cleaned = " ".join(cleaned.split())
    if len(cleaned) > LONGEST or not (cleaned or optional):
        raise FieldError(field, value, allowed)
    return cleaned


def optional_sentence(field: str, value: Any) -> str:
    """`sentence` for a field that may be empty."""
    return sentence(field, value, optional=True)


def _settle(studio: Studio, state: State) -> State:
    """Check that every picture has a valid seed. The pictures of a morph have the same seed, all others have consecutive seeds."""
    whole("seed", state["seed"], 0, LARGEST_SEED if state["other"] else LARGEST_SEED + 1 - state["count"])
    return state


FIELDS = Fields(
    settle=_settle,
    model=Model(slug=SLUG, names=lambda studio: studio.catalogue.illustrators),
    sentence=Text(label="Sentence", default=FIRST, clean=sentence, info="colours, belly, crown, wings, size, bill"),
    seed=Seed(label="First seed"),
    count=Whole(label="How many", default=12, low=1, high=32),
    other=Text(
        label="Morph to",
        clean=optional_sentence,
        info="another sentence; the noise stays the same",
        placeholder="a small blue bird with black wings",
    ),
    augmentation=Number(
        label="Conditioning augmentation", default=1.0, low=0.0, high=3.0, step=0.1, info="0: the sentence as it is; 1: as in training"
    ),
)
