"""Reads and writes the files of a run other than its saved states (`train.saved`): the history, the timeline and the best weights."""

from __future__ import annotations

import json
import math
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import nn

from explorer.models.base import CONFIG, WEIGHTS, Model, stored
from explorer.training_log import best, metric_of, read_history, read_run

from .recipe import Recipe

TRAINING_WEIGHTS = "training.safetensors"
EARLIER = "earlier.json"


@dataclass
class Progress:
    """The progress of a run; saved with its state.

    Attributes:
        step: how many steps are done.
        seconds: the training time.
        sums: the sum of each loss since the last row of the history.
        summed: how many steps are in these sums.
        best: the best value so far under the name of its metric, its "step", and whether it was measured on the "raw" weights. If a
            recipe changes its metric, the search for the best checkpoint starts over.
    """

    step: int = 0
    seconds: float = 0.0
    sums: dict[str, float] = field(default_factory=dict)
    summed: int = 0
    best: dict[str, float] = field(default_factory=dict)


def replace_text(path: Path, text: str) -> None:
    """Replace a text file. If the disk is full, the old file is left as it was."""
    temporary = path.with_suffix(".new")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)


def write_weights(recipe: Recipe, model: Model, folder: Path) -> None:
    """Save the model, and, in a second file, the parts that only a warm start (`--from`) needs."""
    model.save_pretrained(folder)
    if extra := recipe.extra_parts():
        state = {f"{name}.{key}": value for name, part in extra.items() for key, value in part.state_dict().items()}
        save_file(stored(state), folder / TRAINING_WEIGHTS)
        (folder / TRAINING_WEIGHTS).chmod(0o644)  # safetensors lets only the owner read


def leave_out(folder: Path, part: str) -> None:
    """Remove a part, such as a large discriminator, from a checkpoint's weights, and set PART_channels in its configuration to null."""
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    (folder / CONFIG).write_text(json.dumps({**config, f"{part}_channels": None}, indent=2) + "\n", encoding="utf-8")
    state = {name: value for name, value in load_file(folder / WEIGHTS).items() if not name.startswith(f"{part}.")}
    save_file(state, folder / WEIGHTS, metadata={"format": "pt"})
    (folder / WEIGHTS).chmod(0o644)


def load_warm_start(recipe: Recipe, folder: Path) -> list[dict[str, float]]:
    """Load the initial weights of the recipe's parts from a checkpoint. Parts that the checkpoint lacks keep their random weights.

    Returns:
        The rows of the checkpoint's history up to the step of its weights, if this run continues that run (`continues_run_of`). [] if
        there is no history, or if this run is a new one: the next stage of a StackGAN, or the same GAN on another data set.

    Raises:
        ValueError: if the weights do not fit the recipe's model.
    """
    state = load_file(folder / WEIGHTS)
    try:
        left_out = _left_out(folder)
        random = {key: value for key, value in recipe.model.state_dict().items() if key.partition(".")[0] in left_out}
        recipe.model.load_state_dict(random | state, strict=True)
    except RuntimeError as error:
        raise ValueError(f"{folder.name} does not fit this recipe: {error}") from None
    if (folder / TRAINING_WEIGHTS).is_file():
        state = load_file(folder / TRAINING_WEIGHTS)
        for name, part in recipe.extra_parts().items():
            part_state = {key.removeprefix(f"{name}."): value for key, value in state.items() if key.startswith(f"{name}.")}
            if part_state:
                part.load_state_dict(part_state, strict=True)
    if not continues_run_of(recipe, folder):
        return []
    history = read_history(beside(folder, "history.jsonl"))
    chosen, _ = best(history, metric_of(read_run(beside(folder, "run.json").parent)))
    return [row for row in history if chosen and row["step"] <= chosen["step"]]


def _left_out(folder: Path) -> set[str]:
    """The names of the parts that `leave_out` removed from a checkpoint."""
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    return {name.removesuffix("_channels") for name, value in config.items() if name.endswith("_channels") and value is None}


def continues_run_of(recipe: Recipe, folder: Path) -> bool:
    """Whether a run of this recipe would continue the run of a checkpoint: both have the same data set and the same configuration. Values
    that the checkpoint's configuration lacks, and parts that were left out of the checkpoint, are not compared."""
    run = beside(folder, "run.json")
    dataset = json.loads(run.read_text(encoding="utf-8")).get("data", "") if run.is_file() else ""
    if recipe.dataset and dataset not in ("", recipe.dataset):
        return False
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    expected = json.loads(json.dumps({"model": type(recipe.model).__name__, **recipe.model._hub_mixin_config}))
    left_out = _left_out(folder)
    compared = {name: value for name, value in config.items() if name.removesuffix("_channels") not in left_out}
    return all(compared.get(name, value) == value for name, value in expected.items())


def keep_timeline(folder: Path, run: Path, images: int) -> None:
    """Copy from a checkpoint's timeline what was drawn after at most `images` training pictures."""
    for path in beside(folder, "timeline").glob("*.webp"):
        if path.stem.isdigit() and int(path.stem) <= images:
            (run / "timeline").mkdir(parents=True, exist_ok=True)
            shutil.copy(path, run / "timeline")


def beside(folder: Path, name: str) -> Path:
    """The path of a file or folder that belongs to a checkpoint. For the best/ folder of a run, it is in the folder above."""
    return folder.parent / name if folder.name == "best" and not (folder / name).exists() else folder / name


def keep_earlier(folder: Path, run: Path) -> None:
    """Write earlier.json: the names, histories and settings of the runs that came before this one, the oldest first.

    Args:
        folder: of the checkpoint for the warm start.
        run: the run's folder.
    """
    if not (beside(folder, "history.jsonl").is_file() and beside(folder, "run.json").is_file()):
        return
    earlier = json.loads(beside(folder, EARLIER).read_text(encoding="utf-8")) if beside(folder, EARLIER).is_file() else []
    log = beside(folder, "history.jsonl")
    previous = {
        "name": log.resolve().parent.name,
        "facts": json.loads(beside(folder, "run.json").read_text(encoding="utf-8")),
        "history": read_history(log),
    }
    replace_text(run / EARLIER, json.dumps([*earlier, previous]))


class History:
    """Appends rows to history.jsonl. Opening it deletes the rows after the step from which the run resumes.

    Args:
        path: of the file.
        step: the step from which the run resumes.
        before: the rows of a warm start, which replace those of the file.
    """

    def __init__(self, path: Path, step: int, before: list[dict[str, float]] | None = None):
        self.path = path
        rows = before or [row for row in read_history(path) if row["step"] <= step and step]
        replace_text(path, "".join(json.dumps(row) + "\n" for row in rows))

    def append(self, row: dict[str, float]) -> None:
        """Append a row without its values that are infinite or no numbers, as the losses of a run whose weights have blown up: they are
        not JSON."""
        row = {name: value for name, value in row.items() if math.isfinite(value)}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
            file.flush()
            os.fsync(file.fileno())


def count_parameters(*parts: nn.Module) -> int:
    """The number of trainable parameters of all parts."""
    return sum(p.numel() for part in parts for p in part.parameters() if p.requires_grad)
