"""What a judge, a small classifier (`explorer.models.judge`), reads in a picture, and which judge reads a model's pictures.

A judge is trained on real pictures alone and takes no part in training a generative model.

A picture of several objects is scored as in the course of report 003: the share of its k labels that are among the k objects that the judge
finds likeliest. This score does not count surplus objects; `whole_sets` does.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .models import ClassJudge, Judges
from .zoo import Checkpoint

TOGETHER = ("objects",)  # questions that can have several true answers; all others have one


@dataclass(frozen=True)
class Reading:
    """The likeliest class and its probability, and the probability of every class by its name."""

    label: str
    probability: float
    probabilities: dict[str, float]


@torch.no_grad()
def read(judge: ClassJudge, images: Tensor) -> list[Reading]:
    """Classify each picture (batch, channels, height, width) in [-1, 1]."""
    readings = []
    for row in judge.judge(images)["class"].softmax(-1).tolist():
        best = max(range(len(row)), key=row.__getitem__)
        readings.append(Reading(judge.classes[best], row[best], dict(zip(judge.classes, row, strict=True))))
    return readings


@torch.no_grad()
def answers(judge: Judges, image: Tensor) -> dict[str, dict[str, float]]:
    """What a judge answers to each of its questions.

    Args:
        judge: of any kind.
        image: (channels, height, width) in [-1, 1].

    Returns:
        By question the probability of every answer, the likeliest first. The probabilities of a question add up to one; those of the
        questions in `TOGETHER` are independent of each other.
    """
    probabilities = {}
    for question, logits in judge.judge(image[None]).items():
        row = (logits[0].sigmoid() if question in TOGETHER else logits[0].softmax(-1)).tolist()
        pairs = zip(judge.answers[question], row, strict=True)
        probabilities[question] = dict(sorted(pairs, key=lambda pair: -pair[1]))
    return probabilities


def hits(logits: Tensor, labels: Tensor) -> Tensor:
    """Which of a picture's k labels are among the k likeliest objects.

    Args:
        logits: of every object, (batch, objects).
        labels: 1 for the objects that the picture should show, 0 for all others, (batch, objects).

    Returns:
        (batch, objects), bool.
    """
    rank = logits.argsort(dim=1, descending=True, stable=True).argsort(dim=1)
    return (rank < labels.sum(1, keepdim=True)) & labels.bool()


def object_score(logits: Tensor, labels: Tensor) -> float:
    """The course's score: the number of `hits` divided by the number of labels, over all pictures."""
    return (hits(logits, labels).sum() / labels.sum()).item()


def whole_sets(logits: Tensor, labels: Tensor) -> Tensor:
    """(batch,) bool: whether the objects of probability above one half are exactly the labels."""
    return ((logits > 0) == labels.bool()).all(1)


def named(data: str) -> str:
    """The name of the judge of a data set."""
    return f"judge-{data}" if data else ""


def judge_of(checkpoint: Checkpoint) -> str:
    """The name of the judge of a checkpoint's pictures: the judge of the data set that its card names."""
    return named(checkpoint.data)
