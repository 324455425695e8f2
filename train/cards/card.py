"""A model card that is being written. Each section reads the checkpoint from the card, and adds lines, results and front matter to it."""

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
    """A model card that is being written.

    Attributes:
        command: the command of the checkpoint's recipe.
        name: the name of the checkpoint.
        folder: the folder of the checkpoint, in which the card's pictures are saved, too.
        runs: the folder of runs, for a comparison with variants; None if there is none.
        lines: the lines of markdown.
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
        """The data set's name in `train.data.sources.SOURCES`; "" for a model that was trained on several data sets."""
        return self.command.card.get("data", "")

    def measures(self) -> list[Measure]:
        """The figures of the sections that were added so far."""
        return [measure for row in self.results if (measure := Measure.read(row))]

    def add(self, lines: Sequence[str], results: Sequence[dict] = (), headline: str = "") -> None:
        """Add a section. The first result of the type `headline` is the figure that must not be higher for a retrained checkpoint."""
        self.lines += lines
        self.results += results
        if headline:
            self.front["headline"] = next((row["value"] for row in results if row["type"] == headline), float("inf"))
