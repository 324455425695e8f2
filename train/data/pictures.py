"""Pictures with labels, over a store of pixels: a tensor in memory, or rows of a data set that are decoded when a batch asks for them."""

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
    """Where pixels are kept."""

    def __len__(self) -> int: ...

    def fetch(self, numbers: Tensor) -> Tensor:
        """The pictures with these numbers (batch,): uint8, (batch, channels, size, size)."""
        ...

    def to(self, device: torch.device | str) -> Store:
        """The same store with its pixels on `device`, if it holds any."""
        ...


@dataclass(frozen=True)
class InMemory:
    """Pixels in one tensor: uint8, (count, channels, size, size)."""

    pixels: Tensor

    def __len__(self) -> int:
        return len(self.pixels)

    def fetch(self, numbers: Tensor) -> Tensor:
        return self.pixels[numbers.to(self.pixels.device)]

    def to(self, device: torch.device | str) -> InMemory:
        return InMemory(self.pixels.to(device))


@dataclass(frozen=True)
class OnDisk:
    """Rows of a data set whose pictures memory does not hold.

    Attributes:
        rows: of the data set.
        column: that holds the picture.
        size: pixels a side.
        channels: 3, or 1 for grey.
        squash: keep the whole picture whatever its shape, instead of its centre square.
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
    """Several stores after each other, of pictures of one shape."""

    parts: tuple[Store, ...]

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def fetch(self, numbers: Tensor) -> Tensor:
        numbers = numbers.cpu()
        found, places, first = [], [], 0
        for part in self.parts:
            mine = ((numbers >= first) & (numbers < first + len(part))).nonzero().flatten()
            if len(mine) or not len(numbers):
                found.append(part.fetch(numbers[mine] - first))
                places.append(mine)
            first += len(part)
        pixels = torch.cat(found)
        return pixels[torch.cat(places).argsort().to(pixels.device)]

    def to(self, device: torch.device | str) -> Joined:
        return Joined(tuple(part.to(device) for part in self.parts))


@dataclass
class Pictures:
    """Pictures with their labels. Parts of a set share its store.

    Attributes:
        store: of the pixels.
        labels: by column, (count,) int64 each, -1 where a picture has none; or (count, conditions) of zeros and ones, float.
        numbers: of these pictures in the store, (count,); by default all, in order.
    """

    store: Store
    labels: dict[str, Tensor] = field(default_factory=dict)
    numbers: Tensor | None = None

    def __len__(self) -> int:
        return len(self.store) if self.numbers is None else len(self.numbers)

    def fetch(self, numbers: Tensor) -> Tensor:
        """Pixels of the pictures with these numbers (batch,): uint8, (batch, channels, size, size), where the store holds them."""
        return self.store.fetch(numbers if self.numbers is None else self.numbers[numbers.cpu()])

    def batch(self, indices: Tensor | Sequence[int], device: torch.device | str = "cpu") -> dict[str, Tensor]:
        """{"images": (batch, channels, size, size) float in [-1, 1], label: (batch,) or (batch, conditions)} on `device`."""
        indices = torch.as_tensor(indices, dtype=torch.int64, device="cpu")
        images = self.fetch(indices).to(device).float().div_(127.5).sub_(1)
        return {"images": images, **{name: values[indices].to(device) for name, values in self.labels.items()}}

    def batches(self, size: int = 128, device: torch.device | str = "cpu") -> Iterator[dict[str, Tensor]]:
        """All pictures in their order, `size` in a batch, each as `batch` gives it."""
        for indices in torch.arange(len(self)).split(size):
            yield self.batch(indices, device)

    def take(self, count: int) -> Pictures:
        """The first `count` pictures."""
        return self.rows(torch.arange(min(count, len(self))))

    def rows(self, numbers: Tensor) -> Pictures:
        """The pictures with these numbers, (count,), in this order; a number may come more than once."""
        labels = {name: values[numbers] for name, values in self.labels.items()}
        return Pictures(self.store, labels, numbers if self.numbers is None else self.numbers[numbers])

    def labelled(self, labels: dict[str, Tensor]) -> Pictures:
        """The same pictures with these labels and no others."""
        return Pictures(self.store, labels, self.numbers)

    def to(self, device: torch.device | str) -> Pictures:
        """The same with the pixels held on `device`, if the store holds any."""
        return Pictures(self.store.to(device), self.labels, self.numbers)


def concatenate(parts: Sequence[Pictures]) -> Pictures:
    """All pictures in a row; a label that a part lacks is -1 there."""
    names = sorted({name for part in parts for name in part.labels})
    labels = {name: torch.cat([part.labels.get(name, torch.full((len(part),), -1)) for part in parts]) for name in names}
    return Pictures(Joined(tuple(parts)), labels)
