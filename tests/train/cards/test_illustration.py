import re

import pytest
import torch
from tiny import seeded, tiny_stackgan, tiny_text

from explorer.models import PictureJudge
from train.cards import illustration as card
from train.metrics.forced_choice import ELEVEN


def one_colour(colour: str) -> PictureJudge:
    """A judge that sees one colour everywhere."""
    judge = seeded(lambda: PictureJudge({part: list(ELEVEN) for part in ("primary", "belly", "crown")}, channels=(4, 4, 4, 4)))
    for head in judge.heads.values():
        torch.nn.init.zeros_(head.weight)
        head.bias.data[ELEVEN.index(colour)] = 1.0
    return judge


def test_a_judge_that_sees_one_colour_everywhere_gives_all_to_that_one(explorer_data, monkeypatch):
    monkeypatch.setattr(card, "SEEDS", 2)
    lines, measured = card.control(tiny_stackgan(sizes=(64,)), tiny_text(), one_colour("white"))
    table = "\n".join(lines)
    assert '| "a ... bird" | 0% | 0% | 0% | 0% | 100% | 0% | 17% |' in table
    assert table.count("| generated | 100% | 0% | 0% | 0% | 25% |") == 2  # belly, crown
    assert [row["value"] for row in measured] == pytest.approx([1 / 6, 1 / 6, 0.25, 0.25], abs=1e-4)


def test_the_spread_is_the_mean_distance_of_pairs():
    points = torch.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]])
    assert card.spread(points) == pytest.approx(10 / 3)


def test_distances_are_told_beside_the_floor(explorer_data):
    judge = seeded(lambda: PictureJudge({"primary": list(ELEVEN), "species": 2}, channels=(4, 4, 4, 4)))
    lines, measured, by_number = card.distances(tiny_stackgan(), tiny_text(), judge)
    table = "\n".join(lines)
    assert "| 64 px |" in table and "| 256 px |" in table and "untrained" in table and "the floor" in table
    assert {row["type"] for row in measured} == {"kid", "fd", "precision", "recall", "diversity"}
    n = int(re.search(r"n = (\d+) generated pictures are compared with", table)[1])
    assert by_number[-1][0] == n and f"| {n} | {by_number[-1][1]:.2f} |" in table
