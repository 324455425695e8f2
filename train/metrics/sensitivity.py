"""What a measure sees: real pictures under known corruptions, and how each measure ranks them.

A measure that does not notice a lattice cannot choose a generator that leaves none. So one half of a set is corrupted in four strengths
(`train.metrics.corruptions`) and compared with the other half. A measure sees a corruption if it grows with every strength, and if at the
second strength it is more than 3 standard deviations above its mean over random halves of the uncorrupted set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from train import metrics

from .corruptions import CORRUPTIONS

DEVIATIONS = 3.0
WITHIN = {"fd": 1, "kid": 1, "recall": -1}  # measures of features, and whether damage raises or lowers them
PATCHES = "sliced Wasserstein, 64 px"


@dataclass(frozen=True)
class Response:
    """How a measure answers to a corruption.

    Attributes:
        mean, deviation: of the measure over random halves of the uncorrupted set.
        values: at the four strengths.
        sign: 1 if the measure grows with damage, -1 if it falls.
    """

    mean: float
    deviation: float
    values: tuple[float, ...]
    sign: int

    @property
    def deviations(self) -> tuple[float, ...]:
        """How many standard deviations each strength is above the mean, in the direction of damage."""
        return tuple(self.sign * (value - self.mean) / max(self.deviation, 1e-9) for value in self.values)

    @property
    def seen(self) -> bool:
        """Whether the measure sees the corruption, by the rule above."""
        steps = [self.sign * (b - a) for a, b in zip(self.values, self.values[1:], strict=False)]
        return all(step > 0 for step in steps) and self.deviations[1] > DEVIATIONS


@torch.no_grad()
def responses(images: Tensor, networks: dict[str, Callable[[Tensor], Tensor]]) -> Iterator[tuple[str, str, Response]]:
    """Corrupt one half of a set and measure it against the other half.

    Args:
        images: (count, 3, size, size) in [-1, 1], an even count, in random order.
        networks: feature networks by label.

    Yields:
        measure ("NETWORK: fd"), corruption, response; network by network.
    """
    reference, other = images.chunk(2)
    damaged = {name: [corruption.apply(other, strength) for strength in corruption.strengths] for name, corruption in CORRUPTIONS.items()}
    for label, network in networks.items():
        clean = metrics.embed(network, images.split(64))
        measured = [_within(*(clean[part] for part in halves)) for halves in metrics.random_halves(len(images))]
        real = clean[: len(reference)]
        for name, versions in damaged.items():
            rows = [_within(real, metrics.embed(network, version.split(64))) for version in versions]
            for kind, sign in WITHIN.items():
                yield f"{label}: {kind}", name, _response([row[kind] for row in measured], [row[kind] for row in rows], sign)
    floors = [_patches(images[a], images[b]) for a, b in metrics.random_halves(len(images))]
    for name, versions in damaged.items():
        yield PATCHES, name, _response(floors, [_patches(reference, version) for version in versions], 1)


def _within(real: Tensor, other: Tensor) -> dict[str, float]:
    return {
        "fd": metrics.frechet_distance(real, other),
        "kid": 1000 * metrics.kernel_distance(real, other, subsets=1, subset_size=len(real))[0],
        "recall": metrics.precision_recall(real, other)[1],
    }


def _patches(real: Tensor, other: Tensor) -> float:
    return metrics.sliced_wasserstein(real, other)[real.shape[-1]]


def _response(floors: list[float], values: list[float], sign: int) -> Response:
    clean = torch.tensor(floors, dtype=torch.float64)
    return Response(clean.mean().item(), clean.std().item(), tuple(values), sign)
