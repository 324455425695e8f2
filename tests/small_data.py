"""Small random pictures, and the Parquet files that hold them."""

from __future__ import annotations

import datasets
import numpy as np
from PIL import Image


def pictures(count: int, size: int, mode: str = "RGB", seed: int = 0) -> list[Image.Image]:
    """Smooth random pictures: noise of 8x8 enlarged, so that no two are alike and edges exist."""
    noise = np.random.default_rng(seed).integers(0, 256, (count, 8, 8, len(mode)), dtype=np.uint8)
    return [Image.fromarray(pixels, mode).resize((size, size), Image.BILINEAR) for pixels in noise]


def write(folder, split: str, columns: dict) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = datasets.Dataset.from_dict(columns)
    rows = rows.cast_column(next(iter(columns)), datasets.Image())
    rows.to_parquet(folder / f"{split}-00000-of-00001.parquet")
