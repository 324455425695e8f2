"""Data sets as rows of files: where each lies, what its columns are called, and which rows are tested.

A set is read from the Hub, or, where the environment variable EXPLORER_DATA names a folder, from the Parquet files in EXPLORER_DATA/NAME
with the same columns. Sets that come without a test split give up a fixed one: pictures chosen with seed 0, all variants of a sticker and
all frames of a scene on one side.
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
_CHECKED: dict[tuple[str, str, str], Readable] = {}  # by set, part and fingerprint of its rows
CIFAR10 = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]  # its classes, by number
SHEETS = resources.files(explorer) / "pictures"  # which the page shows, too
COLUMNS = 20  # pictures in a row of a sheet


@dataclass(frozen=True)
class Source:
    """Where a set lives (`hub` is None for one that only a local folder has) and what its columns are called.

    `unseen` are the labels of the test split of a set whose hub copy is divided otherwise: its parts are joined and divided anew. `human`
    is a column of sentences there, one a line.

    `test_split` is what the hub calls the test split.

    `group` names the rows that must stay together when a test split is made: it maps a row of the columns in `group_columns` to a key.
    `scene` does the same for rows that follow each other, so many at a time; of a scene all rows are tested, of a group the first.

    `names` are the possible entries of a label that is a list: it becomes a row of zeros and ones. `squash` keeps the whole picture,
    whatever its shape, where other sets keep the centre square. `sheet` is a file of the page's examples that stands in for a set that is
    on no hub, where no folder is named: too few pictures to learn from, enough to see a run.
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
    """The codepoints of an emoji less the five skin-tone modifiers (U+1F3FB to U+1F3FF)."""
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
    """The folder of a set below the one that EXPLORER_DATA names; None where it names none."""
    root = os.environ.get("EXPLORER_DATA")
    return Path(root) / name if root else None


def parquets(folder: Path, split: str) -> list[Path]:
    """The files of a split in a set's folder, in their order."""
    return sorted(folder.glob(f"{split}-*.parquet"))


def files(name: str, split: str) -> datasets.Dataset:
    """All rows of the files that hold a split: of a set without a test split those of both.

    Raises:
        ValueError: for an unknown set or split, and for one that is neither in the local folder nor on the Hub.
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
    """The pictures of a sheet of twenty a row, each named by its place."""
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
    """The rows of a split, but for those whose picture or label cannot be read; these are told on stderr.

    Args:
        name: a key of `SOURCES`.
        split: "train" or "test".
        limit: only the first so many.

    Raises:
        ValueError: for an unknown set or split, and for a set that is neither in the local folder nor on the Hub.
    """
    found = files(name, split)
    return found.select(_learned_from(found, name, split, limit))


def numbers(name: str, split: str) -> Sequence[int]:
    """The rows of the data set's files that a split has, in the order of `rows`."""
    return _learned_from(files(name, split), name, split)


def _learned_from(found: datasets.Dataset, name: str, split: str, limit: int | None = None) -> list[int]:
    """The rows of a split whose pictures and labels can be read, the first `limit`."""
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
    """Row numbers of a test split and of all rows outside its groups: the first row of each of `count` random groups, or all rows of as
    many scenes. At most half of the scenes are held out."""
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
    tested = sorted(first[key] for key in chosen) if source.group else [number for number, key in enumerate(keys) if key in chosen]
    return tested, [number for number, key in enumerate(keys) if key not in chosen]


def where(name: str, split: str, column: str, value: object) -> Tensor:
    """The positions, in the order of `rows`, of the pictures with this value in a column: (count,)."""
    return torch.tensor([place for place, entry in enumerate(rows(name, split)[column]) if entry == value])


def label_names(name: str) -> tuple[str, ...]:
    """What the labels of a data set mean, by number; () for one whose files do not say."""
    source, found = SOURCES[name], files(name, "train")
    if "class_name" in found.column_names:
        named = dict(zip(found[source.labels[0]], found["class_name"], strict=True))
        return tuple(named.get(number, "") for number in range(max(named) + 1))
    feature = found.features[source.labels[0]] if source.labels else None
    return tuple(getattr(feature, "names", None) or ())
