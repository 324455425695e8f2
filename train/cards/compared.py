"""The rows of other models in a card's tables: rows of shipped checkpoints, and rows of other runs.

A run's folder may be deleted before the card is written again. So the figures of each run are stored in the file `ROWS` beside the card.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from explorer.models.base import Model
from explorer.training_log import read_history
from explorer.zoo import CheckpointError, Zoo, inspect

ROWS = "compared.json"
Figures = dict[str, Any]  # the figures of a row by name, without rounding


def shipped(zoo: Zoo, capability: type, excluded: str) -> Iterator[tuple[str, Model]]:
    """The name and the model of every checkpoint that has a capability, except the checkpoint `excluded`."""
    for name in zoo.names(capability):
        if name != excluded:
            yield name, zoo.load(name)


def trained(zoo: Zoo, capability: type, folder: Path, runs: Path | None, pattern: str) -> Iterator[tuple[str, Model, dict[str, float]]]:
    """The name, the best model and the last row of the log of every run whose model has the capability and is not shipped.

    Args:
        zoo: the shipped checkpoints.
        capability: a protocol of `explorer.models`.
        folder: the card's folder. The run that contains it is left out.
        runs: the folder of runs; None if there is none.
        pattern: the glob pattern of the runs' names.
    """
    for run in sorted(runs.glob(pattern)) if runs else []:
        try:
            checkpoint = inspect(run / "best")
        except CheckpointError:
            continue
        if checkpoint.can(capability) and run.name not in zoo.checkpoints and run != folder.parent:
            model = checkpoint.model_class.from_pretrained(checkpoint.folder, **checkpoint.config)
            yield run.name, model, read_history(run / "history.jsonl")[-1]


def remembered(folder: Path, measure: Callable[[], Iterator[tuple[str, Figures]]]) -> dict[str, Figures]:
    """Update the figures stored in the folder with those that `measure` yields, and return all of them, by model."""
    path = folder / ROWS
    rows: dict[str, Figures] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    rows |= dict(measure())
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return rows
