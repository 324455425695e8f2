"""Samples latents from seeds, and varies them: truncation, interpolation, sweeps, principal directions.

A latent is a vector of independent standard normal numbers, from which a model draws a picture. Each row of a batch has its own random
number generator, so that a seed gives the same picture in a batch of any size.

1. Marchesi 2017 and Brock et al. 2019, section 3.1: truncation trades variety for typical pictures.
2. Shoemake 1985: spherical interpolation; White 2016 uses it for latents, because the middle of a straight line is nearer to the origin
   than random latents are.
3. Shen & Zhou 2021: the directions that change a picture most are the eigenvectors of W^T W, with W the first layer's matrix.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from .arguments import check_number, check_row, check_whole

MOST_SEED = 2**53  # JavaScript's numbers are exact up to here
MOST_PICTURES = 4096
MOST_SIZE = 65536
TYPICAL = 0.99  # the share of random latents whose norms are in the typical range


def draw(seed: int, count: int, size: int, truncation: float | None = None) -> Tensor:
    """Sample `count` latents: (count, size), float32, on the CPU. Row i depends only on `seed + i`, `size` and `truncation`.

    Args:
        truncation: the largest magnitude of a number, in standard deviations; None for no truncation. The numbers are not sampled again but
            mapped (`truncate`), so that a seed's picture changes gradually with the threshold.

    Raises:
        ValueError: for a seed, count, size or truncation out of range.
    """
    check_whole("seed", seed, 0, MOST_SEED)
    check_whole("count", count, 1, MOST_PICTURES)
    check_whole("size", size, 1, MOST_SIZE)
    rows = [torch.randn(size, generator=torch.Generator().manual_seed(seed + i)) for i in range(count)]
    return truncate(torch.stack(rows), truncation)


def truncate(latents: Tensor, threshold: float | None) -> Tensor:
    """Map normal numbers onto the normal truncated to [-threshold, threshold]; same shape, order kept, zero stays zero.

    With P the normal distribution function, P_truncated(y) = P(x) gives y = sqrt(2) erfinv(erf(x / sqrt 2) erf(threshold / sqrt 2)).
    """
    if threshold is None:
        return latents
    check_number("truncation", threshold, 1e-6, math.inf)
    share = torch.erf(latents.double() / math.sqrt(2)) * math.erf(threshold / math.sqrt(2))
    mapped = torch.erfinv(share) * math.sqrt(2)
    # In the far tail erf rounds to one, and erfinv of one is infinite; such a number keeps its magnitude, up to the threshold.
    return torch.where(mapped.isfinite(), mapped, latents.double()).clamp(-threshold, threshold).to(latents.dtype)


def interpolate(start: Tensor, end: Tensor, frames: int, path: Literal["lerp", "slerp"] = "slerp") -> Tensor:
    """Interpolate between `start` and `end`, both (size,), in equal steps: (frames, size). The first and last rows are the endpoints, bit
    for bit.

    "lerp" is the straight line. "slerp" rotates the direction at constant speed along the great circle, while the norm changes linearly
    from that of `start` to that of `end`; so the norms of all rows are typical of random latents. Parallel and opposite endpoints have no
    unique great circle: "slerp" is then the straight line too.

    Raises:
        ValueError: for endpoints of different shapes, fewer than 2 frames or an unknown path.
    """
    check_row("start", start)
    check_row("end", end, len(start))
    check_whole("frames", frames, 2, MOST_PICTURES)
    if path not in ("lerp", "slerp"):
        raise ValueError(f"path is {path!r}; expected 'lerp' or 'slerp'")
    a, b = start.double(), end.double()
    t = torch.linspace(0, 1, frames, dtype=torch.float64)[:, None]
    walk = (1 - t) * a + t * b
    norms = a.norm(), b.norm()
    if path == "slerp" and min(norms) > 0:
        u, v = a / norms[0], b / norms[1]
        # Kahan's formula: accurate also where the arc cosine of the dot product is not.
        angle = 2 * torch.atan2((u - v).norm(), (u + v).norm())
        if 1e-6 < angle < math.pi - 1e-6:
            direction = (torch.sin((1 - t) * angle) * u + torch.sin(t * angle) * v) / torch.sin(angle)
            walk = direction * ((1 - t) * norms[0] + t * norms[1])
    walk = walk.to(start.dtype)
    walk[0], walk[-1] = start, end
    return walk


def sweep(z: Tensor, direction: int | Tensor, values: Tensor) -> Tensor:
    """Vary a latent (size,) along one direction, by values (frames,): (frames, size).

    Args:
        direction: the index of a coordinate, which is set to each value in turn (report 004, figure 10), or a vector (size,): its unit
            vector times each value is added to `z`.

    Raises:
        ValueError: for an index out of range, or a vector that is zero or not of z's size.
    """
    check_row("z", z)
    check_row("values", values)
    if isinstance(direction, Tensor):
        check_row("direction", direction, len(z))
        if not direction.norm() > 0:
            raise ValueError("direction is zero; expected a vector that is not zero")
        return z + values[:, None] * (direction / direction.norm())
    check_whole("direction", direction, 0, len(z) - 1)
    rows = z.repeat(len(values), 1)
    rows[:, direction] = values.to(z.dtype)
    return rows


class Directions(NamedTuple):
    """Unit vectors (count, size), and the variance (count,) of the first layer's output along each of them, in descending order."""

    vectors: Tensor
    variances: Tensor


