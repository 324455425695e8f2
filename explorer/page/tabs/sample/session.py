"""The state of a visit to the Sample tab: the model, the first seed, the number of pictures, the label, and what varies between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer.page.shared import conditions
from explorer.page.shared.checks import choice, whole
from explorer.page.shared.fields import Choice, Field, Fields, Model, Number, Seed, State, Whole
from explorer.page.shared.settings import TEMPERATURE, TRUNCATION
from explorer.page.shared.studio import LARGEST_SEED, Studio

SLUG = "sample"


@dataclass(frozen=True, kw_only=True)
class Label(Field):
    """The class or the objects of the pictures, as one string; `conditions.ANY` for a model without classes."""

    def opening(self, studio: Studio, model: str) -> str:
        return conditions.opening(studio, model)

    def check(self, name: str, value: Any, studio: Studio, state: State) -> str:
        return conditions.check_label(studio, state["model"], value)


@dataclass(frozen=True, kw_only=True)
class Other(Field):
    """A second class to mix in; "" for none, and for models that take several classes at once."""

    def check(self, name: str, value: Any, studio: Studio, state: State) -> str:
        mixable = studio.most_classes(state["model"]) == 1 and state["label"] != conditions.ANY
        return choice(name, value, ("", *studio.classes(state["model"]))) if value and mixable else ""


def _settle(studio: Studio, state: State) -> State:
    """Let the seed vary if the model has no classes to vary, or if there is no second class for "mix". If the class varies, set `count` to
    the number of classes. Check that all seeds are valid."""
    classes = studio.classes(state["model"])
    possible = {"seed": True, "class": bool(classes), "mix": bool(state["other"])}
    vary = state["vary"] if possible[state["vary"]] else "seed"
    count = len(classes) if vary == "class" else state["count"]
    whole("seed", state["seed"], 0, LARGEST_SEED + 1 - (count if vary == "seed" else 1))
    return {**state, "vary": vary, "count": count}


FIELDS = Fields(
    settle=_settle,
    model=Model(slug=SLUG, names=lambda studio: studio.catalogue.unprompted),
    seed=Seed(label="First seed"),
    count=Whole(label="How many", default=12, low=1, high=64),
    label=Label(label="Class"),
    truncation=TRUNCATION,
    temperature=TEMPERATURE,
    vary=Choice(
        label="What varies from picture to picture",
        error_name="from picture to picture",
        default="seed",
        options=(("seed", "seed"), ("class", "class"), ("share of the mixture", "mix")),
    ),
    other=Other(label="Mix with", default=""),
    share=Number(
        label="Share of the second class", error_name="share", default=0.5, low=0.0, high=1.0, step=0.05, info="1: the second class alone"
    ),
)
