"""Data sets by name, as pictures of one size.

`load("carrot-cake", "train", 64)` reads the set from the Hub, or, where the environment variable EXPLORER_DATA names a folder, from
the Parquet files in EXPLORER_DATA/carrot-cake with the same columns. What fits is decoded once into one uint8 tensor and can be held
on the accelerator; larger sets are decoded batch by batch from the memory-mapped Arrow file.

Sets that come without a test split give up a fixed one: pictures chosen with seed 0, all variants of a sticker and all frames of a scene on
one side.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

import explorer

from . import birds
from .iclevr import OBJECTS

MEMORY_LIMIT = 2 * 1024**3  # bytes of uint8 pictures that are held as one tensor
HELD_OUT = 20
EXAMPLES, COLUMNS = Path(explorer.__file__).parent / "page" / "examples", 20  # pictures in a row of a sheet


@dataclass(frozen=True)
class Source:
    """Where a set lives (`hub` is None for one that only a local folder has) and what its columns are called.

    `unseen` are the labels of the test split of a set whose hub copy is divided otherwise: its parts are joined and divided anew. `human`
    is a column of sentences there, one a line.

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
    "carrot-cake": Source("ethz/food101", "scientific use", keep=("label", "carrot_cake")),
    "cifar10": Source("uoft-cs/cifar10", "research use", image="img", labels=("label",)),
    "iclevr": Source(
        None, "research use", labels=("objects",), names=OBJECTS, has_test=False, scene=3, held_out=600, squash=True
    ),
    "mnist": Source("ylecun/mnist", "free use", labels=("label",)),
    "stickers": Source(
        None, "MIT", has_test=False, group_columns=("codepoints",), group=_without_skin_tone, sheet="real-stickers.png"
    ),
}  # fmt: skip


@dataclass
class Pictures:
    """Pictures in memory with their labels.

    Attributes:
        images: (count, channels, size, size), uint8.
        labels: by column, (count,) int64 each, -1 where a picture has none; or (count, conditions) of zeros and ones, float.
    """

    images: Tensor
    labels: dict[str, Tensor] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.images)

    def batch(self, indices: Tensor | Sequence[int], device: torch.device | str = "cpu") -> dict[str, Tensor]:
        """{"images": (batch, channels, size, size) float in [-1, 1], label: (batch,) or (batch, conditions)} on `device`."""
        indices = torch.as_tensor(indices, device=self.images.device)
        images = self.images[indices].to(device).float().div_(127.5).sub_(1)
        return {"images": images, **{name: values[indices.cpu()].to(device) for name, values in self.labels.items()}}

    def take(self, count: int) -> Pictures:
        """The first `count` pictures."""
        return self.rows(torch.arange(min(count, len(self))))

    def rows(self, numbers: Tensor) -> Pictures:
        """The pictures with these numbers, (count,)."""
        return Pictures(self.images[numbers], {name: values[numbers] for name, values in self.labels.items()})

    def to(self, device: torch.device | str) -> Pictures:
        """The same with the pictures held on `device`."""
        return Pictures(self.images.to(device), self.labels)


class LazyPictures(Pictures):
    """Pictures that are decoded when a batch asks for them, for sets that memory does not hold."""

    def __init__(self, rows, column: str, size: int, labels: dict[str, Tensor], squash: bool = False):
        self.rows, self.column, self.size, self.labels, self.squash = rows, column, size, labels, squash

    def __len__(self) -> int:
        return len(self.rows)

    def batch(self, indices: Tensor | Sequence[int], device: torch.device | str = "cpu") -> dict[str, Tensor]:
        indices = torch.as_tensor(indices)
        images = torch.stack([square(row[self.column], self.size, self.squash) for row in self.rows.select(indices.tolist())])
        return {
            "images": images.to(device).float().div_(127.5).sub_(1),
            **{name: values[indices].to(device) for name, values in self.labels.items()},
        }

    def to(self, device: torch.device | str) -> Pictures:
        return self


