"""Real digits that come with the app: sheets of MNIST with labels, in explorer/pictures/digits-SPLIT.png.

A sheet has `COLUMNS` digits in a row; its PNG text "labels" has a character for each digit. `train.data.digits` writes the sheets.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image, PngImagePlugin
from torch import Tensor

FOLDER = Path(__file__).resolve().parent / "pictures"
SIDE, COLUMNS = 28, 20


def path_of(split: str) -> Path:
    """The sheet of a split, "train" or "test", or of labelled digits, "labelled-25"."""
    return FOLDER / f"digits-{split}.png"


def write(split: str, images: Tensor, labels: Tensor) -> Path:
    """Write a sheet.

    Args:
        images: (count, 28, 28) uint8; black digits fill the last row.
        labels: (count,) from 0 to 9.
    """
    missing = -len(images) % COLUMNS
    filled = torch.cat([images, images.new_zeros(missing, SIDE, SIDE)])
    rows = filled.unflatten(0, (-1, COLUMNS)).permute(0, 2, 1, 3).reshape(-1, COLUMNS * SIDE)
    about = PngImagePlugin.PngInfo()
    about.add_text("labels", "".join(map(str, labels.tolist())))
    Image.fromarray(rows.numpy()).save(path_of(split), pnginfo=about, optimize=True)
    return path_of(split)


@cache
def read(split: str) -> tuple[Tensor, Tensor]:
    """The digits of a split.

    Returns:
        Pictures (count, 28, 28) uint8, 0 for the background, and labels (count,) int64.
    """
    with Image.open(path_of(split)) as sheet:
        labels = torch.tensor([int(label) for label in sheet.text["labels"]])
        pixels = torch.from_numpy(np.array(sheet))
    images = pixels.unflatten(0, (-1, SIDE)).unflatten(2, (COLUMNS, SIDE)).permute(0, 2, 1, 3).flatten(0, 1)
    return images[: len(labels)].contiguous(), labels
