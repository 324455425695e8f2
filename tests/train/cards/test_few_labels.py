"""The card's section on few labels: the runs of all draws, and the table."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from explorer.few_labels import DRAWS
from train.cards import few_labels


def write(runs, name, **accuracies):
    (runs / name).mkdir(parents=True)
    rows = [{"step": 0, "images": 0, "accuracy_25": 0.1}, {"step": 600, "images": 1, **accuracies}, {"step": 601, "images": 2, "loss": 1.0}]
    (runs / name / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


class Written(SimpleNamespace):
    """A card that keeps what is added."""

    def add(self, lines, results=()):
        self.lines, self.results = lines, results


@pytest.fixture
def card(tmp_path) -> Written:
    runs, folder = tmp_path / "runs", tmp_path / "sgan-mnist"
    folder.mkdir()
    write(runs, "sgan-mnist-shipped-1", accuracy_25=0.7, accuracy_1000=0.95)
    write(runs, "sgan-mnist-shipped-0", accuracy_25=0.6, accuracy_1000=0.93)
    write(runs, "sgan-mnist-matching-0", accuracy_25=0.8)
    write(runs, "vaegan-mnist-shipped-0", accuracy_25=0.5)
    return Written(command=SimpleNamespace(name="sgan-mnist"), folder=folder, runs=runs)


def test_the_last_accuracies_of_all_draws_are_gathered_in_their_order(card):
    found = few_labels.gathered(card.runs, "sgan-mnist")
    assert found == {"matching": {25: [0.8]}, "shipped": {25: [0.6, 0.7], 1000: [0.93, 0.95]}}


def test_the_table_has_means_deviations_and_the_reports_figures(card):
    few_labels.tell(card)
    assert "| shipped | 2 | 65.0 ± 7.1 | 94.0 ± 1.4 |" in card.lines and "| matching | 1 | 80.0 |  |" in card.lines
    assert "| report 001 | 1 | 65.8% | 94.0% |" in card.lines
    measured = [(row["type"], row["value"]) for row in card.results]
    assert measured == [("accuracy", 0.65), ("accuracy", 0.94)]


def test_draws_whose_runs_are_gone_stay(card):
    few_labels.tell(card)
    again = Written(command=card.command, folder=card.folder, runs=None)
    few_labels.tell(again)
    assert again.lines == card.lines
    assert json.loads((card.folder / DRAWS).read_text())["shipped"]["25"] == [0.6, 0.7]
