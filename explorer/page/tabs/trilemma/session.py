"""The state of a visit to the Trilemma tab: the two models that draw against each other, and the point whose digits are shown.

A point is the name of a model with the number of a position of its family, such as "gan-mnist:2".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer.page.shared.checks import FieldError, choice
from explorer.page.shared.fields import Field, Fields, Seed, State
from explorer.page.shared.studio import LARGEST_SEED, Studio
from explorer.tradeoff import Point

SLUG = "trilemma"
DIGITS = 20  # that each of the two draws
SHOWN = 9  # digits of a point
OPENS = ("gan", "diffusion")  # the families that draw first
FIRST_SEED = 100_000  # the distilled model has learned from the noises of seeds 0 to 39,999


def first_of(studio: Studio, family: str, other: int) -> str:
    """The first model of a family, or the model at another place if there is none."""
    names = studio.catalogue.measured
    return next((name for name in names if studio.catalogue.family(name).key == family), names[other])


def point_key(name: str, point: Point) -> str:
    """The text of a point in the state."""
    return f"{name}:{point.number}"


def point_of(studio: Studio, key: str) -> tuple[str, Point]:
    """The model and the point of a text that is checked."""
    name, _, number = key.rpartition(":")
    return name, studio.catalogue.tradeoff(name).at(int(number))


@dataclass(frozen=True, kw_only=True)
class Runner(Field):
    """One of the models that were measured."""

    family: str
    other: int

    def opening(self, studio: Studio, model: str) -> str:
        return first_of(studio, self.family, self.other)

    def check(self, name: str, value: Any, studio: Studio, state: State) -> str:
        return choice(name, value, studio.catalogue.measured)


@dataclass(frozen=True, kw_only=True)
class Picked(Field):
    """A point."""

    def opening(self, studio: Studio, model: str) -> str:
        first = studio.catalogue.measured[0]
        return point_key(first, studio.catalogue.tradeoff(first).points[0])

    def check(self, name: str, value: Any, studio: Studio, state: State) -> str:
        model, _, number = str(value).rpartition(":")
        known = model in studio.catalogue.measured and number.isascii() and number.isdigit() and len(number) <= 2
        if not known or studio.catalogue.tradeoff(model).at(int(number)) is None:
            raise FieldError(name, value, "a model and the number of one of its points, such as gan-mnist:0")
        return f"{model}:{int(number)}"


FIELDS = Fields(
    left=Runner(label="First", error_name="first model", family=OPENS[0], other=0),
    right=Runner(label="Second", error_name="second model", family=OPENS[1], other=-1),
    point=Picked(label="Point"),
    seed=Seed(label="Seed", default=FIRST_SEED, high=LARGEST_SEED - DIGITS),
)


def opening(studio: Studio) -> State:
    """The state of a new visit."""
    return FIELDS.opening(studio)
