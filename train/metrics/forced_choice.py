"""Forced choice: which of a few colours a judge of birds predicts for a part, and how often it is right."""

from __future__ import annotations

import torch
from torch import Tensor

from train.data.birds import HELD_OUT, Bird
from train.data.birds import records as bird_records

ELEVEN = ("red", "orange", "yellow", "olive", "green", "blue", "brown", "buff", "grey", "black", "white")
SIX = ("red", "blue", "yellow", "black", "white", "brown")
PARTS = ("primary", "wing", "breast", "belly", "back", "tail", "nape", "crown", "throat", "bill")
FOUR = ("white", "black", "grey", "yellow")  # asked of belly and crown


def shares(birds: list[Bird], part: str) -> Tensor:
    """(pictures, colours): the part's colours in equal shares; zeros if the annotator named none."""
    counts = torch.zeros(len(birds), len(ELEVEN))
    for row, bird in enumerate(birds):
        for colour in bird.traits.get(part, ()):
            if colour in ELEVEN:
                counts[row, ELEVEN.index(colour)] = 1
    return counts / counts.sum(1, keepdim=True).clamp_min(1)


def alone(colour_shares: Tensor, choices: tuple[str, ...]) -> Tensor:
    """(pictures,): the index of the one colour among `choices` that a part has; -1 if it has none or several of them."""
    chosen_shares = colour_shares[:, [ELEVEN.index(colour) for colour in choices]] > 0
    return torch.where(chosen_shares.sum(1) == 1, chosen_shares.int().argmax(1), -1)


def chosen(logits: Tensor, choices: tuple[str, ...], expected: Tensor | None = None) -> Tensor:
    """Forced choice: (pictures,) the likeliest of `choices`.

    Args:
        logits: (pictures, colours) of a part.
        choices: the colours to choose from.
        expected: (colours,) the frequency of each colour for that part in the judge's training data. Dividing by it makes all choices
            equally likely a priori (Saerens et al. 2002, eq. 4).
    """
    columns = [ELEVEN.index(colour) for colour in choices]
    logits = logits[:, columns]
    return (logits if expected is None else logits - expected[columns].log()).argmax(1)


def balanced(correct: Tensor, truth: Tensor) -> float:
    """Balanced accuracy: the mean over the classes of the share of right answers, without the pictures whose `truth` is -1."""
    return torch.stack([correct[truth == label].float().mean() for label in truth[truth >= 0].unique()]).mean().item()


def expected(part: str) -> Tensor:
    """(colours,): the frequency of each colour for a part in the judge's training data, with 1 added to each count."""
    colour_shares = shares([bird for row, bird in enumerate(bird_records.describe("train")) if row % HELD_OUT], part)
    return (colour_shares.sum(0) + 1) / (len(colour_shares) + len(ELEVEN))
