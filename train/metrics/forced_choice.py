"""Forced choice: which of a few colours a judge of birds predicts for a part, and how often it is right."""

from __future__ import annotations

import torch
from torch import Tensor

from train.data.birds import HELD_OUT, Bird
from train.data.birds import records as bird_records

ELEVEN = ("red", "orange", "yellow", "olive", "green", "blue", "brown", "buff", "grey", "black", "white")
SIX = ("red", "blue", "yellow", "black", "white", "brown")
PARTS = ("primary", "wing", "breast", "belly", "back", "tail", "nape", "crown", "throat", "bill")
FOUR = ("white", "black", "grey", "yellow")  # the choices for belly and crown


def shares(birds: list[Bird], part: str) -> Tensor:
    """The colours of a part as a distribution, (pictures, colours): equal shares for all annotated colours; zeros if there are none."""
    counts = torch.zeros(len(birds), len(ELEVEN))
    for row, bird in enumerate(birds):
        for colour in bird.traits.get(part, ()):
            if colour in ELEVEN:
                counts[row, ELEVEN.index(colour)] = 1
    return counts / counts.sum(1, keepdim=True).clamp_min(1)


def only_colour(colour_shares: Tensor, choices: tuple[str, ...]) -> Tensor:
    """The index in `choices` of a part's colour, (pictures,); -1 if the part has none or several of these colours."""
    chosen_shares = colour_shares[:, [ELEVEN.index(colour) for colour in choices]] > 0
    return torch.where(chosen_shares.sum(1) == 1, chosen_shares.int().argmax(1), -1)


def chosen(logits: Tensor, choices: tuple[str, ...], expected: Tensor | None = None) -> Tensor:
    """The index of the likeliest colour among `choices`, (pictures,).

    Args:
        logits: the judge's logits for a part, (pictures, colours).
        choices: the colours to choose from.
        expected: (colours,) the frequency of each colour for that part in the judge's training data. Dividing by it makes all choices
            equally likely a priori (Saerens et al. 2002, eq. 4).
    """
    columns = [ELEVEN.index(colour) for colour in choices]
    logits = logits[:, columns]
    return (logits if expected is None else logits - expected[columns].log()).argmax(1)


def balanced(correct: Tensor, truth: Tensor) -> float:
    """Balanced accuracy: the mean of the accuracies of all classes. Pictures whose `truth` is -1 are ignored."""
    return torch.stack([correct[truth == label].float().mean() for label in truth[truth >= 0].unique()]).mean().item()


def expected(part: str) -> Tensor:
    """The frequency of each colour for a part in the judge's training data, (colours,), with 1 added to each count."""
    colour_shares = shares([bird for row, bird in enumerate(bird_records.describe("train")) if row % HELD_OUT], part)
    return (colour_shares.sum(0) + 1) / (len(colour_shares) + len(ELEVEN))
