"""The card's section on quality, diversity and speed: from the stored figures, and only if there are any."""

from __future__ import annotations

import pytest
import tradeoffs

from train.cards import tradeoff
from train.cards.card import Card
from train.command import Command


@pytest.fixture
def card(tmp_path) -> Card:
    folder = tmp_path / "ddpm-mnist"
    tradeoffs.save(tmp_path, ["ddpm-mnist"])
    (folder / "run.json").write_text("{}")
    (folder / "README.md").write_text("")
    (folder / "history.jsonl").write_text('{"step": 1}\n')
    return Card(Command("ddpm-mnist", None, 0, {}), "ddpm-mnist", folder, None)


def test_the_table_has_every_position_and_the_floor(card):
    tradeoff.tell(card)
    rows = [line for line in card.lines if line.startswith("| ")]
    assert rows[1].startswith("| guidance 1.5 | 24 | 10.00 ± 0.71 | 0.800 | 0.600 ± 0.000 | 95.00% | 90 | 10.0 ms |")
    assert len(rows) == 8 and rows[-1].startswith("| real pictures of the train split | | 1.20")
    first = card.measures()[0]
    assert (first.kind, first.value, first.n, first.split, first.features) == ("fd", 10.0, 10_000, "test", "judge-mnist")


def test_without_figures_there_is_no_section(card):
    (card.folder / "tradeoff.json").unlink()
    tradeoff.tell(card)
    assert card.lines == [] and card.results == []
