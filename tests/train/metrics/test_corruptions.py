"""Each kind of damage does what its name says, more with each strength, and the same at every call."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from train.metrics.corruptions import CORRUPTIONS, copies, mode_dropping, palette_shift, patch_shuffle

IMAGES = F.interpolate(torch.rand(20, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 1.6 - 0.8, scale_factor=4, mode="bilinear")


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_every_corruption_keeps_shape_and_range_and_is_the_same_at_every_call(name):
    corruption = CORRUPTIONS[name]
    damaged = corruption.apply(IMAGES, corruption.strengths[1])
    assert damaged.shape == IMAGES.shape and damaged.abs().max() <= 1 + 1e-6
    assert not torch.equal(damaged, IMAGES) and torch.equal(damaged, corruption.apply(IMAGES, corruption.strengths[1]))


@pytest.mark.parametrize("name", ["blur", "lattice", "block edges", "colour cast", "lost colour", "palette shift", "noise"])
def test_damage_to_pixels_grows_with_the_strength(name):
    corruption = CORRUPTIONS[name]
    errors = [(corruption.apply(IMAGES, strength) - IMAGES).square().mean() for strength in corruption.strengths]
    assert errors == sorted(errors) and errors[0] > 0


def test_a_third_of_a_turn_about_the_grey_axis_swaps_the_channels():
    assert torch.allclose(palette_shift(IMAGES, 120), IMAGES.roll(1, dims=1), atol=1e-6)


@pytest.mark.parametrize("side", [32, 16, 8, 4])
def test_shuffled_patches_are_the_same_patches(side):
    patches = [F.unfold(images, side, stride=side).transpose(1, 2) for images in (IMAGES, patch_shuffle(IMAGES, side))]
    sums = [part.sum(2).sort(1).values for part in patches]
    assert torch.allclose(*sums, atol=1e-3)


@pytest.mark.parametrize("corrupt", [copies, mode_dropping])
def test_a_quarter_of_the_pictures_stands_for_all(corrupt):
    kept = corrupt(IMAGES, 0.25)
    fingerprints = {round(picture.sum().item(), 2) for picture in kept}
    originals = {round(picture.sum().item(), 2) for picture in IMAGES}
    assert len(fingerprints) == 5 and fingerprints <= originals


def test_dropped_modes_leave_pictures_that_are_more_alike_than_random_copies():
    spread = [corrupt(IMAGES, 0.25).mean((2, 3)).std(0).mean() for corrupt in (mode_dropping, copies)]
    assert spread[0] < spread[1]
