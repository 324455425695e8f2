"""Validates the label that a model is conditioned on: no class, one class, or several objects at once.

In states, links and settings files a label is a string such as "red cube + cyan sphere"; a network takes a vector, one
number per class.
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
    """A model's default label: ANY if the model can generate pictures without a class, otherwise one of its classes. If the model takes up
    to n classes at once, the label has n - 1 classes, far apart in the list, so that a visitor can add one."""
    if not studio.requires_label(model):
        return ANY
    classes, count = studio.classes(model), max(1, studio.most_classes(model) - 1)
    return AND.join(classes[1 :: len(classes) // count + 1][:count]) if count > 1 else classes[0]


def check_label(studio: Studio, model: str, value: Any, field: str = "") -> str:
    """Validate a label and return it as a string. A conditional GAN needs at least one class; a model without classes always gets ANY.

    Args:
        studio: loads the model.
        model: its name.
        value: a label as a string, or a list of class names.
        field: the name in error messages; by default "class" or "objects".

    Raises:
        FieldError: for an unknown class, a duplicate, too many classes, or none.
    """
    classes, most = studio.classes(model), studio.most_classes(model)
    if not classes:
        return ANY
    if value in (ANY, []) and not studio.requires_label(model):
        return ANY
    name, allowed = ("class", "one of ") if most == 1 else ("objects", f"one to {most} different ones of ")
    names = value.split(AND) if isinstance(value, str) else value
    unknown = not isinstance(names, (list, tuple)) or any(name not in classes for name in names)
    if unknown or not 1 <= len(names) <= most or len(set(names)) != len(names):
        raise FieldError(field or name, value, allowed + ", ".join(classes if studio.requires_label(model) else [ANY, *classes]))
    return AND.join(sorted(names, key=classes.index))


def weights(studio: Studio, model: str, label: str) -> Tensor:
    """Convert a label to a vector (classes,): 1 for the classes in it, 0 for all others; all zeros for ANY."""
    names = label.split(AND)
    return torch.tensor([float(name in names) for name in studio.classes(model)])


def mixture(studio: Studio, model: str, label: str, other: str, share: float) -> Tensor:
    """Interpolate between the vectors (classes,) of `label` and of the class `other`, whose weight is `share`. If `other` is "", the result
    is the vector of `label`."""
    first = weights(studio, model, label)
    return torch.lerp(first, weights(studio, model, other), share) if other else first


@dataclass(frozen=True)
class PictureInputs:
    """The inputs for one picture: a seed, and the label as text and as a vector (`weights`, of shape (classes,))."""

    seed: int
    label: str
    weights: Tensor


def picture_inputs(studio: Studio, state: Mapping[str, Any]) -> list[PictureInputs]:
    """The inputs for each picture of the Sample tab. `state["vary"]` names the input that varies: the seed, the class, or the share of a
    mixture."""
    model, seed, label, other = state["model"], state["seed"], state["label"], state["other"]

    def mixed(seed: int, share: float) -> PictureInputs:
        text = f"{label}, {share:.0%} {other}" if other else label
        return PictureInputs(seed, text, mixture(studio, model, label, other, share))

    if state["vary"] == "class":
        return [PictureInputs(seed, name, weights(studio, model, name)) for name in studio.classes(model)]
    if state["vary"] == "mix":
        return [mixed(seed, index / max(1, state["count"] - 1)) for index in range(state["count"])]
    return [mixed(seed + index, state["share"]) for index in range(state["count"])]


def check_labels(studio: Studio, model: str, value: Any) -> Tensor:
    """Validate the labels that an API caller passes for a conditional GAN, and convert them to a vector (classes,).

    Args:
        value: a list of class names, or one number per class; numbers between 0 and 1 mix classes.

    Raises:
        FieldError: for names that `check_label` rejects, and for numbers that are outside [0, 1], all zero, or for more classes than the
            model takes at once.
    """
    classes, most = studio.classes(model), studio.most_classes(model)
    if value is None or (isinstance(value, (list, tuple)) and (not value or any(isinstance(name, str) for name in value))):
        return weights(studio, model, check_label(studio, model, value or [], "labels"))
    shares = numbers("labels", value, len(classes), 1.0)
    total = sum(shares) if most == 1 else sum(share > 0 for share in shares)
    if min(shares) < 0 or not 0 < total <= most + 1e-6:
        rule = "that add up to at most 1, not all 0" if most == 1 else f"of which one to {most} are above 0"
        raise FieldError("labels", value, f"numbers from 0 to 1 {rule}")
    return torch.tensor(shares)
