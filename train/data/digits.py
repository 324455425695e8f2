"""Writes the sheets of real digits that come with the app, explorer/pictures/digits-SPLIT.png (`explorer.digits` reads them).

    python -m train digits

They have equally many digits of each class, the first ones of a split of MNIST, in the order of the split. The sheets labelled-COUNT have
the labelled digits that the shipped classifiers with few labels have seen.
"""

from __future__ import annotations

import torch
import typer

from explorer import digits
from explorer.few_labels import chosen
from explorer.models.few_labels import COUNTS as FEW

from . import load

COUNTS = {"train": 6000, "test": 1000}
SHIPPED_DRAW = 0  # of labels, of the classifiers in checkpoints/


def balanced(labels: torch.Tensor, count: int) -> torch.Tensor:
    """The row numbers of the first `count / 10` digits of each class, in order."""
    return torch.cat([(labels == digit).nonzero()[: count // 10, 0] for digit in range(10)]).sort().values


def main() -> None:
    """Write the sheets of real digits for the page, from MNIST."""
    for split, count in COUNTS.items():
        pictures = load("mnist", split, digits.SIDE, channels=1)
        rows = balanced(pictures.labels["label"], count)
        path = digits.write(split, pictures.fetch(rows)[:, 0], pictures.labels["label"][rows])
        typer.echo(f"wrote {path}, {path.stat().st_size:,} bytes")
    pictures = load("mnist", "train", digits.SIDE, channels=1)
    labels = pictures.labels["label"].long()
    for count in FEW:
        rows = chosen(labels, count, SHIPPED_DRAW)
        path = digits.write(f"labelled-{count}", pictures.fetch(rows)[:, 0], labels[rows])
        typer.echo(f"wrote {path}, {path.stat().st_size:,} bytes")
