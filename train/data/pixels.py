"""Converts a picture file to a square tensor of pixels, whatever its shape and colour mode."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from explorer.decoding import as_seen


def square(image: Image.Image, size: int, squash: bool = False) -> Tensor:
    """The centre square of a picture or, with `squash`, the whole picture, resized to (3, size, size), uint8. It is decoded like uploads,
    and resized bilinearly with antialiasing."""
    pixels = torch.from_numpy(np.array(as_seen(image))).permute(2, 0, 1)
    if not squash:
        side = min(pixels.shape[1:])
        top, left = (pixels.shape[1] - side) // 2, (pixels.shape[2] - side) // 2
        pixels = pixels[:, top : top + side, left : left + side]
    pixels = pixels[None]
    if pixels.shape[-2:] != (size, size):
        pixels = F.interpolate(pixels, size=(size, size), mode="bilinear", antialias=True)
    return pixels[0]
