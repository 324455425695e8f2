"""Data sets by name, as pictures of one size.

`load("carrot-cake", "train", 64)` decodes the rows that `sources` finds. What fits becomes one uint8 tensor and can be held on the
accelerator; larger sets are decoded batch by batch from the memory-mapped Arrow file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from . import sources

MEMORY_LIMIT = 2 * 1024**3  # bytes of uint8 pictures that are held as one tensor


@dataclass
class Pictures:
    """Pictures in memory with their labels.

    Attributes:
        images: (count, channels, size, size), uint8.
        labels: by column, (count,) int64 each, -1 where a picture has none; or (count, conditions) of zeros and ones, float.
    """

    images: Tensor
    labels: dict[str, Tensor] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.images)

    def batch(self, indices: Tensor | Sequence[int], device: torch.device | str = "cpu") -> dict[str, Tensor]:
        """{"images": (batch, channels, size, size) float in [-1, 1], label: (batch,) or (batch, conditions)} on `device`."""
        indices = torch.as_tensor(indices, device=self.images.device)
        images = self.images[indices].to(device).float().div_(127.5).sub_(1)
        return {"images": images, **{name: values[indices.cpu()].to(device) for name, values in self.labels.items()}}

    def take(self, count: int) -> Pictures:
        """The first `count` pictures."""
        return self.rows(torch.arange(min(count, len(self))))

    def rows(self, numbers: Tensor) -> Pictures:
        """The pictures with these numbers, (count,)."""
        return Pictures(self.images[numbers], {name: values[numbers] for name, values in self.labels.items()})

    def to(self, device: torch.device | str) -> Pictures:
        """The same with the pictures held on `device`."""
        return Pictures(self.images.to(device), self.labels)


class LazyPictures(Pictures):
    """Pictures that are decoded when a batch asks for them, for sets that memory does not hold."""

    def __init__(self, rows, column: str, size: int, labels: dict[str, Tensor], squash: bool = False):
        self.rows, self.column, self.size, self.labels, self.squash = rows, column, size, labels, squash

    def __len__(self) -> int:
        return len(self.rows)

    def batch(self, indices: Tensor | Sequence[int], device: torch.device | str = "cpu") -> dict[str, Tensor]:
        indices = torch.as_tensor(indices)
        images = torch.stack([square(row[self.column], self.size, self.squash) for row in self.rows.select(indices.tolist())])
        return {
            "images": images.to(device).float().div_(127.5).sub_(1),
            **{name: values[indices].to(device) for name, values in self.labels.items()},
        }

    def to(self, device: torch.device | str) -> Pictures:
        return self


def square(image: Image.Image, size: int, squash: bool = False) -> Tensor:
    """(3, size, size) uint8: alpha composited on white, the centre square (or the whole, squashed), antialiased bilinear."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    pixels = torch.from_numpy(np.array(image.convert("RGB"))).permute(2, 0, 1)
    if not squash:
        side = min(pixels.shape[1:])
        top, left = (pixels.shape[1] - side) // 2, (pixels.shape[2] - side) // 2
        pixels = pixels[:, top : top + side, left : left + side]
    pixels = pixels[None]
    if pixels.shape[-2:] != (size, size):
        pixels = F.interpolate(pixels, size=(size, size), mode="bilinear", antialias=True)
    return pixels[0]


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
        return LazyPictures(rows, source.image, size, labels, source.squash)
    images = torch.empty(len(rows), channels, size, size, dtype=torch.uint8)
    for i, row in enumerate(rows.select_columns([source.image])):
        images[i] = square(row[source.image], size, source.squash)[:channels]
    return Pictures(images, labels)


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


def concatenate(parts: Sequence[Pictures]) -> Pictures:
    """All pictures in a row; a label that a part lacks is -1 there."""
    names = sorted({name for part in parts for name in part.labels})
    labels = {name: torch.cat([part.labels.get(name, torch.full((len(part),), -1)) for part in parts]) for name in names}
    return Pictures(torch.cat([part.images for part in parts]), labels)
