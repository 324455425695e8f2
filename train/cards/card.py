"""A model card while it is written: each section reads the checkpoint from it and adds lines, results and front matter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from explorer.card import Measure
from explorer.models import Model
from explorer.zoo import Checkpoint, inspect
from train.command import Command


@dataclass
class Card:
    """A card while it is written.

    Attributes:
        command: the recipe's.
        name: of the checkpoint.
        folder: of the checkpoint; the card's pictures are saved there too.
        runs: the folder of runs, for comparison with variants; None for none.
        lines: of markdown.
        results: rows for `model-index`.
        front: the front matter that the page reads.
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
        """The data set's name in `train.data.sources.SOURCES`; "" for a model trained on several."""
        return self.command.card.get("data", "")

    def measures(self) -> list[Measure]:
        """The figures of the sections so far."""
        return [measure for row in self.results if (measure := Measure.read(row))]

    def add(self, lines: Sequence[str], results: Sequence[dict] = (), headline: str = "") -> None:
        """Add a section. A retrained checkpoint must beat the first result of the type `headline`; lower is better."""
        self.lines += lines
        self.results += results
        if headline:
            self.front["headline"] = next((row["value"] for row in results if row["type"] == headline), float("inf"))
