"""Finds the checkpoints (every folder of checkpoints/ and every entry of its hub.toml), validates them, and loads each at most once.

A checkpoint is rejected if its configuration is broken, its model class is unknown, or its weights are missing, pickled, truncated, of the
wrong shape or not finite. The error message says what to fix. The other checkpoints can still be used.
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import metadata_load
from safetensors import SafetensorError, safe_open
from torch import nn
from torch.overrides import TorchFunctionMode

from .card import Facts
from .folder import LAB, PICKLED
from .hub import LISTING, HubError, fetch, read_listing
from .models import MODELS, Model
from .models.base import CONFIG, WEIGHTS
from .training_log import HISTORY, TrainingLog, best, read_timeline

CHECKPOINTS = Path(__file__).resolve().parent.parent / "checkpoints"


class CheckpointError(ValueError):
    """A checkpoint that cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Checkpoint:
    """A folder whose configuration and weight shapes have been validated."""

    name: str
    folder: Path
    model_class: type[Model]
    config: dict[str, Any] = field(repr=False)

    @cached_property
    def card(self) -> dict[str, Any]:
        """The YAML front matter of the model card, {} without one. It is not read with the Hub's `ModelCard`, which drops keys of
        metrics."""
        path = self.folder / "README.md"
        return (metadata_load(path) or {}) if path.is_file() else {}

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
        """The training log: one row per log point, [] without one."""
        path = self.folder / HISTORY
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []

    @property
    def log(self) -> TrainingLog:
        """How the model was trained."""
        return TrainingLog(self.history, read_timeline(self.folder))

    @cached_property
    def revision(self) -> str:
        """The SHA-256 of the weights."""
        return hashlib.sha256((self.folder / WEIGHTS).read_bytes()).hexdigest()

    @property
    def chosen(self) -> dict[str, float]:
        """The row of the history with the best metric, for which these weights were chosen; {} if the history has no such row."""
        return best(self.history)[0]

    def can(self, *capabilities: type) -> bool:
        """Whether the model class has every capability (a protocol of `explorer.models`)."""
        return all(issubclass(self.model_class, capability) for capability in capabilities)


_KNOWN = {  # replaces functions that constructors call by cheap ones with the same output shape
    torch.Tensor.normal_: lambda tensor, *_, **__: tensor,
    torch.randn: lambda *sizes, **_: torch.empty(*sizes),
    nn.functional.normalize: lambda tensor, *_, **__: tensor,
    torch.mv: lambda matrix, _: matrix[:, 0],
    torch.vdot: lambda vector, _: vector[0],
    torch.Tensor.div: lambda a, b: torch.broadcast_tensors(a, b)[0] if isinstance(b, torch.Tensor) else a,
}


