"""A finished run's folder becomes a checkpoint's: its best weights, its log and timeline, and a card that is measured anew."""

from __future__ import annotations

import shutil
from pathlib import Path

from huggingface_hub import ModelCard

from explorer.zoo import inspect

from .cards import write_card
from .cards.compared import ROWS
from .command import Command
from .state import EARLIER, leave_out


def ship(command: Command, run: Path, target: Path) -> bool:
    """Write the checkpoint folder from a finished run, unless the folder holds a better one of the same network; the new one then stays in
    the run's folder shipping/. Returns whether it was written.

    Args:
        command: what was trained.
        run: its folder under runs/.
        target: checkpoints/NAME.
    """
    aside = run / "shipping"  # not beside the target, where the page would list it
    shutil.rmtree(aside, ignore_errors=True)
    shutil.copytree(run / "best", aside)
    for name in ("history.jsonl", EARLIER, "inversion.json"):
        if (run / name).is_file():
            shutil.copy(run / name, aside)
    if (run / "timeline").is_dir():
        shutil.copytree(run / "timeline", aside / "timeline")
    for name in (ROWS, "ablation.md"):  # measured on runs that may be gone
        if (target / name).is_file():
            shutil.copy(target / name, aside)
    shutil.copy(run / "run.json", aside)
    if "without" in command.card:
        leave_out(aside, command.card["without"])
    write_card(command, aside, name=target.name, runs=run.parent)
    if is_same(aside, target) and _headline(aside) > _headline(target):
        return False
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(aside, target)
    return True


def is_same(folder: Path, target: Path) -> bool:
    """Whether there is a measured checkpoint of the same network: another one, such as the next stage, is compared with nothing."""
    if not (target / "README.md").is_file():
        return False
    return inspect(folder).config == inspect(target).config and inspect(folder).model_class is inspect(target).model_class


def _headline(folder: Path) -> float:
    """The value that a retrained checkpoint must beat; lower is better."""
    return float(ModelCard.load(folder / "README.md").data.to_dict().get("explorer", {}).get("headline", float("inf")))
