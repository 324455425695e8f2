"""The diffusion model: the schedules' published values, the weights in diffusers' own network, labels, targets, and what may be asked."""

from __future__ import annotations

import math

import pytest
import torch
from tiny import tiny_ddpm

from explorer.models import DDPM, Denoises
from explorer.models.ddpm import alpha_bars


def test_the_linear_schedule_is_the_product_of_its_betas():
    found = alpha_bars("linear", 1000)
    product = 1.0
    for i in range(1000):
        product *= 1 - (1e-4 + (0.02 - 1e-4) * i / 999)
        assert math.isclose(found[i + 1].item(), product, rel_tol=1e-9)
    assert found[0] == 1


def test_the_cosine_schedule_follows_its_formula_until_the_betas_are_cut():
    found = alpha_bars("cosine", 1000)
    level = lambda t: math.cos((t / 1000 + 0.008) / 1.008 * math.pi / 2) ** 2  # noqa: E731
    for t in (1, 100, 500, 900, 990):
        assert math.isclose(found[t].item(), level(t) / level(0), rel_tol=1e-6)
    assert (1 - found[1:] / found[:-1]).max() <= 0.999 + 1e-12


def test_another_schedule_is_refused():
    with pytest.raises(ValueError, match="schedule is 'sigmoid'"):
        alpha_bars("sigmoid", 10)


@pytest.mark.parametrize("prediction", ["v", "epsilon"])
def test_the_belief_is_the_picture_where_the_network_says_its_target(prediction, monkeypatch):
    model = tiny_ddpm(prediction=prediction)
    images, noise, t = torch.rand(4, 1, 28, 28) * 2 - 1, torch.randn(4, 1, 28, 28), torch.tensor([1, 300, 700, 900])
    picture, level = model.levels(t)
    monkeypatch.setattr(model, "predict", lambda *_: model.target(images, noise, t))
    torch.testing.assert_close(model.denoise(picture * images + level * noise, t, torch.zeros(4, 4)), images, atol=2e-4, rtol=1e-4)


def test_no_class_and_half_classes_are_mixtures_of_the_embeddings():
    model = tiny_ddpm()
    x, t = torch.randn(1, 1, 28, 28), torch.tensor([400])
    with torch.no_grad():
        absent = model.denoise(x, t, torch.zeros(1, 4))
        told = model.denoise(x, t, torch.eye(4)[:1])
        assert not torch.allclose(absent, told, atol=1e-3)
        model.unet.class_embedding.weight[1] = 2 * model.unet.class_embedding.weight[0] - model.unet.class_embedding.weight[4]
        half = model.denoise(x, t, torch.tensor([[0.0, 0.5, 0.0, 0.0]]))
    torch.testing.assert_close(half, told, atol=1e-4, rtol=1e-4)


def test_a_saved_model_comes_back_with_half_precision_matrices(tmp_path):
    model = tiny_ddpm()
    model.save_pretrained(tmp_path)
    again = DDPM.from_pretrained(tmp_path, **{key: value for key, value in model._hub_mixin_config.items()})
    x, t, labels = torch.randn(2, 1, 28, 28), torch.tensor([3, 800]), torch.eye(4)[:2]
    with torch.no_grad():
        torch.testing.assert_close(again.denoise(x, t, labels), model.denoise(x, t, labels), atol=2e-2, rtol=0)
    assert isinstance(again, Denoises) and again.alpha_bar.dtype == torch.float64
