"""The data sets: where they are, the names of their columns, and their splits.

A data set is read from the Hub or, if the environment variable EXPLORER_DATA is set, from the Parquet files in EXPLORER_DATA/NAME, which
have the same columns. For data sets without a test split, one is chosen with seed 0. All variants of a sticker, and all frames of a scene,
are in the same split.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from PIL import Image
from torch import Tensor

import explorer

from .iclevr import OBJECTS
from .readable import Readable

if TYPE_CHECKING:
    import datasets

HELD_OUT = 20
_CHECKED: dict[tuple[str, str, str], Readable] = {}  # by data set, split and fingerprint of its rows
CIFAR10 = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]  # names of the classes
SHEETS = resources.files(explorer) / "pictures"  # the page shows them, too
COLUMNS = 20  # pictures per row of a sheet


@dataclass(frozen=True)
class Source:
    """A data set.

    Attributes:
        hub: its repository on the Hub; None if it is not on the Hub.
        licence: of its pictures.
        image: the column with the pictures.
        labels: the columns with labels.
        has_test: whether it has a test split. Otherwise `hold_out` chooses one.
        test_split: the name of the test split on the Hub.
        keep: use only the rows with this value in this column.
        group, group_columns: a function from a row of these columns to a key. Rows with the same key are in the same split; only the first
            row of a group in the test split is used.
        unseen: the labels of the test split, if the splits on the Hub are different ones.
        human: the column on the Hub with sentences, one per line.
        scene: this many consecutive rows are a scene. All rows of a scene are in the same split.
        held_out: how many groups or scenes `hold_out` chooses.
        names: the possible entries of a label that is a list of names; it is converted to a multi-hot vector.
        squash: resize whole pictures to squares, instead of their centre squares.
        sheet: a file with a few of the pictures, used if the data set is not on the Hub and EXPLORER_DATA is not set. It is too small for
            real training.
    """

    hub: str | None
    licence: str
    image: str = "image"
    labels: tuple[str, ...] = ()
    has_test: bool = True
    test_split: str = "test"
    keep: tuple[str, object] | None = None
    group_columns: tuple[str, ...] = ()
    group: Callable[..., object] | None = None
    unseen: frozenset[int] = frozenset()
    human: str = ""
    scene: int = 1
    held_out: int = HELD_OUT
    names: tuple[str, ...] = ()
    squash: bool = False
    sheet: str = ""


UNSEEN_SPECIES = frozenset(
    (
        *(0, 3, 5, 7, 8, 13, 22, 28, 30, 32, 33, 34, 35, 36, 37, 42, 48, 50, 52, 65, 71, 78, 82, 83, 85, 90, 94, 95, 97, 100, 101, 102),
        *(111, 113, 118, 120, 129, 134, 137, 146, 155, 162, 164, 165, 179, 182, 184, 185, 186, 196),
    )
)  # of CUB's 200, from 0: the test species of Reed et al. 2016 and Zhang et al. 2017


def _without_skin_tone(codepoints: str) -> str:
    """The codepoints of an emoji without the five skin-tone modifiers (U+1F3FB to U+1F3FF)."""
    return " ".join(c for c in str(codepoints).lower().replace("-", " ").split() if not ("1f3fb" <= c.removeprefix("u+") <= "1f3ff"))


SOURCES: dict[str, Source] = {
    "abstract-art": Source("huggan/wikiart", "non-commercial research", has_test=False, keep=("style", "Abstract_Expressionism")),
    "birds": Source(
        "alkzar90/CC6204-Hackaton-Cub-Dataset", "non-commercial research and education", labels=("label",), unseen=UNSEEN_SPECIES,
        human="description",
    ),
    "carrot-cake": Source("ethz/food101", "scientific use", keep=("label", "carrot_cake"), test_split="validation"),
    "cifar10": Source("uoft-cs/cifar10", "research use", image="img", labels=("label",)),
    "iclevr": Source(
        None, "research use", labels=("objects",), names=OBJECTS, has_test=False, scene=3, held_out=600, squash=True
    ),
    "mnist": Source("ylecun/mnist", "free use", labels=("label",)),
    "stickers": Source(
        None, "MIT", has_test=False, group_columns=("codepoints",), group=_without_skin_tone, sheet="real-stickers.png"
    ),
}  # fmt: skip


def local(name: str) -> Path | None:
    """The folder EXPLORER_DATA/NAME; None if EXPLORER_DATA is not set."""
    root = os.environ.get("EXPLORER_DATA")
    return Path(root) / name if root else None


def parquets(folder: Path, split: str) -> list[Path]:
    """The files of a split in a data set's folder, sorted."""
    return sorted(folder.glob(f"{split}-*.parquet"))


