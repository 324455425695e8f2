"""Writes the sheets of pictures of a timeline."""

from __future__ import annotations

import math
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor


def write_sprite(images: Tensor, path: Path) -> None:
    """Write (count, channels, height, width) in [-1, 1] as one picture without gaps, ceil(sqrt(count)) to a row."""
    columns = math.ceil(math.sqrt(len(images)))
    rows = math.ceil(len(images) / columns)
    _, channels, height, width = images.shape
    sheet = torch.zeros(channels, rows * height, columns * width, dtype=torch.uint8)
    for i, image in enumerate(images.float().add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8).cpu()):
        top, left = i // columns * height, i % columns * width
        sheet[:, top : top + height, left : left + width] = image
    pixels = sheet.permute(1, 2, 0).numpy()
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels if channels == 3 else pixels[:, :, 0]).save(path, quality=90)
