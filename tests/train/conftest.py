"""Small data sets in the columns of the real ones, so that recipes run as users run them."""

from __future__ import annotations

import datasets
import pytest
from small_data import pictures, write
from tiny import seeded

from explorer.models import ClassJudge, PictureJudge
from explorer.zoo import Zoo
from train import conditional, data
from train.iclevr import OBJECTS

COLUMNS = {
    "cifar10": ("img", 32),
    "mnist": ("image", 28),
    "birds": ("image", 64),
    "carrot-cake": ("image", 64),
    "iclevr": ("image", 64),
    "abstract-art": ("image", 64),
    "stickers": ("image", 64),
}


def scenes(count: int) -> list[list[str]]:
    """Objects of so many frames, three a scene, one more in each."""
    found = []
    for number in range(count):
        scene = [OBJECTS[(5 * (number // 3) + 9 * i) % len(OBJECTS)] for i in range(3)]
        found.append(scene[: number % 3 + 1])
    return found


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
                columns[label] = scenes(count) if source.names else [i % 4 for i in range(count)]
            if name == "stickers":
                columns["codepoints"] = [f"1f4{i // 2:02x} {('', '1f3fb')[i % 2]}".strip() for i in range(count)]
            write(root / name, split, columns)
    return root


@pytest.fixture(scope="session")
def small_judges(tmp_path_factory):
    """Judges of some thousand weights, by the names of those that choose the checkpoints of conditional GANs."""
    root = tmp_path_factory.mktemp("judges")
    seeded(lambda: PictureJudge({"objects": len(OBJECTS)}, channels=(4, 4, 8, 8))).save_pretrained(root / "judge-iclevr")
    seeded(lambda: ClassJudge([str(i) for i in range(10)], widths=(8, 8))).save_pretrained(root / "judge-cifar10")
    return root


@pytest.fixture
def explorer_data(small_data, small_judges, monkeypatch):
    """The same folder, named by EXPLORER_DATA for this test."""
    monkeypatch.setenv("EXPLORER_DATA", str(small_data))
    monkeypatch.setattr(conditional, "Zoo", lambda: Zoo(small_judges))
    return small_data