def files(name: str, split: str) -> datasets.Dataset:
    """All rows of the files of a split. If the data set has no test split, these are the rows of both splits.

    Raises:
        ValueError: for an unknown data set or split, and for one that is neither in EXPLORER_DATA nor on the Hub.
    """
    if name not in SOURCES:
        raise ValueError(f"data set {name!r} is unknown; known are {', '.join(SOURCES)}")
    if split not in ("train", "test"):
        raise ValueError(f"split {split!r} is unknown; there are 'train' and 'test'")
    import datasets

    source = SOURCES[name]
    split = split if source.has_test else "train"
    if folder := local(name):
        if not folder.is_dir():
            raise ValueError(f"EXPLORER_DATA has no folder {name}")
        if not (paths := parquets(folder, split)):
            raise ValueError(f"EXPLORER_DATA has no file {name}/{split}-*.parquet")
        return datasets.load_dataset("parquet", data_files={split: [str(path) for path in paths]}, split=split)
    if source.sheet:
        return _from_sheet(SHEETS / source.sheet)
    if source.hub is None:
        raise ValueError(f"{name} is on no hub: set EXPLORER_DATA to a folder that holds {name}/{split}-*.parquet")
    if source.unseen:
        found = datasets.concatenate_datasets([datasets.load_dataset(source.hub, split=part) for part in ("train", "test")])
        return found.filter(lambda label: (label in source.unseen) == (split == "test"), input_columns=[source.labels[0]])
    found = datasets.load_dataset(source.hub, split=source.test_split if split == "test" else split)
    if source.keep:
        column, wanted = source.keep
        feature = found.features[column]
        wanted = feature.str2int(wanted) if hasattr(feature, "str2int") else wanted
        found = found.filter(lambda value: value == wanted, input_columns=[column])
    return found


def _from_sheet(path: Traversable) -> datasets.Dataset:
    """The pictures of a sheet with `COLUMNS` pictures per row, with placeholders in the other columns."""
    import datasets

    with path.open("rb") as file, Image.open(file) as sheet:
        side = sheet.width // COLUMNS
        corners = [(left, top) for top in range(0, sheet.height, side) for left in range(0, sheet.width, side)]
        pictures = [sheet.convert("RGB").crop((left, top, left + side, top + side)) for left, top in corners]
    columns = {
        "image": pictures,
        "codepoints": [f"example {i}" for i in range(len(pictures))],
        "skin_tone_variant": [False] * len(pictures),
    }
    features = datasets.Features(image=datasets.Image(), codepoints=datasets.Value("string"), skin_tone_variant=datasets.Value("bool"))
    return datasets.Dataset.from_dict(columns, features=features)


def rows(name: str, split: str, limit: int | None = None) -> datasets.Dataset:
    """The rows of a split, without those whose picture or label cannot be read. The latter are reported on stderr.

    Args:
        name: a key of `SOURCES`.
        split: "train" or "test".
        limit: return only this many rows, the first ones.

    Raises:
        ValueError: for an unknown data set or split, and for one that is neither in EXPLORER_DATA nor on the Hub.
    """
    found = files(name, split)
    return found.select(_usable_numbers(found, name, split, limit))


def numbers(name: str, split: str) -> Sequence[int]:
    """For each of `rows`, its row number in the data set's files."""
    return _usable_numbers(files(name, split), name, split)


def _usable_numbers(found: datasets.Dataset, name: str, split: str, limit: int | None = None) -> list[int]:
    """The row numbers of a split, without those whose picture or label cannot be read; the first `limit` of them."""
    source, part = SOURCES[name], split if SOURCES[name].has_test else "train"
    folder = local(name)
    key = (name, part, found._fingerprint)
    if key not in _CHECKED:
        _CHECKED[key] = Readable(found, f"{name}, {part}", source.image, source.labels, parquets(folder, part) if folder else ())
    return _CHECKED[key].of(_numbers(found, source, split), limit)


def _numbers(found: datasets.Dataset, source: Source, split: str) -> Sequence[int]:
    if source.has_test:
        return range(len(found))
    held_out, rest = hold_out(found, source)
    return held_out if split == "test" else rest


def hold_out(found: datasets.Dataset, source: Source, count: int | None = None, seed: int = 0) -> tuple[list[int], list[int]]:
    """Choose a test split. Returns the row numbers of the test split (the first row of each of `count` random groups, or all rows of
    `count` random scenes) and of the train split (all rows outside these groups or scenes). At most half of the scenes are held out."""
    count = source.held_out if count is None else count
    if source.group:
        keys = [source.group(*values) for values in zip(*(found[column] for column in source.group_columns), strict=True)]
    else:
        keys = [number // source.scene for number in range(len(found))]
        count = min(count, len(set(keys)) // 2) if source.scene > 1 else count
    first = {}
    for number, key in enumerate(keys):
        first.setdefault(key, number)
    order = torch.randperm(len(first), generator=torch.Generator().manual_seed(seed))[:count].tolist()
    names = list(first)
    chosen = {names[i] for i in order}
    test = sorted(first[key] for key in chosen) if source.group else [number for number, key in enumerate(keys) if key in chosen]
    return test, [number for number, key in enumerate(keys) if key not in chosen]


def where(name: str, split: str, column: str, value: object) -> Tensor:
    """The indices in `rows` of the pictures with this value in a column, (count,)."""
    return torch.tensor([index for index, entry in enumerate(rows(name, split)[column]) if entry == value])


def label_names(name: str) -> tuple[str, ...]:
    """The names of a data set's classes; () if its files do not have them."""
    source, found = SOURCES[name], files(name, "train")
    if "class_name" in found.column_names:
        named = dict(zip(found[source.labels[0]], found["class_name"], strict=True))
        return tuple(named.get(number, "") for number in range(max(named) + 1))
    feature = found.features[source.labels[0]] if source.labels else None
    return tuple(getattr(feature, "names", None) or ())
