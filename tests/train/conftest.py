"""Small data sets in the columns of the real ones, so that recipes run as users run them."""

from __future__ import annotations

import json

import datasets
import pytest
from small_data import pictures, write
from tiny import seeded

from explorer.models import ClassJudge, PictureJudge
from explorer.zoo import Zoo
from train.data import sources
from train.data.iclevr import OBJECTS
from train.recipes.bases import conditional

COLUMNS = {
    "cifar10": ("img", 32),
    "mnist": ("image", 28),
    "birds": ("image", 64),
    "carrot-cake": ("image", 64),
    "iclevr": ("image", 64),
    "abstract-art": ("image", 64),
    "stickers": ("image", 64),
}


NAMES = {"1": "has_belly_color::red", "2": "has_wing_color::grey", "3": "has_size::small_(5_-_9_in)", "4": "has_primary_color::blue"}


def bird_columns(count: int) -> dict[str, list]:
    """What is said of the birds: red, blue, yellow and black ones in turn, some with GIST's sentence or a person's."""
    colours = [("red", "blue", "yellow", "black")[i % 4] for i in range(count)]
    return {
        "class_name": [f"Tiny {colour} Finch" for colour in colours],
        "attributes": [[1 + i % 4, 3] for i in range(count)],
        "captions": [["A bird that somebody saw."] if i % 4 == 0 else [] for i in range(count)],
        "captions_gist": [[f"tiny {colour} finch: {colour} all over."] if i % 3 == 0 else [] for i, colour in enumerate(colours)],
        "captions_from_attributes": [
            [f"a small {colour} bird with a striped {colour} and white breast, grey legs and a short black pointed bill."]
            for colour in colours
        ],
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
        source = sources.SOURCES[name]
        for split, count in {"train": 48, "test": 24}.items():
            if split == "test" and not source.has_test:
                continue
            mode = "RGBA" if name == "stickers" else "RGB"
            columns = {column: pictures(count, size, mode, seed=number)}
            for label in source.labels:
                columns[label] = scenes(count) if source.names else [i % 4 for i in range(count)]
            if name == "stickers":
                columns["codepoints"] = [f"1f4{i // 2:02x} {('', '1f3fb')[i % 2]}".strip() for i in range(count)]
                columns["skin_tone_variant"] = [bool(i % 2) for i in range(count)]
            if name == "birds":
                columns |= bird_columns(count)
            write(root / name, split, columns)
    (root / "birds-attributes").mkdir()
    (root / "birds-attributes" / "names.json").write_text(json.dumps(NAMES))
    (root / "birds-attributes" / "class_percent.json").write_text(json.dumps([[0.0, 80.0, 10.0, 0.0]] * 4))
    return root


@pytest.fixture(scope="session")
def small_judges(tmp_path_factory):
    """Judges of some thousand weights, by the names of those that choose the checkpoints of conditional GANs."""
    root = tmp_path_factory.mktemp("judges")
    seeded(lambda: PictureJudge({"objects": len(OBJECTS)}, channels=(4, 4, 8, 8))).save_pretrained(root / "judge-iclevr")
    seeded(lambda: ClassJudge([str(i) for i in range(10)], widths=(8, 8))).save_pretrained(root / "judge-cifar10")
    seeded(lambda: ClassJudge([str(i) for i in range(10)], 1, 28, (8, 8))).save_pretrained(root / "judge-mnist")
    return root


@pytest.fixture
def explorer_data(small_data, small_judges, monkeypatch):
    """The same folder, named by EXPLORER_DATA for this test."""
    monkeypatch.setenv("EXPLORER_DATA", str(small_data))
    monkeypatch.setattr(conditional, "Zoo", lambda: Zoo(small_judges))
    return small_data
