"""What a run leaves on disk beside its saved states (`train.saved`): the history, and the weights of a checkpoint."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import nn

from explorer.models.base import CONFIG, WEIGHTS, Model, stored
from explorer.training_log import best, read_history

from .recipe import Recipe

TRAINING_WEIGHTS = "training.safetensors"
EARLIER = "earlier.json"


@dataclass
class Progress:
    """What a run knows of itself; saved with the state. `best` is keyed by the metric's name: if a recipe changes its metric, the search
    for the best checkpoint starts over."""

    step: int = 0
    seconds: float = 0.0
    sums: dict[str, float] = field(default_factory=dict)
    summed: int = 0
    best: dict[str, float] = field(default_factory=dict)


def replace_text(path: Path, text: str) -> None:
    """Write a text file whole or, if the disk is full, not at all."""
    aside = path.with_suffix(".new")
    aside.write_text(text, encoding="utf-8")
    os.replace(aside, path)


def write_weights(recipe: Recipe, model: Model, folder: Path) -> None:
    """The model, and beside it what only `--from` needs."""
    model.save_pretrained(folder)
    if extra := recipe.extra_parts():
        state = {f"{name}.{key}": value for name, part in extra.items() for key, value in part.state_dict().items()}
        save_file(stored(state), folder / TRAINING_WEIGHTS)
        (folder / TRAINING_WEIGHTS).chmod(0o644)  # safetensors lets only the owner read


def leave_out(folder: Path, part: str) -> None:
    """Take a part out of a checkpoint, such as a discriminator that would weigh too much; its configuration then gives the part no
    channels."""
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    (folder / CONFIG).write_text(json.dumps({**config, f"{part}_channels": None}, indent=2) + "\n", encoding="utf-8")
    state = {name: value for name, value in load_file(folder / WEIGHTS).items() if not name.startswith(f"{part}.")}
    save_file(state, folder / WEIGHTS, metadata={"format": "pt"})
    (folder / WEIGHTS).chmod(0o644)


def load_warm_start(recipe: Recipe, folder: Path) -> list[dict[str, float]]:
    """Start the recipe's parts from a checkpoint. A part that the checkpoint lacks keeps its fresh weights.

    Returns:
        The checkpoint's history up to the moment that its weights are from, so that the run can go on counting; [] without one, or if
        this run only starts from the checkpoint: the next stage of a StackGAN, or a GAN that turns to other pictures.

    Raises:
        ValueError: if the checkpoint's model has other shapes.
    """
    state = load_file(folder / WEIGHTS)
    try:
        left_out = _left_out(folder)
        fresh = {key: value for key, value in recipe.model.state_dict().items() if key.partition(".")[0] in left_out}
        recipe.model.load_state_dict(fresh | state, strict=True)
    except RuntimeError as error:
        raise ValueError(f"{folder.name} does not fit this recipe: {error}") from None
    if (folder / TRAINING_WEIGHTS).is_file():
        state = load_file(folder / TRAINING_WEIGHTS)
        for name, part in recipe.extra_parts().items():
            own = {key.removeprefix(f"{name}."): value for key, value in state.items() if key.startswith(f"{name}.")}
            if own:
                part.load_state_dict(own, strict=True)
    if not goes_on(recipe, folder):
        return []
    history = read_history(beside(folder, "history.jsonl"))
    chosen, _ = best(history)
    return [row for row in history if chosen and row["step"] <= chosen["step"]]


def _left_out(folder: Path) -> set[str]:
    """The parts that a checkpoint was shipped without (`leave_out`)."""
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    return {name.removesuffix("_channels") for name, value in config.items() if name.endswith("_channels") and value is None}


def goes_on(recipe: Recipe, folder: Path) -> bool:
    """Whether a checkpoint is an earlier moment of the recipe: its configuration is the recipe's own, and it learned from the same set.
    What it does not say is as it is by default, and a part may be left out."""
    run = beside(folder, "run.json")
    learned_from = json.loads(run.read_text(encoding="utf-8")).get("data", "") if run.is_file() else ""
    if recipe.dataset and learned_from not in ("", recipe.dataset):
        return False
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    own = json.loads(json.dumps({"model": type(recipe.model).__name__, **recipe.model._hub_mixin_config}))
    left_out = _left_out(folder)
    said = {name: value for name, value in config.items() if name.removesuffix("_channels") not in left_out}
    return all(said.get(name, value) == value for name, value in own.items())


def keep_timeline(folder: Path, run: Path, images: int) -> None:
    """Copy the moments of a checkpoint's timeline that a run goes on from, those after at most so many pictures."""
    for path in beside(folder, "timeline").glob("*.webp"):
        if path.stem.isdigit() and int(path.stem) <= images:
            (run / "timeline").mkdir(parents=True, exist_ok=True)
            shutil.copy(path, run / "timeline")


def beside(folder: Path, name: str) -> Path:
    """A file or folder of a checkpoint's folder; those of a run's best/ lie above it."""
    return folder.parent / name if folder.name == "best" and not (folder / name).exists() else folder / name


def keep_earlier(folder: Path, run: Path) -> None:
    """Write earlier.json: the names, logs and settings of the other trainings that a run starts from, the first one first.

    Args:
        folder: of the warm start.
        run: the run's folder.
    """
    if not (beside(folder, "history.jsonl").is_file() and beside(folder, "run.json").is_file()):
        return
    before = json.loads(beside(folder, EARLIER).read_text(encoding="utf-8")) if beside(folder, EARLIER).is_file() else []
    log = beside(folder, "history.jsonl")
    own = {
        "name": log.resolve().parent.name,
        "facts": json.loads(beside(folder, "run.json").read_text(encoding="utf-8")),
        "history": read_history(log),
    }
    replace_text(run / EARLIER, json.dumps([*before, own]))


class History:
    """history.jsonl: rows are appended as they come; rows later than the step that a run resumes from are dropped.

    Args:
        path: of the file.
        step: that the run goes on from.
        before: the rows of a warm start, in the place of the file's own.
    """

    def __init__(self, path: Path, step: int, before: list[dict[str, float]] | None = None):
        self.path = path
        rows = before or [row for row in read_history(path) if row["step"] <= step and step]
        replace_text(path, "".join(json.dumps(row) + "\n" for row in rows))

    def append(self, row: dict[str, float]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
            file.flush()
            os.fsync(file.fileno())


def count_parameters(*parts: nn.Module) -> int:
    """Trainable numbers in all."""
    return sum(p.numel() for part in parts for p in part.parameters() if p.requires_grad)