def directions(weight: Tensor, count: int) -> Directions:
    """The principal directions of a first layer: eigenvectors of W^T W, largest eigenvalue first (Shen & Zhou 2021, eq. 8).

    For standard normal latents, an eigenvalue is the variance of the layer's output along its eigenvector. The sign of an eigenvector is
    arbitrary; this function makes the coordinate of the largest magnitude positive.

    Args:
        weight: (units, size), the matrix of the first layer.
        count: how many, at most size.

    Raises:
        ValueError: if `weight` is not a finite matrix, or `count` is not in 1 to size.
    """
    if weight.dim() != 2 or not weight.isfinite().all():
        raise ValueError(f"weight has the shape {tuple(weight.shape)}; expected a finite matrix (units, size)")
    check_whole("count", count, 1, weight.shape[1])
    matrix = weight.detach().cpu().double()
    variances, columns = torch.linalg.eigh(matrix.T @ matrix)
    vectors = columns.T.flip(0)[:count]
    largest = vectors.gather(1, vectors.abs().argmax(1, keepdim=True))
    return Directions((vectors * largest.sign()).float(), variances.flip(0)[:count].clamp(min=0).float())


def typical_norms(size: int, share: float = TYPICAL) -> tuple[float, float]:
    """The central range of the norms of random latents of `size` numbers, which contains `share` of them (the chi distribution).

    The squared norm of a standard normal vector is chi-squared. Its distribution function is the regularised incomplete gamma function
    P(size / 2, norm^2 / 2); the quantiles are found by bisection.
    """
    check_whole("size", size, 1, MOST_SIZE)
    check_number("share", share, 1e-6, 1 - 1e-6)
    tails = torch.tensor([(1 - share) / 2, (1 + share) / 2], dtype=torch.float64)
    half = torch.full((2,), size / 2, dtype=torch.float64)
    low, high = torch.zeros(2, dtype=torch.float64), torch.full((2,), math.sqrt(size) + 40, dtype=torch.float64)
    for _ in range(100):
        middle = (low + high) / 2
        below = torch.special.gammainc(half, middle**2 / 2) < tails
        low, high = torch.where(below, middle, low), torch.where(below, high, middle)
    return low[0].item(), high[1].item()


def onto_shell(latents: Tensor, norms: tuple[float, float]) -> Tensor:
    """Scale every row of (batch, size) whose norm is outside the range to the nearer end of the range; the other rows stay unchanged."""
    norm = latents.norm(dim=1, keepdim=True)
    return latents * (norm.clamp(*norms) / norm.clamp(min=torch.finfo(latents.dtype).tiny))