def square(image: Image.Image, size: int, squash: bool = False) -> Tensor:
    """(3, size, size) uint8: alpha composited on white, the centre square (or the whole, squashed), antialiased bilinear."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    pixels = torch.from_numpy(np.array(image.convert("RGB"))).permute(2, 0, 1)
    if not squash:
        side = min(pixels.shape[1:])
        top, left = (pixels.shape[1] - side) // 2, (pixels.shape[2] - side) // 2
        pixels = pixels[:, top : top + side, left : left + side]
    pixels = pixels[None]
    if pixels.shape[-2:] != (size, size):
        pixels = F.interpolate(pixels, size=(size, size), mode="bilinear", antialias=True)
    return pixels[0]


def load(name: str, split: str, size: int, channels: int = 3, limit: int | None = None) -> Pictures:
    """A split of a data set at one size.

    Args:
        name: a key of `SOURCES`.
        split: "train" or "test".
        size: pixels a side.
        channels: 3, or 1 for grey.
        limit: only the first so many pictures.

    Raises:
        ValueError: for an unknown set or split.
    """
    if name not in SOURCES:
        raise ValueError(f"data set {name!r} is unknown; known are {', '.join(SOURCES)}")
    if split not in ("train", "test"):
        raise ValueError(f"split {split!r} is unknown; there are 'train' and 'test'")
    source = SOURCES[name]
    rows = _rows(name, source, split)
    rows = rows.select(_numbers(rows, source, split)[:limit])
    labels = {column: several(rows[column], source.names) if source.names else torch.tensor(rows[column]) for column in source.labels}
    if len(rows) * channels * size * size > MEMORY_LIMIT:
        return LazyPictures(rows, source.image, size, labels, source.squash)
    images = torch.empty(len(rows), channels, size, size, dtype=torch.uint8)
    for i, row in enumerate(rows.select_columns([source.image])):
        images[i] = square(row[source.image], size, source.squash)[:channels]
    return Pictures(images, labels)


def numbers(name: str, split: str) -> Sequence[int]:
    """The rows of the data set's files that a split has, in the order of `load`."""
    return _numbers(_rows(name, SOURCES[name], split), SOURCES[name], split)


def _numbers(rows, source: Source, split: str) -> Sequence[int]:
    if source.has_test:
        return range(len(rows))
    held_out, rest = hold_out(rows, source)
    return held_out if split == "test" else rest


def where(name: str, split: str, column: str, value: object) -> Tensor:
    """The positions, in the order of `load`, of the pictures with this value in a column: (count,)."""
    found = _rows(name, SOURCES[name], split)[column]
    return torch.tensor([place for place, row in enumerate(numbers(name, split)) if found[row] == value])


def label_names(name: str) -> tuple[str, ...]:
    """What the labels of a data set mean, by number; () for one whose files do not say."""
    source, rows = SOURCES[name], _rows(name, SOURCES[name], "train")
    if "class_name" in rows.column_names:
        named = dict(zip(rows[source.labels[0]], rows["class_name"], strict=True))
        return tuple(named.get(number, "") for number in range(max(named) + 1))
    feature = rows.features[source.labels[0]] if source.labels else None
    return tuple(getattr(feature, "names", None) or ())


def describe_birds(split: str, limit: int | None = None) -> list[birds.Bird]:
    """What is known of each picture of the birds, in the order of `load("birds", split, ...)`.

    From the Hub come the human sentences alone (and pictures that are not cropped to the bird); a local folder adds the annotators'
    attributes. The species' percentages are read for the train split only: a test picture is told by what was seen on it.

    Raises:
        ValueError: for a local folder without its attributes.
    """
    source = SOURCES["birds"]
    rows = _rows("birds", source, split)
    rows = rows.select(range(min(limit or len(rows), len(rows))))
    if source.human in rows.column_names:
        return [birds.read((), human=_lines(said)) for said in rows[source.human]]
    rows = rows.select_columns(["label", "attributes", "captions", "captions_from_attributes"])
    names, percent = _attribute_file("names.json"), _attribute_file("class_percent.json")
    return [
        birds.read(
            row["captions_from_attributes"], row["attributes"], names, percent[row["label"]] if split == "train" else (), row["captions"]
        )
        for row in rows
    ]


