"""The card's section on quality, diversity and speed: from the stored figures, and only if there are any."""

from __future__ import annotations

import json
import shutil

import pytest
import tradeoffs
import yaml

from explorer.zoo import CHECKPOINTS
from train.cards import rewrite_card, tradeoff
from train.cards.card import Card
from train.command import Command
from train.recipes import discover


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


def test_texts_written_anew_replace_the_figures_and_keep_what_was_measured(tmp_path):
    folder = shutil.copytree(CHECKPOINTS / "gan-mnist", tmp_path / "gan-mnist")
    before = (folder / "README.md").read_text()
    stored = json.loads((folder / "tradeoff.json").read_text())
    stored["rows"] = stored["rows"][:4]
    (folder / "tradeoff.json").write_text(json.dumps(stored))
    rewrite_card(discover()["gan-mnist"], folder)
    after = (folder / "README.md").read_text()
    assert "over 3 sampling seeds" in before and "over 1 sampling seed of" in after and "| no truncation | 1 | 1.62 |" in after
    assert before.partition("## Distance from real pictures")[2] == after.partition("## Distance from real pictures")[2]
    names = [row["name"] for row in yaml.safe_load(after.split("---\n")[1])["model-index"][0]["results"][0]["metrics"]]
    assert len(names) == len(set(names)) and any("1 sampling seed" in name for name in names)
