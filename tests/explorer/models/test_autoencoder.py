"""The autoencoder of latent diffusion: shapes, any size of picture, and the divergence in closed form."""

from __future__ import annotations

import pytest
import torch

from explorer.models import Autoencoder


@pytest.fixture
def model() -> Autoencoder:
    torch.manual_seed(0)
    return Autoencoder(image_size=64, latent_channels=3, widths=(16, 16, 16)).eval()


def test_a_picture_becomes_a_small_map_and_a_picture_again(model):
    images = torch.rand(2, 3, 64, 64) * 2 - 1
    latents = model.compress(images)
    assert latents.shape == (2, *model.shape) == (2, 3, 4, 4)
    assert model.restore(latents).shape == images.shape


def test_it_takes_crops_of_other_sizes(model):
    assert model.restore(model.compress(torch.zeros(1, 3, 32, 48))).shape == (1, 3, 32, 48)
    with pytest.raises(ValueError, match="multiple of 16"):
        Autoencoder(image_size=40)


def test_the_divergence_is_the_closed_form(model):
    images = torch.rand(2, 3, 64, 64) * 2 - 1
    mean, log_variance = model.posterior(images)
    expected = torch.distributions.kl_divergence(
        torch.distributions.Normal(mean, (log_variance / 2).exp()), torch.distributions.Normal(0.0, 1.0)
    )
    latents, divergence = model.divergence(images)
    assert torch.allclose(divergence, expected.flatten(1).mean(1), rtol=1e-4) and latents.shape == mean.shape


def test_it_has_the_size_of_the_trial():
    model = Autoencoder()
    count = {name: sum(weights.numel() for weights in part.parameters()) for name, part in model.named_children()}
    assert model.shape == (8, 16, 16) and 2.2e6 < count["encoder"] < 2.8e6 and 2.2e6 < count["decoder"] < 2.7e6
