"""Pictures with labels. Their pixels are in a store: a tensor in memory, or the rows of a data set, which are decoded batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from .pixels import square

if TYPE_CHECKING:
    import datasets


class Store(Protocol):
    """The pixels of pictures."""

    def __len__(self) -> int: ...

    def fetch(self, numbers: Tensor) -> Tensor:
        """The pictures at these indices (batch,): uint8, (batch, channels, size, size)."""
        ...

    def to(self, device: torch.device | str) -> Store:
        """The same store with its pixels on `device`, if they are in memory."""
        ...


@dataclass(frozen=True)
class InMemory:
    """A store with all pixels in one tensor: uint8, (count, channels, size, size)."""

    pixels: Tensor

    def __len__(self) -> int:
        return len(self.pixels)

    def fetch(self, numbers: Tensor) -> Tensor:
        return self.pixels[numbers.to(self.pixels.device)]

    def to(self, device: torch.device | str) -> InMemory:
        return InMemory(self.pixels.to(device))


@dataclass(frozen=True)
class OnDisk:
    """A store that decodes the rows of a data set when they are fetched.

    Attributes:
        rows: of the data set.
        column: the column with the pictures.
        size: side of the pictures in pixels.
        channels: 3, or 1 for grey.
        squash: resize the whole picture to a square, instead of its centre square.
    """

    rows: datasets.Dataset
    column: str
    size: int
    channels: int = 3
    squash: bool = False

    def __len__(self) -> int:
        return len(self.rows)

    def fetch(self, numbers: Tensor) -> Tensor:
        rows = self.rows.select_columns([self.column]).select(numbers.tolist())
        pixels = [square(row[self.column], self.size, self.squash)[: self.channels] for row in rows]
        return torch.stack(pixels) if pixels else torch.empty(0, self.channels, self.size, self.size, dtype=torch.uint8)

    def to(self, device: torch.device | str) -> OnDisk:
        return self


@dataclass(frozen=True)
class Joined:
    """Several stores, concatenated. All pictures have the same shape."""

    parts: tuple[Store, ...]

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def fetch(self, numbers: Tensor) -> Tensor:
        numbers = numbers.cpu()
        fetched, positions, first = [], [], 0
        for part in self.parts:
            in_part = ((numbers >= first) & (numbers < first + len(part))).nonzero().flatten()
            if len(in_part) or not len(numbers):
                fetched.append(part.fetch(numbers[in_part] - first))
                positions.append(in_part)
            first += len(part)
        pixels = torch.cat(fetched)
        return pixels[torch.cat(positions).argsort().to(pixels.device)]

    def to(self, device: torch.device | str) -> Joined:
        return Joined(tuple(part.to(device) for part in self.parts))


@dataclass
class Pictures:
    """Pictures with their labels. Subsets of a data set share one store.

    Attributes:
        store: the pixels.
        labels: by column: class labels, (count,) int64, -1 if a picture has none; or multi-hot labels, (count, conditions), float.
        numbers: the indices of these pictures in the store, (count,); None for all pictures of the store.
    """

    store: Store
    labels: dict[str, Tensor] = field(default_factory=dict)
    numbers: Tensor | None = None

    def __len__(self) -> int:
        return len(self.store) if self.numbers is None else len(self.numbers)

    def fetch(self, numbers: Tensor) -> Tensor:
        """The pixels of the pictures at these indices (batch,): uint8, (batch, channels, size, size), on the store's device."""
        return self.store.fetch(numbers if self.numbers is None else self.numbers[numbers.cpu()])

    def batch(self, indices: Tensor | Sequence[int], device: torch.device | str = "cpu") -> dict[str, Tensor]:
        """A batch on `device`: "images", (batch, channels, size, size), float in [-1, 1], and the labels by column."""
        indices = torch.as_tensor(indices, dtype=torch.int64, device="cpu")
        images = self.fetch(indices).to(device).float().div_(127.5).sub_(1)
        return {"images": images, **{name: values[indices].to(device) for name, values in self.labels.items()}}

    def batches(self, size: int = 128, device: torch.device | str = "cpu") -> Iterator[dict[str, Tensor]]:
        """All pictures in order, in batches of `size`."""
        for indices in torch.arange(len(self)).split(size):
            yield self.batch(indices, device)

    def take(self, count: int) -> Pictures:
        """The first `count` pictures."""
        return self.rows(torch.arange(min(count, len(self))))

    def rows(self, numbers: Tensor) -> Pictures:
        """The pictures at these indices, (count,), in this order; an index may occur several times."""
        labels = {name: values[numbers] for name, values in self.labels.items()}
        return Pictures(self.store, labels, numbers if self.numbers is None else self.numbers[numbers])

    def labelled(self, labels: dict[str, Tensor]) -> Pictures:
        """The same pictures with these labels instead of their own."""
        return Pictures(self.store, labels, self.numbers)

    def to(self, device: torch.device | str) -> Pictures:
        """The same pictures, with their pixels on `device` if they are in memory."""
        return Pictures(self.store.to(device), self.labels, self.numbers)


def concatenate(parts: Sequence[Pictures]) -> Pictures:
    """Concatenate pictures. If a part lacks a label that another part has, its pictures get -1."""
    names = sorted({name for part in parts for name in part.labels})
    labels = {name: torch.cat([part.labels.get(name, torch.full((len(part),), -1)) for part in parts]) for name in names}
    return Pictures(Joined(tuple(parts)), labels)
