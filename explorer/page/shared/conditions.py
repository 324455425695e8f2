"""What a model can be told to draw, checked: no class, one class, or several objects at once.

In a state, a link and a file the objects are one text, "red cube + cyan sphere"; for a network they are numbers, one for each class.
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
    """What a model is told before the visitor says anything: nothing if it can do without."""
    return studio.classes(model)[0] if model in studio.catalogue.conditional else ANY


def label(studio: Studio, model: str, value: Any, field: str = "") -> str:
    """What a model is told, as a text. A conditional GAN has to be told something, a model without classes is told nothing.

    Args:
        studio: has the model.
        model: its name.
        value: a text, or a list of names.
        field: what the caller calls it, if not "class" or "objects".

    Raises:
        FieldError: for an unknown class, one that comes twice, too many or none.
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
    """(classes,): a label as a network takes it, zeros for none."""
    names = told.split(AND)
    return torch.tensor([float(name in names) for name in studio.classes(model)])


def mixture(studio: Studio, model: str, told: str, other: str, share: float) -> Tensor:
    """(classes,): a label of which a share has gone to another class; "" for no other."""
    first = weights(studio, model, told)
    return torch.lerp(first, weights(studio, model, other), share) if other else first


@dataclass(frozen=True)
class Asked:
    """What one picture of a request is drawn from: a seed, what the model is told in words, and in numbers (classes,)."""

    seed: int
    told: str
    weights: Tensor


def each(studio: Studio, state: Mapping[str, Any]) -> list[Asked]:
    """Every picture of a request of the Sample tab: from picture to picture the seed changes, or the class, or the share of a mixture."""
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
    """(classes,): what a program tells a conditional GAN, names or numbers; several classes with shares are a mixture.

    Raises:
        FieldError: for names that `label` refuses, for numbers outside [0, 1], all zero, or of more than the model can be told at once.
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