def bird_sentences(split: str, column: str, limit: int | None = None) -> list[list[str]]:
    """The sentences of one column ("captions", "captions_gist", "captions_from_attributes"), a list for each picture, [] where it has
    none. GIST's begin with the species' name, which is taken out. The Hub's copy has the human ones only."""
    source = SOURCES["birds"]
    rows = _rows("birds", source, split)
    rows = rows.select(range(min(limit or len(rows), len(rows))))
    if source.human in rows.column_names:
        return [_lines(said) if column == "captions" else [] for said in rows[source.human]]
    rows = rows.select_columns(["class_name", column])
    if column != "captions_gist":
        return [row[column] for row in rows]
    return [[birds.without_species(sentence, row["class_name"]) for sentence in row[column]] for row in rows]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _attribute_file(name: str):
    path = Path(os.environ.get("EXPLORER_DATA", "")) / "birds-attributes" / name
    if not path.is_file():
        raise ValueError(f"the birds' attributes are on no hub: set EXPLORER_DATA to a folder that holds birds-attributes/{name}")
    return json.loads(path.read_text())


def _rows(name: str, source: Source, split: str):
    import datasets

    split = split if source.has_test else "train"
    if root := os.environ.get("EXPLORER_DATA"):
        folder = Path(root) / name
        if not folder.is_dir():
            raise ValueError(f"EXPLORER_DATA has no folder {name}")
        files = {part: sorted(str(p) for p in folder.glob(f"{part}-*.parquet")) for part in ("train", "test")}
        return datasets.load_dataset("parquet", data_files={split: files[split]}, split=split)
    if source.sheet:
        return _from_sheet(EXAMPLES / source.sheet)
    if source.hub is None:
        raise ValueError(f"{name} is on no hub: set EXPLORER_DATA to a folder that holds {name}/{split}-*.parquet")
    if source.unseen:
        rows = datasets.concatenate_datasets([datasets.load_dataset(source.hub, split=part) for part in ("train", "test")])
        return rows.filter(lambda label: (label in source.unseen) == (split == "test"), input_columns=[source.labels[0]])
    rows = datasets.load_dataset(source.hub, split={"test": "validation"}.get(split, split) if name == "carrot-cake" else split)
    if source.keep:
        column, wanted = source.keep
        feature = rows.features[column]
        wanted = feature.str2int(wanted) if hasattr(feature, "str2int") else wanted
        rows = rows.filter(lambda value: value == wanted, input_columns=[column])
    return rows


def _from_sheet(path: Path):
    """The pictures of a sheet of twenty a row, each named by its place."""
    import datasets

    with Image.open(path) as sheet:
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


def several(rows: Sequence[Sequence[str]], names: Sequence[str]) -> Tensor:
    """(count, len(names)) of zeros and ones: which names each row lists.

    Raises:
        ValueError: for a name that is not among them.
    """
    found = torch.zeros(len(rows), len(names))
    numbers = {name: number for number, name in enumerate(names)}
    for row, listed in enumerate(rows):
        for name in listed:
            if name not in numbers:
                raise ValueError(f"{name!r} is unknown; known are {', '.join(names)}")
            found[row, numbers[name]] = 1
    return found


def hold_out(rows, source: Source, count: int | None = None, seed: int = 0) -> tuple[list[int], list[int]]:
    """Row numbers of a test split and of all rows outside its groups: the first row of each of `count` random groups, or all rows of as
    many scenes. At most half of the scenes are held out."""
    count = source.held_out if count is None else count
    if source.group:
        keys = [source.group(*values) for values in zip(*(rows[column] for column in source.group_columns), strict=True)]
    else:
        keys = [number // source.scene for number in range(len(rows))]
        count = min(count, (keys[-1] + 1) // 2) if source.scene > 1 else count
    first = {}
    for number, key in enumerate(keys):
        first.setdefault(key, number)
    order = torch.randperm(len(first), generator=torch.Generator().manual_seed(seed))[:count].tolist()
    names = list(first)
    chosen = {names[i] for i in order}
    tested = sorted(first[key] for key in chosen) if source.group else [number for number, key in enumerate(keys) if key in chosen]
    return tested, [number for number, key in enumerate(keys) if key not in chosen]


def concatenate(parts: Sequence[Pictures]) -> Pictures:
    """All pictures in a row; a label that a part lacks is -1 there."""
    names = sorted({name for part in parts for name in part.labels})
    labels = {name: torch.cat([part.labels.get(name, torch.full((len(part),), -1)) for part in parts]) for name in names}
    return Pictures(torch.cat([part.images for part in parts]), labels)
