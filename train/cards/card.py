"""A model card in the making: what each part of a card reads, and where it adds its lines, figures and front matter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from explorer.models import Model
from explorer.zoo import Checkpoint, inspect
from train.command import Command


@dataclass
class Card:
    """A card in the making.

    Attributes:
        command: what was trained.
        name: of the checkpoint.
        folder: where it lies, and where pictures for the card go.
        runs: where the runs are whose variants stand beside it; None for nowhere.
        lines: of markdown.
        results: rows for `model-index`.
        front: what the page reads.
    """

    command: Command
    name: str
    folder: Path
    runs: Path | None
    lines: list[str] = field(default_factory=list)
    results: list[dict] = field(default_factory=list)
    front: dict[str, object] = field(default_factory=dict)

    def __post_init__(self):
        self.checkpoint: Checkpoint = inspect(self.folder)
        self.model: Model = self.checkpoint.model_class.from_pretrained(self.folder, **self.checkpoint.config)
        self.facts = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))

    @property
    def data(self) -> str:
        """The data set's name in `train.data.sources.SOURCES`; "" for a model that learned from several."""
        return self.command.card.get("data", "")

    def add(self, lines: Sequence[str], results: Sequence[dict] = (), headline: str = "") -> None:
        """Tell this, too. The first result of the type `headline` is what a retrained checkpoint must beat; lower is better."""
        self.lines += lines
        self.results += results
        if headline:
            self.front["headline"] = next((row["value"] for row in results if row["type"] == headline), float("inf"))
