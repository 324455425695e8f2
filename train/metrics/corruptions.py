"""Known damage to real pictures, in four strengths, to find out what a measure sees (`train.metrics.sensitivity`).

Each function takes pictures (count, 3, size, size) in [-1, 1] and a strength, and returns as many pictures of the same shape. Random
choices come from a generator with a fixed seed, so the same call gives the same pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F
from torchvision.transforms.functional import gaussian_blur


def _generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def blur(images: Tensor, sigma: float) -> Tensor:
    """Gaussian blur, sigma in pixels."""
    return gaussian_blur(images, 2 * math.ceil(3 * sigma) + 1, sigma)


def lattice(images: Tensor, amplitude: float) -> Tensor:
    """A pattern of 4 by 4 pixels over the whole picture, as transposed convolutions leave it."""
    places = torch.arange(images.shape[-1])
    wave = torch.cos(math.pi / 2 * places)
    return (images + amplitude * (wave[:, None] + wave)).clamp(-1, 1)


def block_edges(images: Tensor, amplitude: float) -> Tensor:
    """Every block of 8 by 8 pixels a little lighter or darker, at random."""
    side = images.shape[-1] // 8
    offsets = torch.randn(len(images), 1, side, side, generator=_generator())
    return (images + amplitude * F.interpolate(offsets, scale_factor=8.0, mode="nearest")).clamp(-1, 1)


def colour_cast(images: Tensor, amount: float) -> Tensor:
    """More red and less blue in every picture."""
    return (images + amount * torch.tensor([1.0, 0.0, -1.0])[:, None, None]).clamp(-1, 1)


def lost_colour(images: Tensor, share: float) -> Tensor:
    """A mixture of the picture and its grey values."""
    return torch.lerp(images, images.mean(1, keepdim=True).expand_as(images), share)


def palette_shift(images: Tensor, degrees: float) -> Tensor:
    """Rotate the colours about the grey axis."""
    angle, axis = math.radians(degrees), 1 / math.sqrt(3)
    cosine, sine = math.cos(angle), math.sin(angle)
    skew = torch.tensor([[0.0, -axis, axis], [axis, 0.0, -axis], [-axis, axis, 0.0]])
    rotation = cosine * torch.eye(3) + sine * skew + (1 - cosine) / 3  # Rodrigues' formula
    return torch.einsum("ij,bjhw->bihw", rotation, images).clamp(-1, 1)


def patch_shuffle(images: Tensor, side: float) -> Tensor:
    """Cut every picture into squares of `side` pixels and put them together in another order."""
    side, size = int(side), images.shape[-1]
    patches = F.unfold(images, side, stride=side)
    order = torch.rand(len(images), patches.shape[-1], generator=_generator()).argsort(1)
    return F.fold(patches.gather(2, order[:, None].expand_as(patches)), size, side, stride=side)


def noise(images: Tensor, deviation: float) -> Tensor:
    """Normal noise on every value."""
    return (images + deviation * torch.randn(images.shape, generator=_generator())).clamp(-1, 1)


def mode_dropping(images: Tensor, share: float) -> Tensor:
    """Only a share of the kinds of pictures, each several times, mirrored at times: those at one end of the set's main direction."""
    small = F.adaptive_avg_pool2d(images, 8).flatten(1)
    small = small - small.mean(0)
    direction = torch.linalg.svd(small, full_matrices=False).Vh[0]
    kept = images[(small @ direction).argsort()[: max(1, round(share * len(images)))]]
    return _repeated(kept, len(images))


def copies(images: Tensor, share: float) -> Tensor:
    """A random share of the pictures, each several times, mirrored at times."""
    order = torch.randperm(len(images), generator=_generator())
    return _repeated(images[order[: max(1, round(share * len(images)))]], len(images))


def _repeated(images: Tensor, count: int) -> Tensor:
    numbers = torch.arange(count)
    pictures = images[numbers % len(images)]
    mirrored = (numbers // len(images)) % 2 == 1
    return torch.where(mirrored[:, None, None, None], pictures.flip(3), pictures)


@dataclass(frozen=True)
class Corruption:
    """A kind of damage with its four strengths, from the least to the most."""

    apply: Callable[[Tensor, float], Tensor]
    strengths: tuple[float, float, float, float]


CORRUPTIONS = {
    "blur": Corruption(blur, (0.4, 0.6, 0.9, 1.4)),
    "lattice": Corruption(lattice, (0.02, 0.05, 0.1, 0.2)),
    "block edges": Corruption(block_edges, (0.03, 0.07, 0.15, 0.3)),
    "colour cast": Corruption(colour_cast, (0.05, 0.1, 0.2, 0.4)),
    "lost colour": Corruption(lost_colour, (0.25, 0.5, 0.75, 1.0)),
    "palette shift": Corruption(palette_shift, (15, 30, 60, 120)),
    "patch shuffle": Corruption(patch_shuffle, (32, 16, 8, 4)),
    "noise": Corruption(noise, (0.05, 0.1, 0.2, 0.4)),
    "mode dropping": Corruption(mode_dropping, (0.7, 0.4, 0.2, 0.1)),
    "copies": Corruption(copies, (0.5, 0.25, 0.1, 0.05)),
}