class _Shapes(TorchFunctionMode):
    """A mode for building a model on the device "meta", whose tensors have shapes but no values. It skips the random initialisation and the
    computations of spectral norm, for which PyTorch would import its compiler to infer the shapes; that takes seconds, and still happens
    if a constructor does other arithmetic."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if getattr(function, "__module__", None) == nn.init.__name__:
            return args[0] if args else kwargs["tensor"]
        return _KNOWN.get(function, function)(*args, **(kwargs or {}))


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
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CheckpointError(f"{name}: there is no {CONFIG}") from None
    except OSError as error:
        raise CheckpointError(f"{name}: {CONFIG} cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{name}: {CONFIG} is not JSON ({error})") from None
    if not isinstance(config, dict):
        raise CheckpointError(f"{name}: {CONFIG} holds no object")
    config = dict(config)
    class_name = config.pop("model", None)
    if not isinstance(class_name, str) or class_name not in MODELS:
        raise CheckpointError(f"{name}: {CONFIG} asks for the model class {class_name!r}; known are {', '.join(sorted(MODELS))}")
    model_class = MODELS[class_name]
    path = folder / WEIGHTS
    if not path.is_file():
        pickled = [p.name for p in folder.iterdir() if p.suffix in PICKLED]
        raise CheckpointError(f"{name}: there is no {WEIGHTS}" + (f", and {pickled[0]} is pickled and never loaded" if pickled else ""))
    try:
        with torch.device("meta"), _Shapes():
            expected = {key: tuple(value.shape) for key, value in model_class(**config).state_dict().items()}
    except Exception as error:  # a constructor may raise anything when it is given nonsense
        raise CheckpointError(f"{name}: {class_name} refuses the arguments in {CONFIG} ({error})") from None
    try:
        with safe_open(path, framework="pt") as file:
            found = {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{name}: {WEIGHTS} is not a whole safetensors file ({error})") from None
    _compare(name, expected, found)
    checkpoint = Checkpoint(name, folder, model_class, config)
    try:
        _ = checkpoint.card
    except Exception as error:  # the front matter is YAML, and every parser of it has errors of its own
        raise CheckpointError(f"{name}: the front matter of README.md cannot be read ({error})") from None
    try:
        whole = all(isinstance(row, dict) for row in checkpoint.history)
    except (ValueError, RecursionError):
        whole = False
    if not whole:
        raise CheckpointError(f"{name}: history.jsonl is not one JSON object a line")
    return checkpoint


def _compare(name: str, expected: dict[str, tuple[int, ...]], found: dict[str, tuple[int, ...]]) -> None:
    if missing := sorted(expected.keys() - found.keys()):
        raise CheckpointError(f"{name}: {WEIGHTS} lacks {missing[0]}" + (f" and {len(missing) - 1} more" if len(missing) > 1 else ""))
    if strange := sorted(found.keys() - expected.keys()):
        raise CheckpointError(f"{name}: {WEIGHTS} has {strange[0]}, which the model does not")
    for key, shape in expected.items():
        if found[key] != shape:
            raise CheckpointError(f"{name}: {key} has the shape {found[key]}, expected {shape}")


class Zoo:
    """All usable checkpoints: the folders below `root`, sorted by name, then the Hub checkpoints that its hub.toml lists.

    If both have the same name, the folder is used. The folder `lab` has runs without weights, and is skipped.

    Attributes:
        checkpoints: the usable ones, by name.
        refused: the error message of each unusable one, by name.
    """

    def __init__(self, root: str | Path = CHECKPOINTS):
        self.root = Path(root)
        self.checkpoints: dict[str, Checkpoint] = {}
        self.refused: dict[str, str] = {}
        self._models: dict[str, Model] = {}
        self._lock = threading.Lock()
        for folder in sorted(p for p in self.root.iterdir() if p.is_dir() and p.name != LAB) if self.root.is_dir() else []:
            try:
                self.checkpoints[folder.name] = inspect(folder)
            except CheckpointError as error:
                self.refused[folder.name] = str(error)
        entries, damaged = read_listing(self.root / LISTING)
        self.refused |= damaged
        for entry in entries:
            if entry.name not in self.checkpoints:
                try:
                    self.checkpoints[entry.name] = inspect(fetch(entry), entry.name)
                    self.refused.pop(entry.name, None)
                except (CheckpointError, HubError) as error:
                    self.refused[entry.name] = str(error)

    def names(self, *capabilities: type) -> list[str]:
        """The checkpoints that have every one of these capabilities."""
        return [name for name, checkpoint in self.checkpoints.items() if checkpoint.can(*capabilities)]

    def load(self, name: str) -> Model:
        """The model in float32 and eval mode, its weights with `requires_grad=False`; loaded once and then shared.

        Raises:
            CheckpointError: for an unknown name, or weights that cannot be read or are not finite. In the last two cases the checkpoint
                moves from `checkpoints` to `refused`.
        """
        with self._lock:
            if name in self._models:
                return self._models[name]
            if name in self.refused:
                raise CheckpointError(self.refused[name])
            if name not in self.checkpoints:
                raise CheckpointError(f"there is no model {name!r}; known are {', '.join(self.checkpoints)}")
            checkpoint = self.checkpoints[name]
            try:
                model = checkpoint.model_class.from_pretrained(checkpoint.folder, **checkpoint.config)
                if bad := next((k for k, v in model.state_dict().items() if not v.isfinite().all()), None):
                    raise CheckpointError(f"{name}: the weights {bad} are not finite")
            except (CheckpointError, SafetensorError, RuntimeError, OSError) as error:
                reason = str(error) if isinstance(error, CheckpointError) else f"{name}: {WEIGHTS} could not be read ({error})"
                self.refused[name] = reason
                del self.checkpoints[name]
                raise CheckpointError(reason) from None
            # On a CPU, `channels_last` makes most models draw small batches up to a fifth faster, and judges a third faster.
            self._models[name] = model.requires_grad_(False).to(memory_format=torch.channels_last)
            return self._models[name]
