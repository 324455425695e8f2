"""Data sets by name, as pictures of one size.

`load("carrot-cake", "train", 64)` decodes the rows that `sources` finds. What fits becomes one uint8 tensor and can be held on the
accelerator; larger sets are decoded batch by batch from the memory-mapped Arrow file.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from . import sources
from .pictures import InMemory, Joined, OnDisk, Pictures, Store, concatenate
from .pixels import square

__all__ = ["InMemory", "Joined", "OnDisk", "Pictures", "Store", "concatenate", "load", "several", "square"]

MEMORY_LIMIT = 2 * 1024**3  # bytes of uint8 pictures that are held as one tensor


def load(name: str, split: str, size: int, channels: int = 3, limit: int | None = None) -> Pictures:
    """A split of a data set at one size.

    Args:
        name: a key of `sources.SOURCES`.
        split: "train" or "test".
        size: pixels a side.
        channels: 3, or 1 for grey.
        limit: only the first so many pictures.

    Raises:
        ValueError: for an unknown set or split.
    """
    rows, source = sources.rows(name, split, limit), sources.SOURCES[name]
    labels = {column: several(rows[column], source.names) if source.names else torch.tensor(rows[column]) for column in source.labels}
    if len(rows) * channels * size * size > MEMORY_LIMIT:
        return Pictures(OnDisk(rows, source.image, size, channels, source.squash), labels)
    images = torch.empty(len(rows), channels, size, size, dtype=torch.uint8)
    for i, row in enumerate(rows.select_columns([source.image])):
        images[i] = square(row[source.image], size, source.squash)[:channels]
    return Pictures(InMemory(images), labels)


def several(rows: Sequence[Sequence[str]], names: Sequence[str]) -> Tensor:
    """(count, len(names)) of zeros and ones: which names each row lists.

    Raises:
        ValueError: for a name that is not among them.
    """
    found = torch.zeros(len(rows), len(names))
    numbers = {name: number for number, name in enumerate(names)}
    for row, listed in enumerate(rows):
        for name in listed:
            if name not in numbers:
                raise ValueError(f"{name!r} is unknown; known are {', '.join(names)}")
            found[row, numbers[name]] = 1
    return found
