"""Ships a finished run: writes a checkpoint folder with its best weights, its log and timeline, and a newly measured card."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from safetensors.torch import load_file, save_file

from explorer.folder import LAB, PARTS, Part, found
from explorer.models.base import WEIGHTS
from explorer.zoo import inspect

from .cards import write_card
from .command import Command
from .metrics import choice
from .state import leave_out


def ship_to_lab(run: Path, checkpoints: Path, weights: bool = False) -> Path:
    """Copy the history and the timeline of a run to checkpoints/lab/, in place of an earlier run of the same name. Returns the folder.

    Args:
        weights: whether to write the best weights too, in half precision.
    """
    target = checkpoints / LAB / run.name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    _copy(run, target, [part for part in PARTS if part.lab])
    if weights:
        save_file({name: weight.half() for name, weight in load_file(run / "best" / WEIGHTS).items()}, target / WEIGHTS)
        (target / WEIGHTS).chmod(0o644)  # safetensors lets only the owner read
    return target


def ship(command: Command, run: Path, target: Path) -> bool:
    """Write the checkpoint folder from a finished run, unless the folder holds a better checkpoint of the same network; the new checkpoint
    then stays in the run's folder, under shipping/. Returns whether it was written.

    Args:
        command: of the recipe.
        run: the run's folder under runs/.
        target: checkpoints/NAME.
    """
    prepared = run / "shipping"  # not beside the target, where the page would list it
    shutil.rmtree(prepared, ignore_errors=True)
    shutil.copytree(run / "best", prepared)
    _copy(run, prepared, [part for part in PARTS if part.run])
    _copy(target, prepared, [part for part in PARTS if part.inherited])
    if "without" in command.card:
        leave_out(prepared, command.card["without"])
    write_card(command, prepared, name=target.name, runs=run.parent)
    if is_same(prepared, target) and not is_better(prepared, target):
        return False
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(prepared, target)
    return True


def _copy(source: Path, target: Path, parts: Sequence[Part]) -> None:
    """Copy those files of a folder that belong to some parts of a checkpoint."""
    for path in found(source, parts):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(path, copy)


def is_same(folder: Path, target: Path) -> bool:
    """Whether `target` has a measured checkpoint of the same network. Only such checkpoints are compared: another network replaces
    the old one without a comparison."""
    if not (target / "README.md").is_file():
        return False
    return inspect(folder).config == inspect(target).config and inspect(folder).model_class is inspect(target).model_class


def is_better(folder: Path, target: Path) -> bool:
    """Whether a checkpoint measures better than the one of the same network in `target`: its headline is not higher, and no figure that
    guards objects (`train.metrics.choice`)."""
    new, old = inspect(folder).facts, inspect(target).facts
    return _headline(folder) <= _headline(target) and not list(choice.objections(new.measures, old.measures))


def _headline(folder: Path) -> float:
    """The value that a retrained checkpoint must beat; lower is better."""
    headline = inspect(folder).facts.headline
    return float("inf") if headline is None else headline
