"""Settings that only some kinds of models have, such as the truncation: as fields of the tabs, and as `settings` of endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer import diffusion
from explorer.codes import TEMPERATURES

from .checks import FieldError, choice, number, numbers, settings, whole
from .conditions import ANY
from .fields import Choice, Field, Number, State, Whole
from .studio import TRUNCATION as LIMITS
from .studio import Studio


@dataclass(frozen=True, kw_only=True)
class Truncation(Number):
    """The truncation of a latent. None means no truncation: the slider is at its maximum, or the model has no latent."""

    def shown(self, value: float | None) -> float:
        return self.high if value is None else value

    def check(self, name: str, value: Any, studio: Studio, state: State) -> float | None:
        if value is None or state["model"] not in studio.catalogue.generators:
            return None
        limit = number(name, value, self.low, self.high)
        return None if limit == self.high else limit


TRUNCATION = Truncation(label="Truncation", low=LIMITS[0], high=LIMITS[1], step=0.1, info=f"low: typical pictures; {LIMITS[1]:g}: off")


@dataclass(frozen=True, kw_only=True)
class ClassLabel(Field):
    """One of the model's classes, or `conditions.ANY` for none."""

    label: str = "Class"
    default: Any = ANY
    error_name: str = "class"

    def choices(self, studio: Studio, model: str) -> list[str]:
        """The options of the dropdown for a model."""
        return [ANY, *studio.classes(model)]

    def check(self, name: str, value: Any, studio: Studio, state: State) -> str:
        return choice(name, value, self.choices(studio, state["model"]))


@dataclass(frozen=True, kw_only=True)
class Temperature(Number):
    """The sampling temperature of a VQ model's prior; 1 for models without codes."""

    def check(self, name: str, value: Any, studio: Studio, state: State) -> float:
        return number(name, value, self.low, self.high) if state["model"] in studio.catalogue.coders else 1.0


@dataclass(frozen=True, kw_only=True)
class Top(Whole):
    """Top-k sampling from a prior: the number of most likely codes to sample from, at most the size of the codebook. None (an empty
    control or 0) means all codes."""

    def check(self, name: str, value: Any, studio: Studio, state: State) -> int | None:
        return None if value in (None, 0) else whole(name, value, self.low, studio.coder(state["model"]).codebook_size)


@dataclass(frozen=True, kw_only=True)
class Steps(Whole):
    """The number of sampling steps of the reverse process, at most the model's number of timesteps."""

    def check(self, name: str, value: Any, studio: Studio, state: State) -> int:
        return whole(name, value, self.low, min(self.high, studio.denoiser(state["model"]).timesteps))


TEMPERATURE = Temperature(
    label="Temperature", default=1.0, low=TEMPERATURES[0], high=TEMPERATURES[1], step=0.05, info="below 1: more typical pictures"
)
TOP = Top(label="Top codes", error_name="top", low=1, high=2**16, info="sample from the k likeliest codes only; empty: from all")
SAMPLER = Choice(
    label="Sampler",
    default=diffusion.DEFAULT["sampler"],
    options=(
        ("DDPM, new noise at each step", "ddpm"),
        ("DDIM, no noise after the start", "ddim"),
        ("DPM-Solver++, needs few steps", "dpm-solver++"),
    ),
)
STEPS = Steps(label="Steps", default=diffusion.DEFAULT["steps"], low=1, high=1000, info="1 to 1000")
GUIDANCE = Number(
    label="Guidance",
    default=diffusion.DEFAULT["guidance"],
    low=diffusion.GUIDANCE[0],
    high=diffusion.GUIDANCE[1],
    step=0.1,
    info="0: without the class, 1: with it, above 1: exaggerated",
)
# The keys that an endpoint's `settings` may have: PRIOR for a VQ model, REVERSE for a diffusion model.
PRIOR: dict[str, Field] = {"temperature": TEMPERATURE, "top": TOP}
REVERSE: dict[str, Field] = {"sampler": SAMPLER, "steps": STEPS, "guidance": GUIDANCE}


def endpoint_settings(studio: Studio, model: str, value: Any, fields: Mapping[str, Field]) -> dict[str, Any]:
    """Validate an endpoint's `settings`. Missing settings take their defaults.

    Args:
        value: the settings that the caller passed; None for the defaults.
        fields: PRIOR or REVERSE.

    Raises:
        FieldError: for an unknown setting or an invalid value.
    """
    values = settings(value, tuple(fields))
    return {key: field.check(key, values.get(key, field.default), studio, {"model": model}) for key, field in fields.items()}


def class_weights(labels: Any, classes: int, together: bool = True) -> list[float]:
    """Validate the class weights that an API caller passes: one number from 0 to 1 per class.

    Args:
        labels: the caller's weights; None for no class (all zeros).
        classes: how many classes the model has; 0 for a model without classes.
        together: whether the sum of the weights must be at most 1.

    Raises:
        FieldError: for a wrong number of weights, or weights outside these bounds.
    """
    weights = [0.0] * classes if labels is None else numbers("labels", labels, classes, 1.0)
    if min(weights, default=0.0) < 0 or (together and sum(weights) > 1 + 1e-6):
        raise FieldError(
            "labels", labels if together else min(weights), "numbers from 0 to 1" + (" that add up to at most 1" if together else "")
        )
    return weights
