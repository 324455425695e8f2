"""Small data sets in the columns of the real ones, so that recipes run as users run them."""

from __future__ import annotations

import datasets
import numpy as np
import pytest
from PIL import Image

from train import data

COLUMNS = {
    "cifar10": ("img", 32),
    "birds": ("image", 64),
    "carrot-cake": ("image", 64),
    "abstract-art": ("image", 64),
    "stickers": ("image", 64),
}


def pictures(count: int, size: int, mode: str = "RGB", seed: int = 0) -> list[Image.Image]:
    """Smooth random pictures: noise of 8x8 enlarged, so that no two are alike and edges exist."""
    noise = np.random.default_rng(seed).integers(0, 256, (count, 8, 8, len(mode)), dtype=np.uint8)
    return [Image.fromarray(pixels, mode).resize((size, size), Image.BILINEAR) for pixels in noise]


def write(folder, split: str, columns: dict) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = datasets.Dataset.from_dict(columns)
    rows = rows.cast_column(next(iter(columns)), datasets.Image())
    rows.to_parquet(folder / f"{split}-00000-of-00001.parquet")


@pytest.fixture(scope="session")
def small_data(tmp_path_factory):
    """A folder for EXPLORER_DATA with a few pictures of every set."""
    root = tmp_path_factory.mktemp("data")
    datasets.disable_progress_bars()
    for number, (name, (column, size)) in enumerate(COLUMNS.items()):
        source = data.SOURCES[name]
        for split, count in {"train": 48, "test": 24}.items():
            if split == "test" and not source.has_test:
                continue
            mode = "RGBA" if name == "stickers" else "RGB"
            columns = {column: pictures(count, size, mode, seed=number)}
            for label in source.labels:
                columns[label] = [i % 4 for i in range(count)]
            if name == "stickers":
                columns["codepoints"] = [f"1f44{i // 3} {('', '1f3fb', '1f3ff')[i % 3]}".strip() for i in range(count)]
            write(root / name, split, columns)
    return root


@pytest.fixture
def explorer_data(small_data, monkeypatch):
    """The same folder, named by EXPLORER_DATA for this test."""
    monkeypatch.setenv("EXPLORER_DATA", str(small_data))
    return small_data
