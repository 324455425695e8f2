"""The state of a visit to the Trilemma tab: the two models that draw against each other, and the point whose digits are shown.

A point is the name of a model with the number of a position of its dial, such as "gan-mnist:2".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer import tradeoff
from explorer.page.shared.checks import FieldError, choice
from explorer.page.shared.fields import Field, Fields, Seed, State
from explorer.page.shared.studio import LARGEST_SEED, Studio
from explorer.tradeoff import Measured

SLUG = "trilemma"
DIGITS = 20  # that each of the two draws
SHOWN = 9  # digits of a point
OPENS = ("gan", "diffusion")  # the families that draw first


def measured(studio: Studio, name: str) -> Measured:
    """What was measured of a model."""
    checkpoint = studio.zoo.checkpoints[name]
    return tradeoff.read(checkpoint.folder, tradeoff.family_of(checkpoint.model_class))


def first_of(studio: Studio, family: str, other: int) -> str:
    """The first model of a family, or the model at another place if there is none."""
    names = studio.catalogue.measured
    kinds = {name: tradeoff.family_of(studio.zoo.checkpoints[name].model_class).key for name in names}
    return next((name for name in names if kinds[name] == family), names[other])


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
        return f"{studio.catalogue.measured[0]}:0"

    def check(self, name: str, value: Any, studio: Studio, state: State) -> str:
        model, _, number = str(value).rpartition(":")
        known = model in studio.catalogue.measured and number.isascii() and number.isdigit()
        if not known or int(number) >= len(measured(studio, model).points):
            raise FieldError(name, value, "a model and the number of one of its points, such as gan-mnist:0")
        return f"{model}:{int(number)}"


FIELDS = Fields(
    left=Runner(label="First", error_name="first model", family=OPENS[0], other=0),
    right=Runner(label="Second", error_name="second model", family=OPENS[1], other=-1),
    point=Picked(label="Point"),
    seed=Seed(label="Seed", high=LARGEST_SEED - DIGITS),
)


def opening(studio: Studio) -> State:
    """The state of a new visit. `here` are milliseconds for a digit that were measured during the visit, by model."""
    return FIELDS.opening(studio) | {"here": {}}


def carried(state: State) -> State:
    """The part of a state that a link has."""
    return {key: state[key] for key in FIELDS}
