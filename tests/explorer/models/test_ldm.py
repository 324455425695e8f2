"""Latent diffusion: scaled latents, sentences in place of a class, and pictures decoded once."""

from __future__ import annotations

import pytest
import torch

from explorer import diffusion
from explorer.models import LDM, Denoises

SMALL = {"image_size": 64, "latent_channels": 4, "widths": (16, 16, 16)}


@pytest.fixture
def model() -> LDM:
    torch.manual_seed(0)
    return LDM(text_size=6, widths=(16, 32), layers=1, autoencoder=SMALL).eval()


def test_latents_are_scaled_to_deviation_one_and_back(model):
    assert isinstance(model, Denoises) and model.shape == (4, 4, 4)
    images = torch.rand(3, 3, 64, 64) * 2 - 1
    raw = model.autoencoder.compress(images)
    model.normalise_with(raw, torch.randn(5, 6))
    x0 = model.latent(images)
    assert torch.allclose(x0.mean((0, 2, 3)), torch.zeros(4), atol=1e-5) and torch.allclose(x0.std((0, 2, 3)), torch.ones(4), atol=0.02)
    assert torch.allclose(model.picture(x0), model.autoencoder.restore(raw).clamp(-1, 1), atol=1e-4)


def test_no_sentence_is_a_condition_of_its_own(model):
    model.normalise_with(torch.randn(3, 4, 4, 4), torch.randn(50, 6) + 3)
    none, said = model.conditions(torch.stack([torch.zeros(6), torch.full((6,), 3.0)]))
    assert none.tolist() == [0] * 6 + [1] and said[-1] == 0 and said[:-1].abs().max() < 1


def test_a_run_draws_a_picture_of_a_sentence(model):
    with torch.no_grad():
        for weight in (model.unet.conv_out.weight, model.unet.class_embedding.weight):
            torch.nn.init.normal_(weight, 0, 0.5)
    text = torch.randn(2, 6)
    pictures = diffusion.sample(model, text, seed=3, steps=3, guidance=2.0)
    assert pictures.shape == (2, 3, 64, 64) and pictures.abs().max() <= 1
    assert not torch.allclose(pictures[:1], diffusion.sample(model, text[1:], seed=3, steps=3, guidance=2.0))
    with pytest.raises(ValueError, match=r"labels have the shape \(1, 5\)"):
        diffusion.sample(model, torch.zeros(1, 5), steps=2)


def test_its_prediction_of_v_and_of_x0_agree(model):
    x0, noise, t = torch.randn(2, 4, 4, 4), torch.randn(2, 4, 4, 4), torch.tensor([100, 900])
    picture, level = model.levels(t)
    x = picture * x0 + level * noise
    target = model.target(x0, noise, t)
    assert torch.allclose(picture * x - level * target, x0, atol=1e-4)
