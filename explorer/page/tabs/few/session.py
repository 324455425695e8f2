"""The state of a visit to the Few labels tab, and its form in a link.

The state is plain JSON. It has the fields, the visitor's digit (`source`; None for an example), and the weights of the networks that the
visitor has trained (`own`). A link has the fields only: the labels that the visitor gave, not the digit and not the weights.
"""

from __future__ import annotations

from typing import Any

from explorer import digits
from explorer.models.few_labels import COUNTS
from explorer.page.shared.checks import FieldError
from explorer.page.shared.fields import Choice, Fields, Seed, State, Text, Whole
from explorer.page.shared.studio import Studio

SLUG = "few"
MODES = (("Read a digit", "read"), ("Label digits yourself", "label"))
SHELF = 60  # unlabelled digits that are shown at a time
SHEET = 6000  # of the page's sheet of unlabelled digits
MOST = 25  # labels that a visitor gives


def labels_of(text: str) -> dict[int, int]:
    """The visitor's labels in a text such as "12:5,40:1": from the number of a digit in the sheet to its label."""
    return {int(number): int(label) for number, _, label in (part.partition(":") for part in text.split(",") if part)}


def text_of(labels: dict[int, int]) -> str:
    """Labels as a text."""
    return ",".join(f"{number}:{label}" for number, label in labels.items())


def clean(name: str, value: Any) -> str:
    """Validate the text of labels: at most `MOST` different digits of the sheet, each with a label from 0 to 9."""
    allowed = f'at most {MOST} labelled digits as "12:5,40:1", each a number below {SHEET} and a label from 0 to 9'
    try:
        labels = labels_of(value)
    except (AttributeError, ValueError):
        raise FieldError(name, value, allowed) from None
    known = all(0 <= number < SHEET and 0 <= label <= 9 for number, label in labels.items())
    if not known or len(labels) > MOST or len(labels) != len([part for part in value.split(",") if part]):
        raise FieldError(name, value, allowed)
    return text_of(labels)


FIELDS = Fields(
    mode=Choice(label="Mode", default="read", options=MODES),
    digit=Whole(label="Example", error_name="example", default=4, low=0, high=9),
    count=Choice(label="The labels that they have seen", default=str(COUNTS[0]), options=[(f"{count:,}", str(count)) for count in COUNTS]),
    shelf=Whole(label="Shelf", error_name="shelf", default=0, low=0, high=SHEET // SHELF - 1),
    labels=Text(label="Labels", error_name="labels", clean=clean),
    seed=Seed(label="Seed", info="of the first weights and of random labels"),
)


def opening(studio: Studio) -> State:
    """The state of a new visit."""
    return FIELDS.opening(studio) | {"source": None, "own": None}


def carried(state: State) -> State:
    """The part of a state that a link has."""
    return {key: state[key] for key in FIELDS}


def shelf(state: State) -> range:
    """The numbers of the digits that are shown for labelling."""
    return range(state["shelf"] * SHELF, (state["shelf"] + 1) * SHELF)


def mistaken(labels: dict[int, int]) -> int:
    """How many labels differ from MNIST's."""
    _, truth = digits.read("train")
    return sum(int(truth[number]) != label for number, label in labels.items())
