"""The files of a checkpoint folder. The table `PARTS` lists for each file which module writes it, and where it is needed.

`explorer.hub` downloads the files that the page needs; `train.shipping` copies the files of a run, and keeps the files that a new
checkpoint inherits. A test fails if a shipped checkpoint has a file that is not in the table.

`read` opens only regular files up to a size limit, so that no file of a folder can block the program or fill its memory.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .models.base import CONFIG, WEIGHTS

LAB = "lab"  # checkpoints/lab/NAME/ has the history and the timeline of a run, and seldom weights
PICKLED = {".bin", ".ckpt", ".pkl", ".pt", ".pth"}  # endings of files that are never loaded and never shared


@dataclass(frozen=True)
class Part:
    """A file of a checkpoint folder, or the files of a folder in it.

    Attributes:
        name: of the file ("run.json"), or a pattern for the files of a folder ("timeline/*").
        writer: the module that writes it.
        required: whether every checkpoint has it.
        page: whether the page needs it, so that it is downloaded from the Hub.
        run: whether a run's folder has it, from which shipping copies it.
        inherited: whether a new checkpoint keeps the file of the one that it replaces, because the measured runs may have been deleted.
        lab: whether a run without weights has it.
    """

    name: str
    writer: str
    required: bool = False
    page: bool = False
    run: bool = False
    inherited: bool = False
    lab: bool = False


PARTS = (
    Part(CONFIG, "explorer.models.base", required=True, page=True),
    Part(WEIGHTS, "explorer.models.base", required=True, page=True),
    Part("README.md", "train.cards.card", required=True, page=True),
    Part("history.jsonl", "train.state", required=True, page=True, run=True, lab=True),
    Part("run.json", "train.__main__", required=True, page=True, run=True, lab=True),
    Part("timeline/*", "train.sprites", page=True, run=True, lab=True),
    Part("training.safetensors", "train.state"),
    Part("earlier.json", "train.state", run=True),
    Part("inversion.json", "benchmarks.inversion", run=True),
    Part("tradeoff.json", "benchmarks.tradeoff", page=True),
    Part("compared.json", "train.cards.compared", inherited=True),
    Part("ablation.json", "train.cards.ablation", inherited=True),
    Part("variants.json", "train.cards.codes", inherited=True),
    Part("draws.json", "train.cards.few_labels", page=True, inherited=True),
    Part("samples.webp", "train.cards.card", page=True),
    Part("sets.webp", "train.cards.sets", page=True),
    Part("codebook.png", "train.cards.codes", page=True),
    Part("codebook.json", "train.cards.codes", page=True),
    Part("samplers.json", "train.cards.diffusion"),
    Part("losses.svg", "train.cards.stages", page=True),
    Part("ten.webp", "train.cards.stages", page=True),
    Part("gan_train.json", "train.cards.conditional"),
    Part("neighbours/*", "explorer.neighbours", page=True),
)


def found(folder: Path, parts: Sequence[Part]) -> list[Path]:
    """The existing files of a folder that belong to these parts, in the order of the parts."""
    return [path for part in parts for path in sorted(folder.glob(part.name)) if path.is_file()]


def files(folder: Path) -> list[Path]:
    """All files in a folder and below it, in order, without hidden ones."""
    inside = ((path, path.relative_to(folder).parts) for path in folder.rglob("*") if path.is_file())
    return sorted(path for path, parts in inside if not any(part.startswith(".") for part in parts))


def unknown(folder: Path, parts: Sequence[Part] = PARTS) -> list[Path]:
    """The files of a folder that belong to none of the parts."""
    return sorted(set(files(folder)) - set(found(folder, parts)))


def missing(folder: Path) -> list[str]:
    """The names of the files that every checkpoint has, but this folder has not."""
    return [part.name for part in PARTS if part.required and not (folder / part.name).is_file()]


POINTER = b"version https://git-lfs.github.com/spec/"  # the first bytes of a Git LFS pointer, a small text in place of the file itself
LARGEST = 64 * 2**20  # the largest size of a file other than the weights, in bytes


class PartError(ValueError):
    """Raised for a file of a checkpoint folder that cannot be used; the message names it, says why, and what to do."""


def read(folder: Path, name: str, first: int | None = None, most: int = LARGEST) -> bytes:
    """The bytes of a file of a checkpoint folder.

    Args:
        name: of the file, relative to the folder.
        first: read only this many bytes.
        most: the largest size that is allowed, in bytes; ignored with `first`.

    Raises:
        PartError: if the file does not exist, is not a regular file, cannot be read, is too large, or is a Git LFS pointer.
    """
    try:
        # Without O_NONBLOCK, opening a named pipe waits for a writer.
        handle = os.open(folder / name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise PartError(f"{name} cannot be read: it is not a regular file")
            if first is None and found.st_size > most:
                raise PartError(f"{name} has {found.st_size:,} bytes, more than {most:,}")
            data = file.read(most if first is None else first)
    except FileNotFoundError:
        raise PartError(f"there is no {name}") from None
    except OSError as error:
        raise PartError(f"{name} cannot be read ({error.strerror})") from None
    if len(data) >= 12 and data.startswith(POINTER[: len(data)]):
        raise PartError(f"{name} is a Git LFS pointer, not the file itself: run git lfs pull")
    return data


def read_text(folder: Path, name: str) -> str:
    """The text of a file, which must be UTF-8.

    Raises:
        PartError: as `read`, and if it is not UTF-8.
    """
    try:
        return read(folder, name).decode()
    except UnicodeDecodeError as error:
        raise PartError(f"{name} is not UTF-8 text ({error})") from None


def read_json(folder: Path, name: str) -> Any:
    """The value in a JSON file.

    Raises:
        PartError: as `read`, and if it is not JSON.
    """
    data = read(folder, name)
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise PartError(f"{name} is not JSON ({error})") from None
