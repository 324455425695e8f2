import pytest
import torch

from train.data.birds import HELD_OUT, Bird
from train.data.birds import records as bird_records
from train.metrics.forced_choice import ELEVEN, balanced, chosen, expected, only_colour, shares

BIRDS = [Bird({"primary": ("red", "grey"), "belly": ("white",)}), Bird({"primary": ("blue", "black")}), Bird({})]


def test_a_part_s_colours_share_one_and_unknown_parts_have_none():
    found = shares(BIRDS, "primary")
    assert found[0, ELEVEN.index("red")] == found[0, ELEVEN.index("grey")] == 0.5
    assert found.sum(1).tolist() == [1.0, 1.0, 0.0]


def test_only_pictures_with_one_of_the_choices_are_asked():
    told = shares(BIRDS, "primary")
    assert only_colour(told, ("red", "blue", "black")).tolist() == [0, -1, -1]
    assert only_colour(told, ("black", "red")).tolist() == [1, 0, -1]


def test_a_forced_choice_ignores_what_is_no_choice():
    logits = torch.zeros(2, len(ELEVEN))
    logits[:, ELEVEN.index("grey")] = 9.0
    logits[0, ELEVEN.index("blue")] = logits[1, ELEVEN.index("red")] = 1.0
    assert chosen(logits, ("red", "blue")).tolist() == [1, 0]


def test_a_forced_choice_among_equally_likely_colours_forgets_what_the_judge_expects():
    shares = torch.full((len(ELEVEN),), 0.05)
    shares[ELEVEN.index("white")] = 0.5
    likelihood = torch.zeros(2, len(ELEVEN))  # of two pictures: one that shows nothing but a little more grey, one that shows white
    likelihood[0, ELEVEN.index("grey")], likelihood[1, ELEVEN.index("white")] = 0.1, 1.0
    logits = likelihood + shares.log()
    assert chosen(logits, ("white", "grey")).tolist() == [0, 0]
    assert chosen(logits, ("white", "grey"), shares).tolist() == [1, 0]


def test_what_is_expected_of_a_part_is_how_often_it_was_told(explorer_data):
    birds = [bird for row, bird in enumerate(bird_records.describe("train")) if row % HELD_OUT]
    times = expected("primary") * (len(birds) + len(ELEVEN)) - 1
    assert times.sum() == pytest.approx(sum(any(colour in ELEVEN for colour in bird.colours) for bird in birds), abs=1e-4)
    assert times[ELEVEN.index("red")] == pytest.approx(shares(birds, "primary")[:, ELEVEN.index("red")].sum().item(), abs=1e-4)


def test_balanced_accuracy_gives_every_class_the_same_weight():
    truth = torch.tensor([0, 0, 0, 1, -1])
    assert balanced(torch.tensor([True, True, False, False, True]), truth) == pytest.approx((2 / 3 + 0) / 2)
