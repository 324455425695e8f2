"""Loads data sets by name, as pictures of one size.

`load("carrot-cake", "train", 64)` decodes all pictures into one uint8 tensor, which can be moved to a GPU. If this tensor would be larger
than `MEMORY_LIMIT`, the pictures are decoded batch by batch instead, from the memory-mapped Arrow file.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from . import sources
from .pictures import InMemory, Joined, OnDisk, Pictures, Store, concatenate
from .pixels import square

__all__ = ["InMemory", "Joined", "OnDisk", "Pictures", "Store", "concatenate", "load", "several", "square"]

MEMORY_LIMIT = 2 * 1024**3  # bytes


def load(name: str, split: str, size: int, channels: int = 3, limit: int | None = None) -> Pictures:
    """Load a split of a data set.

    Args:
        name: a key of `sources.SOURCES`.
        split: "train" or "test".
        size: side of the pictures in pixels.
        channels: 3, or 1 for grey.
        limit: load only this many pictures, the first ones.

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
    """Encode rows of names as multi-hot vectors, (count, len(names)).

    Raises:
        ValueError: for a name that is not in `names`.
    """
    vectors = torch.zeros(len(rows), len(names))
    indices = {name: index for index, name in enumerate(names)}
    for row, row_names in enumerate(rows):
        for name in row_names:
            if name not in indices:
                raise ValueError(f"{name!r} is unknown; known are {', '.join(names)}")
            vectors[row, indices[name]] = 1
    return vectors
