"""The VAE: its likelihood and its divergence in closed form, and its halves."""

from __future__ import annotations

import pytest
import torch

from explorer.models import VAE, Factorises, Generates, Inverts
from explorer.models.vae import logistic_log_likelihood

LEVELS = torch.arange(256) / 127.5 - 1


@pytest.fixture
def model() -> VAE:
    torch.manual_seed(0)
    return VAE(classes=("a", "b"), latent_size=3, width=4)


@pytest.mark.parametrize(("mean", "log_scale"), [(0.0, -2.0), (-1.0, -3.0), (0.7, -5.0), (1.3, 0.5)])
def test_the_likelihoods_of_all_levels_add_up_to_one(mean, log_scale):
    logs = logistic_log_likelihood(LEVELS, torch.tensor(mean), torch.tensor(log_scale))
    assert logs.exp().sum().item() == pytest.approx(1, abs=1e-3)


def test_the_likelihood_of_a_level_is_the_mass_of_its_interval():
    """(1 + tanh(x / 2s)) / 2 is the distribution function of a logistic distribution."""
    mean, scale, level = 0.1, 0.2, LEVELS[150]
    below, above = ((1 + torch.tanh((level + side - mean) / (2 * scale))) / 2 for side in (-1 / 255, 1 / 255))
    found = logistic_log_likelihood(level, torch.tensor(mean), torch.tensor(scale).log())
    assert found.item() == pytest.approx((above - below).log().item(), abs=1e-3)


def test_far_from_its_mean_the_likelihood_stays_finite_with_a_gradient():
    mean = torch.tensor(0.9, requires_grad=True)
    found = logistic_log_likelihood(LEVELS[10], mean, torch.tensor(-6.5))
    found.backward()
    assert torch.isfinite(found) and mean.grad < 0


def test_the_divergence_is_the_closed_form(model):
    images, labels = LEVELS[torch.randint(256, (5, 1, 28, 28))], torch.eye(2)[[0, 1, 0, 1, 0]]
    mean, log_variance = model.posterior(images, labels)
    expected = torch.distributions.kl_divergence(
        torch.distributions.Normal(mean, (log_variance / 2).exp()), torch.distributions.Normal(0.0, 1.0)
    ).sum(1)
    _, _, divergence = model.terms(images, labels)
    assert torch.allclose(divergence, expected, rtol=1e-4)


def test_only_the_scales_learn_from_the_logistic_likelihood(model):
    images, labels = LEVELS[torch.randint(256, (5, 1, 28, 28))], torch.eye(2)[[0, 1, 0, 1, 0]]
    _, reconstruction, _ = model.terms(images, labels)
    reconstruction.sum().backward()
    assert {name for name, weight in model.named_parameters() if weight.grad is not None} == {"scale.weight", "scale.bias"}


def test_it_inverts_a_picture_to_the_mean_of_its_posterior(model):
    images, labels = torch.rand(2, 1, 28, 28) * 2 - 1, torch.eye(2)
    assert isinstance(model, Inverts) and not model.exact
    assert torch.equal(model.invert(images, labels), model.posterior(images, labels)[0])


def test_it_draws_pictures_of_a_class(model):
    assert isinstance(model, Generates) and isinstance(model, Factorises)
    z = torch.zeros(2, 3)
    first, second = model.generate(z, torch.eye(2))
    assert first.shape == (1, 28, 28) and not torch.equal(first, second)
    assert model.generate(z).abs().max() <= 1 and model.latent_weight().shape[1] == 3
