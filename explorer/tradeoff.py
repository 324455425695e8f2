"""The trade-off between quality, diversity and speed (Xiao et al. 2022, "Tackling the generative learning trilemma"): what each family of
generative models can turn to exchange one for another, and what was measured at each position.

A family has one or two dials: truncation of a GAN's latent, the temperature of a prior, the number of steps and the guidance of a diffusion
model. benchmarks/tradeoff.py measures every position and stores the figures in tradeoff.json, in the checkpoint's folder.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from . import codes, diffusion, latent
from .folder import PartError, read_json
from .models import Denoises, Generates, Inverts, Model, OneStep, Writes

TRADEOFF = "tradeoff.json"
FIGURES = ("fd", "precision", "recall", "accuracy", "styles")  # measured for every seed
STYLES = 100  # ways of writing a digit: clusters of real digits


@dataclass(frozen=True)
class Position:
    """One position of a dial.

    Attributes:
        dial: its name, "" for a model without one.
        value: of the dial; infinite for no truncation.
        settings: for `drawing.draw` and `drawn`.
        evaluations: how often a network runs for one picture.
    """

    dial: str
    value: float
    settings: Mapping[str, Any]
    evaluations: int

    @property
    def label(self) -> str:
        """The position as text, such as "truncation 1"."""
        if not self.dial:
            return "no dial"
        return f"no {self.dial}" if self.value == float("inf") else f"{self.dial} {self.value:g}"


@dataclass(frozen=True)
class Family:
    """A family of generative models.

    Attributes:
        key, title: its name in links, and on the page.
        positions: those that are measured, the default first.
    """

    key: str
    title: str
    positions: tuple[Position, ...]


def _truncations(*values: float) -> tuple[Position, ...]:
    return tuple(Position("truncation", value, {"truncation": None if value == float("inf") else value}, 1) for value in values)


def _temperatures(evaluations: int, *values: float) -> tuple[Position, ...]:
    return tuple(Position("temperature", value, {"temperature": value}, evaluations) for value in values)


def _reverse(dial: str, steps: int, guidance: float) -> Position:
    value = steps if dial == "steps" else guidance
    settings = {**diffusion.DEFAULT, "steps": steps, "guidance": guidance}
    return Position(dial, float(value), settings, steps * (1 if guidance in (0.0, 1.0) else 2))


GAN = Family("gan", "GAN", _truncations(float("inf"), 2.0, 1.0, 0.5))
AUTOENCODER = Family("vae", "VAE", _temperatures(1, 1.0, 0.8, 0.6))
FLOW = Family("flow", "flow", _temperatures(1, 0.8, 1.0, 0.9, 0.7, 0.6))
PRIOR = Family("codes", "VQ-VAE with a prior", _temperatures(50, 1.0, 0.85, 0.7))  # 49 codes, and the decoder
DIFFUSION = Family(
    "diffusion",
    "diffusion",
    (
        _reverse("guidance", 12, 1.5),
        *(_reverse("guidance", 12, scale) for scale in (1.0, 3.0)),
        *(_reverse("steps", steps, 1.0) for steps in (2, 4, 12)),
    ),
)
ONE_STEP = Family("one-step", "diffusion in one step", (Position("", 0.0, {}, 1),))
FAMILIES = (GAN, AUTOENCODER, FLOW, PRIOR, DIFFUSION, ONE_STEP)


def family_of(kind: type[Model]) -> Family:
    """The family of a class of models that draw pictures without a sentence.

    Raises:
        TypeError: for a class of none of the families.
    """
    if issubclass(kind, Denoises):
        return DIFFUSION
    if issubclass(kind, Writes):
        return PRIOR
    if issubclass(kind, OneStep):
        return ONE_STEP
    if issubclass(kind, Inverts):
        return FLOW if kind.exact else AUTOENCODER
    if issubclass(kind, Generates):
        return GAN
    raise TypeError(f"{kind.__name__} belongs to no family of models that draw pictures")


@torch.inference_mode()
def drawn(model: Model, labels: Tensor, seed: int, settings: Mapping[str, Any]) -> Tensor:
    """Pictures (batch, channels, image_size, image_size) in [-1, 1], in one batch; picture i has the seed `seed` + i.

    Args:
        labels: (batch, classes), one-hot.
        settings: of a `Position`.
    """
    if isinstance(model, Denoises):
        return diffusion.sample(model, labels, seed=seed, **settings)
    if isinstance(model, Writes):
        return model.decode(codes.write(model, labels, seed=seed, **settings))
    z = latent.draw(seed, len(labels), model.latent_size, settings.get("truncation"))
    return model.generate(z * settings.get("temperature", 1.0), labels)


@dataclass(frozen=True)
class Point:
    """What was measured at one position. Each figure is the mean over the sampling seeds of one training.

    Attributes:
        position: the position.
        number: its place in the family's `positions`.
        milliseconds: for one picture alone, on one core; None if it was not timed.
        figures: by name: "fd", "precision" and "recall" are measured in a judge's features, "accuracy" is the share of pictures that the
            judge classifies as requested, "styles" is how many of `STYLES` clusters of real digits are drawn at least a tenth as often.
        deviations: the standard deviation of each figure over the seeds.
        seeds: how many.
    """

    position: Position
    number: int
    milliseconds: float | None
    figures: Mapping[str, float]
    deviations: Mapping[str, float]
    seeds: int


@dataclass(frozen=True)
class Measured:
    """The contents of tradeoff.json.

    Attributes:
        points: in the order of the family's positions.
        n: pictures of each measurement.
        split: of the real pictures.
        features: the judge in whose features distances are measured.
        hardware: on which the pictures were timed.
        floor: the figures of other real pictures; empty if they are not known.
    """

    points: tuple[Point, ...] = ()
    n: int = 0
    split: str = ""
    features: str = ""
    hardware: str = ""
    floor: Mapping[str, float] = field(default_factory=dict)

    def at(self, number: int) -> Point | None:
        """The point of a position of the family; None if it is not measured."""
        return next((point for point in self.points if point.number == number), None)


def read(folder: Path, family: Family, revision: str | None = None) -> Measured:
    """The figures in a checkpoint's folder; empty if there are none, if they cannot be used, or if they are of other weights.

    Args:
        revision: the SHA-256 of the weights; None for any.
    """
    try:
        stored = read_json(folder, TRADEOFF)
        if revision is not None and stored.get("revision") != revision:
            return Measured()
        rows = defaultdict(list)
        for row in stored["rows"]:
            if _usable(row["fd"]) and all(math.isfinite(row[name]) for name in FIGURES):
                rows[row["dial"], row["value"]].append(row)
        timed = [row for row in stored.get("times", []) if _usable(row["milliseconds"])]
        times = {(row["dial"], row["value"]): float(row["milliseconds"]) for row in timed}
        points = tuple(
            _point(position, number, rows[key], times.get(key))
            for number, position in enumerate(family.positions)
            if rows[key := (position.dial, stored_value(position.value))]
        )
        texts = {key: str(stored.get(key, "")) for key in ("split", "features", "hardware")}
        floor = {name: float(value) for name, value in stored.get("floor", {}).items()}
        known = {"fd", "precision", "recall", "styles"} <= floor.keys() and all(map(_usable, floor.values()))
        return Measured(points, int(stored["n"]), **texts, floor=floor if known else {})
    except (PartError, KeyError, TypeError, ValueError, AttributeError):
        return Measured()


def _usable(value: float) -> bool:
    """Whether a number can be on a logarithmic axis."""
    return math.isfinite(value) and value > 0


def stored_value(value: float) -> float | None:
    """The value of a dial in JSON, which has no infinity."""
    return None if value == float("inf") else value


def _point(position: Position, number: int, rows: list[dict[str, float]], milliseconds: float | None) -> Point:
    columns = {name: [float(row[name]) for row in rows] for name in FIGURES}
    return Point(
        position,
        number,
        milliseconds,
        {name: statistics.mean(values) for name, values in columns.items()},
        {name: statistics.stdev(values) if len(values) > 1 else 0.0 for name, values in columns.items()},
        len(rows),
    )
