"""What a picture shows, as a small classifier reads it (`explorer.models.judge`), and which classifier reads what a model draws.

A judge is trained on real pictures alone and takes no part in training a model that it reads.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .models import ClassJudge


@dataclass(frozen=True)
class Reading:
    """The likeliest class and its probability, and the probability of every class by its name."""

    label: str
    probability: float
    probabilities: dict[str, float]


@torch.no_grad()
def read(judge: ClassJudge, images: Tensor) -> list[Reading]:
    """What the judge takes each picture (batch, channels, height, width) in [-1, 1] for."""
    found = []
    for row in judge.judge(images)["class"].softmax(-1).tolist():
        best = max(range(len(row)), key=row.__getitem__)
        found.append(Reading(judge.classes[best], row[best], dict(zip(judge.classes, row, strict=True))))
    return found


def judge_of(name: str) -> str:
    """The judge that reads a checkpoint's pictures: `vqvae-mnist-nll` is read by `judge-mnist`."""
    return f"judge-{name.split('-')[1]}" if name.count("-") else ""
