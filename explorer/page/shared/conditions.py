"""Validates the label that a model is conditioned on: no class, one class, or several objects at once.

In a state, a link and a file a label is a string such as "red cube + cyan sphere"; a network takes a vector with one number per class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .checks import FieldError, numbers
from .studio import Studio

ANY = "any"  # no class
AND = " + "


def opening(studio: Studio, model: str) -> str:
    """A model's default label: the first class for a conditional GAN, which needs one, otherwise ANY."""
    return studio.classes(model)[0] if model in studio.catalogue.conditional else ANY


def label(studio: Studio, model: str, value: Any, field: str = "") -> str:
    """Validate a label and return it as a string. A conditional GAN needs at least one class; a model without classes always gets ANY.

    Args:
        studio: loads the model.
        model: its name.
        value: a label as a string, or a list of class names.
        field: the label's name in error messages, if not "class" or "objects".

    Raises:
        FieldError: for an unknown class, a duplicate, too many classes, or none.
    """
    classes, most = studio.classes(model), studio.most(model)
    if not classes:
        return ANY
    if value == ANY and model not in studio.catalogue.conditional:
        return ANY
    called, allowed = ("class", "one of ") if most == 1 else ("objects", f"one to {most} different ones of ")
    names = value.split(AND) if isinstance(value, str) else value
    unknown = not isinstance(names, (list, tuple)) or any(name not in classes for name in names)
    if unknown or not 1 <= len(names) <= most or len(set(names)) != len(names):
        raise FieldError(field or called, value, allowed + ", ".join(classes if model in studio.catalogue.conditional else [ANY, *classes]))
    return AND.join(sorted(names, key=classes.index))


def weights(studio: Studio, model: str, told: str) -> Tensor:
    """Convert a label to a vector (classes,): 1 for the classes in it, 0 for all others; all zeros for ANY."""
    names = told.split(AND)
    return torch.tensor([float(name in names) for name in studio.classes(model)])


def mixture(studio: Studio, model: str, told: str, other: str, share: float) -> Tensor:
    """Interpolate between a label's vector and another class's, (classes,): `share` is the weight of `other`. No effect if `other` is
    ""."""
    first = weights(studio, model, told)
    return torch.lerp(first, weights(studio, model, other), share) if other else first


@dataclass(frozen=True)
class Asked:
    """The inputs for one picture: a seed, and the label as text (`told`) and as a vector (`weights`, of shape (classes,))."""

    seed: int
    told: str
    weights: Tensor


def each(studio: Studio, state: Mapping[str, Any]) -> list[Asked]:
    """The inputs for each picture of the Sample tab. `state["vary"]` sets what varies: the seed, the class, or the share of a mixture."""
    model, seed, told, other = state["model"], state["seed"], state["label"], state["other"]

    def mixed(seed: int, share: float) -> Asked:
        words = f"{told}, {share:.0%} {other}" if other else told
        return Asked(seed, words, mixture(studio, model, told, other, share))

    if state["vary"] == "class":
        return [Asked(seed, name, weights(studio, model, name)) for name in studio.classes(model)]
    if state["vary"] == "mix":
        return [mixed(seed, index / max(1, state["count"] - 1)) for index in range(state["count"])]
    return [mixed(seed + index, state["share"]) for index in range(state["count"])]


def labels(studio: Studio, model: str, value: Any) -> Tensor:
    """Validate the labels that an API caller passes for a conditional GAN, and convert them to a vector (classes,).

    Args:
        value: a list of class names, or one number per class; numbers between 0 and 1 mix classes.

    Raises:
        FieldError: for names that `label` rejects, and for numbers that are outside [0, 1], all zero, or for more classes than the model
            takes at once.
    """
    classes, most = studio.classes(model), studio.most(model)
    if value is None or (isinstance(value, (list, tuple)) and (not value or any(isinstance(name, str) for name in value))):
        return weights(studio, model, label(studio, model, value or [], "labels"))
    found = numbers("labels", value, len(classes), 1.0)
    total = sum(found) if most == 1 else sum(share > 0 for share in found)
    if min(found) < 0 or not 0 < total <= most + 1e-6:
        share = "that add up to at most 1, not all 0" if most == 1 else f"of which one to {most} are above 0"
        raise FieldError("labels", value, f"numbers from 0 to 1 {share}")
    return torch.tensor(found)
