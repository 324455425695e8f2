"""What a checkpoint folder holds: one row for each file, who writes it, and who needs it.

`explorer.hub` downloads the files that the page needs; `train.shipping` copies those of a run, and keeps those that a new checkpoint
inherits. A file that is not in the table belongs to nobody, and a test says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .models.base import CONFIG, WEIGHTS

LAB = "lab"  # checkpoints/lab/NAME/ is a run without weights: what it measured and drew, and no model
PICKLED = {".bin", ".ckpt", ".pkl", ".pt", ".pth"}  # endings of files that are never loaded and never shared


@dataclass(frozen=True)
class Part:
    """A file of a checkpoint folder, or the files of a folder in it.

    Attributes:
        name: of the file ("run.json"), or a pattern for the files of a folder ("timeline/*").
        writer: the module that writes it.
        required: whether every checkpoint has it.
        page: whether the page needs it, so that it is downloaded from the Hub.
        run: whether it lies in a run's folder, from where shipping copies it.
        inherited: whether a new checkpoint keeps the file of the one that it replaces: it was measured on runs that may be gone.
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
    Part("compared.json", "train.cards.compared", inherited=True),
    Part("ablation.json", "train.cards.ablation", inherited=True),
    Part("variants.json", "train.cards.codes", inherited=True),
    Part("samples.webp", "train.cards.card", page=True),
    Part("codebook.png", "train.cards.codes", page=True),
    Part("codebook.json", "train.cards.codes", page=True),
    Part("samplers.json", "train.cards.diffusion"),
    Part("losses.svg", "train.cards.stages"),
    Part("ten.webp", "train.cards.stages"),
    Part("gan_train.json", "train.cards.conditional"),
    Part("neighbours/*", "explorer.neighbours", page=True),
)


def found(folder: Path, parts: Sequence[Part]) -> list[Path]:
    """The files of these parts that a folder has, in the parts' order."""
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
