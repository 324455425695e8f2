"""What a picture shows, as a small classifier reads it (`explorer.models.judge`), and which classifier reads what a model draws.

A judge is trained on real pictures alone and takes no part in training a model that it reads.

A picture of several objects is scored as the course of report 003 does it: of the k objects that were asked for, how many are among the k
that the judge finds likeliest. That forgives an object too many; `whole_sets` does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .models import ClassJudge, Judges
from .zoo import Checkpoint

TOGETHER = ("objects",)  # questions whose answers can be true together; all others have one answer


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


@torch.no_grad()
def answers(judge: Judges, image: Tensor) -> dict[str, dict[str, float]]:
    """What a judge answers to each of its questions.

    Args:
        judge: of any kind.
        image: (channels, height, width) in [-1, 1].

    Returns:
        By question the probability of every answer, the likeliest first. They add up to one, but for `TOGETHER`, whose answers are judged
        each for itself.
    """
    found = {}
    for question, logits in judge.judge(image[None]).items():
        row = (logits[0].sigmoid() if question in TOGETHER else logits[0].softmax(-1)).tolist()
        named = zip(judge.answers[question], row, strict=True)
        found[question] = dict(sorted(named, key=lambda pair: -pair[1]))
    return found


def hits(logits: Tensor, asked: Tensor) -> Tensor:
    """Which of the objects that were asked for are among as many likeliest ones.

    Args:
        logits: of every object, (batch, objects).
        asked: ones where an object was asked for, zeros elsewhere, (batch, objects).

    Returns:
        (batch, objects), bool: asked for and found.
    """
    rank = logits.argsort(dim=1, descending=True, stable=True).argsort(dim=1)
    return (rank < asked.sum(1, keepdim=True)) & asked.bool()


def object_score(logits: Tensor, asked: Tensor) -> float:
    """The course's score: objects found (`hits`) divided by objects asked for, over all pictures."""
    return (hits(logits, asked).sum() / asked.sum()).item()


def whole_sets(logits: Tensor, asked: Tensor) -> Tensor:
    """(batch,) bool: whether the objects of probability above one half are those asked for, none missing and none too many."""
    return ((logits > 0) == asked.bool()).all(1)


def named(data: str) -> str:
    """The name of the judge of a data set."""
    return f"judge-{data}" if data else ""


def judge_of(checkpoint: Checkpoint) -> str:
    """The name of the judge that reads what a checkpoint draws: that of the data set which its card names."""
    return named(checkpoint.data)
