"""Classifies pictures with a judge, a small classifier (`explorer.models.judge`), and finds the judge for a model's pictures.

A judge is trained on real pictures only, and takes no part in training a generative model.

The score of a picture with k labels is that of the course of report 003: the share of its labels that are among the k likeliest objects.
Surplus objects in the picture do not change this score; `whole_sets` counts them as errors.
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
    """The classification of a picture: the likeliest class and its probability, and the probability of every class by its name."""

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
    """A judge's answers to each of its questions.

    Args:
        judge: of any kind.
        image: (channels, height, width) in [-1, 1].

    Returns:
        For each question the probability of every answer, the likeliest first. They add up to one, except for the questions in `TOGETHER`,
        whose answers have independent probabilities.
    """
    probabilities = {}
    for question, logits in judge.judge(image[None]).items():
        row = (logits[0].sigmoid() if question in TOGETHER else logits[0].softmax(-1)).tolist()
        pairs = zip(judge.answers[question], row, strict=True)
        probabilities[question] = dict(sorted(pairs, key=lambda pair: -pair[1]))
    return probabilities


def hits(logits: Tensor, labels: Tensor) -> Tensor:
    """For each of a picture's k labels, whether it is among the k likeliest objects.

    Args:
        logits: (batch, objects), of every object.
        labels: (batch, objects), 1 for the objects that the picture should show, 0 for all others.

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


def judge_for(data: str) -> str:
    """The name of the judge that was trained on a data set; "" if `data` is ""."""
    return f"judge-{data}" if data else ""


def judge_of(checkpoint: Checkpoint) -> str:
    """The name of the judge for a checkpoint's pictures, trained on the data set that the checkpoint's card names; "" if it names none."""
    return judge_for(checkpoint.data)
