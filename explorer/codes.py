"""Pictures as maps of codes: find the nearest codes, count codes, edit and mix maps, and sample new maps from the prior.

A map is (rows, columns) or (batch, rows, columns) of int64; cell i is the i-th in row-major order. The functions take tensors and a model
that `Quantises`; to sample new maps, a model that `Writes`.

van den Oord et al. 2017, section 3: the codes; 3.3 and 4.2: the prior. Holtzman et al. 2020: why codes of low probability are not sampled.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from .arguments import check_number, check_whole
from .cancellation import check
from .models import Quantises, Writes

TEMPERATURES = (0.05, 5.0)
TILE, COLUMNS = 8, 32  # side of a code's picture in pixels, and pictures in a row of codebook.png


@dataclass(frozen=True)
class Filling:
    """One cell that the prior has filled.

    Attributes:
        step, steps: erased cells filled so far, and all erased cells.
        cell: its index.
        code: the code that was sampled for the cell.
        probabilities: (codebook size,), the prior's probability of each code, at temperature 1 and without `top`.
        codes: (rows, columns), the map so far; cells that are not filled yet are -1.
    """

    step: int
    steps: int
    cell: int
    code: int
    probabilities: Tensor
    codes: Tensor


@torch.no_grad()
def nearest(model: Quantises, image: Tensor, count: int = 5) -> tuple[Tensor, Tensor]:
    """The codes nearest to each cell of a picture (channels, height, width), and their Euclidean distances: (rows, columns, count)."""
    count = check_whole("count", count, 1, model.codebook_size)
    closest = model.distances(model.embed(image[None])[0]).clamp_min(0).sqrt().topk(count, largest=False)
    return closest.indices, closest.values


@torch.no_grad()
def single_code_pictures(model: Quantises) -> Tensor:
    """For each code, decode a map with this code in every cell, and crop the middle of the picture: (codes, channels, TILE, TILE)."""
    maps = torch.arange(model.codebook_size)[:, None, None].expand(-1, model.map_size, model.map_size)
    start = (model.image_size - TILE) // 2
    return torch.cat([model.decode(part) for part in maps.split(64)])[:, :, start : start + TILE, start : start + TILE]


def usage(maps: Tensor, size: int) -> Tensor:
    """How often each of `size` codes occurs in maps of any shape: (size,) int64."""
    return torch.bincount(maps.flatten(), minlength=size)


def perplexity(counts: Tensor) -> float:
    """exp of the entropy of the codes' frequencies: the number of codes that have the same entropy if all are equally frequent; 0 if all
    counts are 0."""
    shares = counts.double() / counts.sum().clamp_min(1)
    return math.exp(-torch.special.xlogy(shares, shares).sum().item()) if counts.sum() else 0.0


@torch.no_grad()
def sketch(model: Quantises, codes: Tensor) -> Tensor:
    """Decode a map (rows, columns) in which erased cells are -1: they get the mean vector of all codes. (channels, height, width)."""
    vectors = model.codebook(codes.clamp_min(0))
    vectors[codes < 0] = model.codebook.weight.mean(0)
    return model.draw(vectors[None])[0]


def swap(codes: Tensor, row: int, column: int, code: int, size: int) -> Tensor:
    """A copy of a map (rows, columns) with one cell changed.

    Raises:
        ValueError: for a cell outside the map or a code outside the codebook of `size`.
    """
    row, column = check_whole("row", row, 0, codes.shape[0] - 1), check_whole("column", column, 0, codes.shape[1] - 1)
    changed = codes.clone()
    changed[row, column] = check_whole("code", code, 0, size - 1)
    return changed


def blend(first: Tensor, second: Tensor, mask: Tensor) -> Tensor:
    """A map with the cells of `second` where the mask (rows, columns) is true, and the cells of `first` elsewhere.

    Raises:
        ValueError: if the three have different shapes.
    """
    if first.shape != second.shape or mask.shape != first.shape:
        shapes = ", ".join(str(tuple(each.shape)) for each in (first, second, mask))
        raise ValueError(f"the maps and the mask have the shapes {shapes}; expected the same for all")
    return torch.where(mask.bool(), second, first)


def bits(model: Quantises) -> float:
    """The size of a map of this model in bits, if all codes have the same length."""
    return model.map_size**2 * math.log2(model.codebook_size)


def distribution(logits: Tensor, temperature: float = 1.0, top: int | None = None) -> Tensor:
    """The probabilities (..., codes) from which a code is sampled: softmax(logits / temperature) over the `top` likeliest codes (None: all
    codes); the other codes get 0."""
    logits = logits / check_number("temperature", temperature, *TEMPERATURES)
    if top is not None and top < logits.shape[-1]:
        threshold = logits.topk(top).values[..., -1:]
        logits = logits.masked_fill(logits < threshold, -math.inf)
    return logits.softmax(-1)


def fill(
    model: Writes, codes: Tensor, labels: Tensor, *, seed: int = 0, temperature: float = 1.0, top: int | None = None
) -> Iterator[Filling]:
    """Fill the cells of a map that are -1 with samples from the prior, in row-major order; yields after each cell. Each cell is conditioned
    on all cells that are filled before it.

    The same arguments give the same codes. Closing the iterator stops the computation.

    Args:
        model: in eval mode.
        codes: (rows, columns) int64, -1 for erased cells, possibly for all.
        labels: (classes,) float, one-hot or soft; zeros for no class.
        seed: of the random numbers; every cell, erased or not, has its own, in row-major order.
        temperature: the divisor of the logits; below 1, likely codes become likelier.
        top: sample only from this many likeliest codes; None for all.

    Raises:
        ValueError: at the call of `fill`, for an argument out of range.
    """
    size = model.codebook_size
    if codes.shape != (model.map_size,) * 2 or int(codes.min()) < -1 or int(codes.max()) >= size:
        raise ValueError(f"codes have the shape {tuple(codes.shape)}; expected {model.map_size} x {model.map_size} of -1 to {size - 1}")
    if labels.shape != (len(model.classes),) or not labels.isfinite().all():
        raise ValueError(f"labels have the shape {tuple(labels.shape)}; expected {len(model.classes)} finite numbers")
    check_number("temperature", temperature, *TEMPERATURES)
    top = None if top is None else check_whole("top", top, 1, size)

    def fillings() -> Iterator[Filling]:
        flat = codes.flatten().clone()
        uniform = torch.rand(len(flat), generator=torch.Generator().manual_seed(seed))
        filled, erased = (flat >= 0).nonzero().flatten(), (flat < 0).nonzero().flatten()
        order, cache = torch.cat([filled, erased]), []
        for step, cell in enumerate(erased.tolist()):
            check()
            filled_count = len(filled) + step
            with torch.no_grad():
                logits = model.next_code(flat[order[:filled_count]][None], order[None, : filled_count + 1], labels[None], cache)[0, -1]
            flat[cell] = _sample_code(distribution(logits, temperature, top), uniform[cell])
            yield Filling(step + 1, len(erased), cell, int(flat[cell]), logits.softmax(-1), flat.view_as(codes).clone())

    return fillings()


@torch.no_grad()
def write(model: Writes, labels: Tensor, *, seed: int = 0, temperature: float = 1.0, top: int | None = None) -> Tensor:
    """Sample maps (batch, rows, columns) for labels (batch, classes) from the prior, in one batch. Map i equals the one that `fill` samples
    for an empty map with seed + i."""
    cells = model.map_size**2
    uniform = torch.stack([torch.rand(cells, generator=torch.Generator().manual_seed(seed + i)) for i in range(len(labels))])
    flat = torch.empty(len(labels), 0, dtype=torch.int64)
    order, cache = torch.arange(cells).expand(len(labels), -1), []
    for cell in range(cells):
        check()
        logits = model.next_code(flat, order[:, : cell + 1], labels, cache)[:, -1]
        flat = torch.cat([flat, _sample_code(distribution(logits, temperature, top), uniform[:, cell, None])], 1)
    return flat.unflatten(1, (model.map_size, model.map_size))


def _sample_code(probabilities: Tensor, uniform: Tensor) -> Tensor:
    """The first code at which the cumulative sum of the probabilities (..., codes) exceeds a uniform random number (..., 1): inverse
    transform sampling."""
    summed = probabilities.double().cumsum(-1)
    return torch.searchsorted(summed, uniform.double() * summed[..., -1:], right=True).clamp_max(probabilities.shape[-1] - 1)
