"""Normal distributions by mean and log variance: draws have them, and the divergence is the integral."""

from __future__ import annotations

import math

import pytest
import torch

from explorer.models import gaussian


def test_draws_have_the_mean_and_the_deviation_and_pass_gradients_on():
    mean, log_variance = torch.full((100_000,), 0.7, requires_grad=True), torch.full((100_000,), -0.5)
    drawn = gaussian.sample(mean, log_variance)
    assert drawn.mean().item() == pytest.approx(0.7, abs=0.02) and drawn.std().item() == pytest.approx(math.exp(-0.25), abs=0.02)
    drawn.sum().backward()
    assert torch.equal(mean.grad, torch.ones(100_000))


def test_the_divergence_from_the_standard_normal_is_the_integral():
    mean, log_variance = torch.tensor([[0.7, 0.0]]), torch.tensor([[-0.5, 0.0]])
    x = torch.linspace(-12, 12, 200_001, dtype=torch.float64)
    own = torch.distributions.Normal(0.7, math.exp(-0.25)).log_prob(x)
    slow = torch.trapezoid(own.exp() * (own - torch.distributions.Normal(0.0, 1.0).log_prob(x)), x).item()
    assert gaussian.divergence(mean, log_variance)[0].tolist() == pytest.approx([slow, 0.0], rel=1e-5, abs=1e-7)
