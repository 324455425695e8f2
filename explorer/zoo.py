"""Finds the checkpoints (every folder of checkpoints/ and every entry of its hub.toml), validates them, and loads each at most once.

A checkpoint is rejected if its configuration is broken, its model class is unknown, or its weights are missing, pickled, truncated, of the
wrong shape or not finite. The error message says what to fix. The other checkpoints can still be used.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import torch

from .checkpoint import Checkpoint, CheckpointError, inspect
from .folder import LAB
from .hub import LISTING, HubError, fetch, read_listing
from .models import Model

__all__ = ["CHECKPOINTS", "Checkpoint", "CheckpointError", "Zoo", "inspect"]

CHECKPOINTS = Path(__file__).resolve().parent.parent / "checkpoints"
LOG = logging.getLogger(__name__)


class Zoo:
    """All usable checkpoints: the folders below `root`, sorted by name, then the Hub checkpoints that its hub.toml lists.

    If both have the same name, the folder is used. The folder `lab` has runs without weights, and is skipped.

    Attributes:
        checkpoints: the usable ones, by name.
        refused: the error message of each unusable one, by name.

    Both change while the app runs: `load` and `refuse` move a checkpoint from the one to the other.
    """

    def __init__(self, root: str | Path = CHECKPOINTS):
        self.root = Path(root)
        self.checkpoints: dict[str, Checkpoint] = {}
        self.refused: dict[str, str] = {}
        self._models: dict[str, Model] = {}
        self._lock = threading.Lock()
        for folder in sorted(p for p in self.root.iterdir() if p.is_dir() and p.name != LAB) if self.root.is_dir() else []:
            self._inspect(folder)
        entries, damaged = read_listing(self.root / LISTING)
        self.refused |= damaged
        for entry in entries:
            if entry.name not in self.checkpoints:
                try:
                    self.checkpoints[entry.name] = inspect(fetch(entry), entry.name)
                    self.refused.pop(entry.name, None)
                except (CheckpointError, HubError) as error:
                    self.refused[entry.name] = str(error)

    def _inspect(self, folder: Path) -> None:
        """Add a folder to `checkpoints`, or its error message to `refused`."""
        name = folder.name
        try:
            if not name.isprintable():
                name = ascii(name)
                raise CheckpointError(f"{name}: the folder's name has characters that cannot be shown; rename it")
            self.checkpoints[name] = inspect(folder)
        except (CheckpointError, OSError) as error:
            self.refused[name] = str(error) if isinstance(error, CheckpointError) else f"{name} cannot be read ({error.strerror})"

    @property
    def left_out(self) -> list[str]:
        """A sentence for each broken part of a usable checkpoint that is left out."""
        return [reason for checkpoint in list(self.checkpoints.values()) for reason in checkpoint.left_out]

    def refuse(self, name: str, reason: str) -> None:
        """Move a checkpoint from `checkpoints` to `refused`, because it cannot be used any more.

        Args:
            reason: what is wrong with it; the error message of all later requests for it.
        """
        LOG.warning("not shown: %s", reason)
        self.refused[name] = reason
        # A new dictionary, because another thread may be iterating over the old one.
        self.checkpoints = {key: checkpoint for key, checkpoint in self.checkpoints.items() if key != name}
        self._models.pop(name, None)

    def names(self, *capabilities: type) -> list[str]:
        """The names of the checkpoints that have all of these capabilities (protocols of `explorer.models`)."""
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
            try:
                model = self.checkpoints[name].build()
            except CheckpointError as error:
                self.refuse(name, str(error))
                raise
            # On a CPU, `channels_last` makes most models draw small batches up to a fifth faster, and judges a third faster.
            self._models[name] = model.requires_grad_(False).to(memory_format=torch.channels_last)
            return self._models[name]
