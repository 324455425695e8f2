"""train/metrics/collapse.py: measures of a training, for cases with a known answer."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from train.metrics import collapse


def test_a_class_is_found_with_two_percent_of_the_pictures():
    predictions = torch.tensor([0] * 90 + [1] * 5 + [2] * 2 + [3] * 2 + [4])
    assert collapse.classes_found(predictions, 10) == 4 and collapse.classes_found(predictions, 10, least=0.05) == 2


def test_the_modes_and_their_divergence_from_equal_shares():
    assert collapse.modes(torch.arange(40) % 4, 4) == (4, pytest.approx(0))
    assert collapse.modes(torch.zeros(40, dtype=torch.long), 4) == (1, pytest.approx(math.log(4)))
    assert collapse.modes(torch.tensor([0, 0, 0, 1]), 2) == (2, pytest.approx(0.75 * math.log(1.5) + 0.25 * math.log(0.5)))


def test_the_histogram_counts_what_lies_beyond_in_its_ends():
    network = nn.Linear(4, 1, bias=False)
    with torch.no_grad():
        network.weight.copy_(torch.tensor([[-5.0, 0.0, 0.01, 5.0]]))
    assert collapse.histogram(network, 1.0, 3) == [0.25, 0.5, 0.25]


def test_the_spread_is_the_mean_distance_of_two_and_zero_after_a_collapse():
    assert collapse.spread(torch.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]])) == pytest.approx(10 / 3)
    assert collapse.spread(torch.ones(5, 7)) == 0


def test_how_far_pictures_have_moved():
    before = torch.zeros(2, 1, 2, 2)
    assert collapse.moved(before, before) == 0 and collapse.moved(before, before + 0.5) == pytest.approx(0.5)
    assert collapse.moved(before, torch.tensor([1.0, 0, 0, 0]).view(1, 1, 2, 2).expand(2, -1, -1, -1)) == pytest.approx(0.5)


def test_the_share_of_weights_at_the_clip():
    network = nn.Linear(3, 1, bias=False)
    with torch.no_grad():
        network.weight.copy_(torch.tensor([[0.01, -0.01, 0.005]]))
    assert collapse.share_at_clip(network, 0.01) == pytest.approx(2 / 3)


def test_the_norm_over_all_tensors():
    assert collapse.norm_of([torch.tensor([3.0]), torch.tensor([[4.0, 12.0]])]) == pytest.approx(math.sqrt(9 + 16 + 144))
