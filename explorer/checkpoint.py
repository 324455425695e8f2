"""Validates a checkpoint folder without reading its weights: it compares only the names and shapes of the tensors with those of the network
that config.json describes.

A folder is rejected if config.json or model.safetensors is missing or broken, or if README.md cannot be read. Other broken parts (lines of
the history, pictures of the timeline, keys of the card) are left out, and `Checkpoint.left_out` lists them.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import safetensors.torch
import yaml
from huggingface_hub.repocard import REGEX_YAML_BLOCK
from safetensors import SafetensorError, safe_open

from .card import Facts
from .configuration import Limited, configuration, expected_shapes, first_line
from .folder import PICKLED, PartError, read, read_text
from .models import Model
from .models.base import WEIGHTS
from .training_log import HISTORY, Moment, TrainingLog, checked_history, read_run, read_timeline, sheet

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C, if PyYAML has it, is several times faster
MOST_WEIGHTS = 4 * 2**30  # the largest size of a weights file, in bytes


class CheckpointError(ValueError):
    """Raised for a checkpoint that cannot be used; the message says which one and why."""


@dataclass(frozen=True)
class Checkpoint:
    """A folder whose configuration and weight shapes have been validated.

    Attributes:
        left_out: a sentence for each broken part that is left out.
    """

    name: str
    folder: Path
    model_class: type[Model]
    config: dict[str, Any] = field(repr=False)
    left_out: list[str] = field(default_factory=list, repr=False, compare=False)

    @cached_property
    def card(self) -> dict[str, Any]:
        """The YAML front matter of the model card, {} without one. The Hub's `ModelCard` would drop keys of metrics that it does not know.

        Raises:
            ValueError: if the front matter cannot be read, or is not a mapping.
        """
        if not os.path.lexists(self.folder / "README.md"):
            return {}
        found = REGEX_YAML_BLOCK.search(read_text(self.folder, "README.md").removeprefix("\ufeff"))
        front = yaml.load(found.group(2), Loader=LOADER) if found else {}
        if not isinstance(front, dict | None):
            raise ValueError("it is not a mapping")
        return front or {}

    @property
    def facts(self) -> Facts:
        """The machine-readable part of the card."""
        return Facts(self.card)

    @property
    def data(self) -> str:
        """The name of the data set that the model was trained on ("mnist"), from the card; "" if the card has none."""
        return self.facts.data

    @property
    def twin(self) -> str:
        """The name of a checkpoint of the same network that differs in one thing, such as the likelihood; "" if the card has none."""
        return self.facts.twin

    @cached_property
    def history(self) -> list[dict[str, float]]:
        """The rows of history.jsonl, [] without the file. Values that are not finite numbers are left out."""
        return self._history[0]

    @cached_property
    def _history(self) -> tuple[list[dict[str, float]], list[str]]:
        if not os.path.lexists(self.folder / HISTORY):
            return [], []
        try:
            rows, faults = checked_history(read_text(self.folder, HISTORY))
        except PartError as error:
            return [], [f"{error}; the training curves are left out"]
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        return rows, [f"{HISTORY}: {faults[0]}{more}; left out"] if faults else []

    @property
    def log(self) -> TrainingLog:
        """The history and the timeline of the training run, without pictures of the timeline that cannot be read."""
        timeline = [moment for moment in read_timeline(self.folder) if not self._fault(moment)]
        return TrainingLog(self.history, timeline, read_run(self.folder))

    def _fault(self, moment: Moment) -> str:
        """What is wrong with a picture of the timeline; "" if its first bytes are those of a WebP file."""
        try:
            sheet(moment, first=12)
        except PartError as error:
            return str(error)
        return ""

    @cached_property
    def revision(self) -> str:
        """The SHA-256 of the weights file; after `build`, of the weights that `build` loaded.

        Raises:
            CheckpointError: if the file cannot be read any more.
        """
        try:
            return hashlib.sha256(read(self.folder, WEIGHTS, most=MOST_WEIGHTS)).hexdigest()
        except PartError as error:
            raise CheckpointError(f"{self.name}: {error}") from None

    @property
    def chosen(self) -> dict[str, float]:
        """The row of the history with the best metric, from the step whose weights were saved; {} if no row has the metric."""
        return self.log.chosen

    def can(self, *capabilities: type) -> bool:
        """Whether the model class has every capability (a protocol of `explorer.models`)."""
        return all(issubclass(self.model_class, capability) for capability in capabilities)

    def leave_out(self, reason: str) -> None:
        """Add to `left_out` that a part is broken; `reason` names the file and says what is wrong."""
        if (sentence := f"{self.name}: {reason}") not in self.left_out:
            self.left_out.append(sentence)

    def build(self) -> Model:
        """Read the weights file and return the model in float32 and eval mode; `revision` becomes the SHA-256 of the weights read.

        Raises:
            CheckpointError: if the weights cannot be read, do not fit the network, are not finite, or have a negative variance.
        """
        try:
            data = read(self.folder, WEIGHTS, most=MOST_WEIGHTS)
            weights = safetensors.torch.load(data)
            with Limited(len(weights)):
                model = self.model_class(**self.config)
            model.load_state_dict(weights, strict=True)
        except PartError as error:
            raise CheckpointError(f"{self.name}: {error}") from None
        except Exception as error:  # if the file has changed in the meantime, torch and safetensors raise errors of many types
            raise CheckpointError(f"{self.name}: {WEIGHTS} could not be read ({first_line(error)})") from None
        for key, value in model.state_dict().items():
            if not value.isfinite().all():
                raise CheckpointError(f"{self.name}: the weights {key} are not finite")
            if key.endswith("running_var") and (value < 0).any():
                raise CheckpointError(f"{self.name}: the weights {key} are variances, but some are below zero")
        self.__dict__["revision"] = hashlib.sha256(data).hexdigest()
        return model.eval()


def inspect(folder: str | Path, name: str | None = None) -> Checkpoint:
    """Read a checkpoint folder's configuration and the names and shapes of its weights, without reading the weights.

    Args:
        name: the checkpoint's name, if it differs from the folder's.

    Raises:
        CheckpointError: with the reason, if a model cannot be built from this folder.
    """
    folder = Path(folder)
    name = name or folder.name
    try:
        model_class, config = configuration(folder)
        found = _shapes(folder)
        expected = expected_shapes(model_class, config, len(found))
        _compare(expected, found)
        checkpoint = Checkpoint(name, folder, model_class, config)
        _check_parts(checkpoint)
    except PartError as error:
        raise CheckpointError(f"{name}: {error}") from None
    return checkpoint


def _shapes(folder: Path) -> dict[str, tuple[int, ...]]:
    """The shapes of the tensors in the weights file, by name."""
    try:
        read(folder, WEIGHTS, first=200)
    except PartError as error:
        if os.path.lexists(folder / WEIGHTS):
            raise
        pickled = [path.name for path in folder.iterdir() if path.suffix in PICKLED]
        raise PartError(f"{error}, and {pickled[0]} is pickled and never loaded" if pickled else str(error)) from None
    try:
        with safe_open(folder / WEIGHTS, framework="pt") as file:
            return {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise PartError(f"{WEIGHTS} is not a whole safetensors file ({error})") from None


def _compare(expected: dict[str, tuple[int, ...]], found: dict[str, tuple[int, ...]]) -> None:
    if missing := sorted(expected.keys() - found.keys()):
        raise PartError(f"{WEIGHTS} lacks {missing[0]}" + (f" and {len(missing) - 1} more" if len(missing) > 1 else ""))
    if unexpected := sorted(found.keys() - expected.keys()):
        raise PartError(f"{WEIGHTS} has {unexpected[0][:60]}, which the model does not")
    for key, shape in expected.items():
        if found[key] != shape:
            raise PartError(f"{key} has the shape {found[key]}, expected {shape}")


def _check_parts(checkpoint: Checkpoint) -> None:
    """Raise PartError if the card cannot be read; add all other broken parts to `left_out`."""
    try:
        facts = checkpoint.facts
    except Exception as error:  # the two YAML loaders raise errors of several types
        raise PartError(f"the front matter of README.md cannot be read ({error})") from None
    sheets: list[str] = []
    with suppress(OSError):
        sheets = [fault for moment in read_timeline(checkpoint.folder) if (fault := checkpoint._fault(moment))]
    for fault in (*facts.faults, *checkpoint._history[1], *(f"{fault}; it is left out" for fault in sheets)):
        checkpoint.leave_out(fault)
