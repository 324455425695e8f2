"""Differentiable augmentation of the discriminator's inputs, real and generated (Zhao et al. 2020).

With few training pictures, a discriminator memorises them. Augmenting all its inputs prevents that. The augmentation is differentiable, so
that gradients reach the generator. Each picture of a batch is changed at random, independently of the others.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F


def translation(images: Tensor, ratio: float = 0.125) -> Tensor:
    """Move each picture by up to `ratio` of its side, and fill the border with zeros, which are mid-grey (Zhao et al. 2020, section 4)."""
    batch, _, height, width = images.shape
    pixels = round(height * ratio)
    padded = F.pad(images, (pixels,) * 4)
    rows = torch.randint(2 * pixels + 1, (batch, 1), device=images.device) + torch.arange(height, device=images.device)
    columns = torch.randint(2 * pixels + 1, (batch, 1), device=images.device) + torch.arange(width, device=images.device)
    indices = torch.arange(batch, device=images.device)[:, None, None]
    return padded[indices, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def colour(images: Tensor) -> Tensor:
    """Shift the brightness by up to 0.5, scale the saturation by 0 to 2, then the contrast by 0.5 to 1.5 (Zhao et al. 2020)."""
    brightness, saturation, contrast = torch.rand(3, len(images), 1, 1, 1, device=images.device)
    images = images + brightness - 0.5
    grey = images.mean(1, keepdim=True)
    images = (images - grey) * saturation * 2 + grey
    mean = images.mean((1, 2, 3), keepdim=True)
    return (images - mean) * (contrast + 0.5) + mean


def cutout(images: Tensor, ratio: float = 0.5) -> Tensor:
    """Set a square of each picture to 0: its side is `ratio` of the picture's, its centre is random (DeVries and Taylor 2017)."""
    batch, _, height, width = images.shape
    half = round(height * ratio) / 2
    centre = torch.rand(2, batch, 1, device=images.device) * torch.tensor([height, width], device=images.device)[:, None, None]
    rows = (torch.arange(height, device=images.device) + 0.5 - centre[0]).abs() < half
    columns = (torch.arange(width, device=images.device) + 0.5 - centre[1]).abs() < half
    return images * ~(rows[:, None, :, None] & columns[:, None, None, :])


def mirrored(images: Tensor) -> Tensor:
    """Mirror each picture of (batch, channels, height, width) with probability 1/2."""
    return torch.where(torch.rand(len(images), 1, 1, 1, device=images.device) < 0.5, images.flip(3), images)


def shifted(images: Tensor, pixels: int, mirror: bool = True) -> Tensor:
    """Augmentation for classifiers: move each picture by up to `pixels`, with replicated borders, and mirror it with probability 1/2 (He et
    al. 2016, section 4.2)."""
    batch, _, height, width = images.shape
    if mirror:
        images = mirrored(images)
    padded = F.pad(images, (pixels,) * 4, mode="replicate")
    top, left = torch.randint(2 * pixels + 1, (2, batch), device=images.device)
    rows = top[:, None] + torch.arange(height, device=images.device)
    columns = left[:, None] + torch.arange(width, device=images.device)
    return padded[torch.arange(batch, device=images.device)[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


AUGMENTATIONS = {"translation": translation, "colour": colour, "cutout": cutout}


def augmentations(words: str) -> tuple[str, ...]:
    """The names in a comma-separated option; () for "none"."""
    return tuple(name for name in words.split(",") if name and name != "none")


def augment(images: Tensor, names: Sequence[str]) -> Tensor:
    """Apply the named augmentations to pictures (batch, channels, height, width).

    Raises:
        ValueError: for an unknown name.
    """
    for name in names:
        if name not in AUGMENTATIONS:
            raise ValueError(f"augmentation {name!r} is unknown; known are {', '.join(AUGMENTATIONS)}")
        images = AUGMENTATIONS[name](images)
    return images


def distorted(
    images: Tensor, degrees: float = 15.0, scale: float = 0.15, shear: float = 0.3, shift: float = 0.15, erased: float = 0.25
) -> Tensor:
    """The strong augmentation of grey digits: each is turned, scaled, sheared and moved, and a square of it is erased. No mirror, because a
    mirrored digit is another sign.

    Args:
        images: (batch, 1, side, side) in [-1, 1], where -1 is the background.
        degrees, scale, shear: the largest turn, change of size (a share) and shear.
        shift: the largest movement, as a share of half the side.
        erased: side of the erased square, as a share of the side.
    """
    batch, device = len(images), images.device
    signed = lambda: 2 * torch.rand(batch, device=device) - 1  # noqa: E731
    angle, size, slant = torch.deg2rad(degrees * signed()), 1 + scale * signed(), shear * signed()
    cosine, sine = angle.cos() / size, angle.sin() / size
    first = torch.stack([cosine, slant * cosine - sine, shift * signed()], 1)
    second = torch.stack([sine, slant * sine + cosine, shift * signed()], 1)
    grid = F.affine_grid(torch.stack([first, second], 1), list(images.shape), align_corners=False)
    moved = F.grid_sample(images.float() + 1, grid, align_corners=False)  # outside, grid_sample has zeros
    return cutout(moved, erased) - 1
