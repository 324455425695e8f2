"""What a measure sees follows from its features: mean colours see a cast and no shuffled patches."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from train.metrics.sensitivity import Response, responses


@pytest.fixture(scope="module")
def seen():
    images = torch.rand(32, 3, 8, 8, generator=torch.Generator().manual_seed(0)) * 1.2 - 0.6
    images = F.interpolate(images, scale_factor=8, mode="bilinear")
    found = responses(images, {"mean colours": lambda pictures: pictures.mean((2, 3))})
    return {(measure, corruption): response.seen for measure, corruption, response in found}


def test_mean_colours_see_what_changes_them_and_nothing_else(seen):
    assert seen["mean colours: fd", "colour cast"] and seen["mean colours: kid", "colour cast"]
    assert not seen["mean colours: fd", "patch shuffle"] and not seen["mean colours: fd", "lattice"]


def test_the_sliced_wasserstein_distance_sees_textures(seen):
    assert seen["sliced Wasserstein, 64 px", "lattice"] and seen["sliced Wasserstein, 64 px", "noise"]


@pytest.mark.parametrize(
    ("values", "sign", "expected"),
    [
        ((1.2, 1.4, 1.6, 1.8), 1, True),
        ((1.2, 1.29, 1.6, 1.8), 1, False),  # the second strength is within chance
        ((1.2, 1.4, 1.3, 1.8), 1, False),  # a stronger damage looks better
        ((0.8, 0.6, 0.4, 0.2), -1, True),  # a recall falls
        ((0.8, 0.6, 0.4, 0.2), 1, False),
    ],
)
def test_a_measure_must_grow_with_every_strength_and_leave_chance_behind_at_the_second(values, sign, expected):
    assert Response(mean=1.0, deviation=0.1, values=values, sign=sign).seen is expected
