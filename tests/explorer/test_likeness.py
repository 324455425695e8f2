"""Distances between pictures, against what they are by definition."""

import pytest
import torch
from tiny import tiny_gan32

from explorer.latent import draw
from explorer.likeness import PictureObjective, psnr
from explorer.survey import survey


def test_the_perceptual_distance_vanishes_for_equal_pictures_alone_and_is_in_units_of_the_pixels():
    model = tiny_gan32().eval()
    z = draw(77, 1, model.latent_size)
    target = model.generate(z)[0]
    known = survey(model)
    features = PictureObjective(model, target, known, perceptual=1.0)
    pixels = PictureObjective(model, target, known)
    assert features(z).item() == pytest.approx(0, abs=1e-6)
    others = draw(300, 64, model.latent_size)
    assert (features(others) > 0).all()
    assert 0.3 < features(others).mean() / pixels(others).mean() < 3
    half = PictureObjective(model, target, known, perceptual=0.5)
    torch.testing.assert_close(half(others), (features(others) + pixels(others)) / 2)


def test_psnr_of_a_known_error():
    a = torch.zeros(3, 4, 4)
    assert psnr(a, a + 0.02) == pytest.approx(40)
    assert psnr(a, a) == pytest.approx(150, abs=0.1)


def test_psnr_counts_what_the_mask_shows():
    a, mask = torch.zeros(3, 4, 4), torch.zeros(4, 4)
    b = a.clone()
    b[:, :2], mask[:2] = 0.02, 1
    assert psnr(a, b, mask) == pytest.approx(40) and psnr(a, b, 1 - mask) == pytest.approx(150, abs=0.1)
    assert psnr(a, b) == pytest.approx(40 + 3.0103, abs=1e-3)


def test_hidden_pixels_cost_nothing():
    model = tiny_gan32().eval()
    target, mask = torch.zeros(3, 32, 32), torch.zeros(32, 32)
    mask[3, 4] = 1
    pictures = model.generate(draw(1, 4, model.latent_size))
    expected = pictures[:, :, 3, 4].square().sum(1)
    torch.testing.assert_close(PictureObjective(model, target, survey(model), mask=mask).distance(pictures), expected)
