"""The class-conditional GAN of digits: both networks hear the class, and the projection is linear in it."""

from __future__ import annotations

import pytest
import torch
from torch.nn.utils import parametrize

from explorer.models import GAN28, Discriminates, Factorises, Generates, discriminates


@pytest.fixture
def model() -> GAN28:
    torch.manual_seed(0)
    return GAN28(classes=("a", "b", "c"), latent_size=5, width=4, discriminator_width=4).eval()


def test_it_draws_grey_pictures_of_a_class(model):
    assert isinstance(model, Generates) and isinstance(model, Factorises)
    pictures = model.generate(torch.zeros(3, 5), torch.eye(3))
    assert pictures.shape == (3, 1, 28, 28) and pictures.abs().max() <= 1
    assert not torch.equal(pictures[0], pictures[1])


def test_the_logit_is_linear_in_the_class(model):
    assert isinstance(model, Discriminates) and discriminates(model)
    images = torch.rand(2, 1, 28, 28) * 2 - 1
    none, first, second, both = (
        model.discriminate(images, torch.tensor(row).expand(2, -1)) for row in ([0.0] * 3, [1.0, 0, 0], [0, 1.0, 0], [1.0, 1, 0])
    )
    assert torch.allclose(both - none, (first - none) + (second - none), atol=1e-5)
    assert [activation.shape[-1] for activation in model.features(images)] == [14, 7, 3]


def test_every_layer_of_the_discriminator_has_spectral_norm(model):
    layers = [module for module in model.discriminator.modules() if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear))]
    assert len(layers) == 5 and all(parametrize.is_parametrized(layer, "weight") for layer in layers)


def test_the_latents_weights_are_those_of_the_latent_alone(model):
    weight = model.latent_weight()
    assert weight.shape == (model.generator.first.out_features + sum(norm.modulation.out_features for norm in model.generator.norms), 5)
    z, step, label = torch.zeros(1, 5), torch.randn(1, 5), torch.eye(3)[:1]
    first = model.generator.first
    moved = first(torch.cat([z + step, label], 1)) - first(torch.cat([z, label], 1))
    assert torch.allclose(moved[0], weight[: first.out_features] @ step[0], atol=1e-5)
