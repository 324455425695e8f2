"""When is a reverse step of diffusion Gaussian? The exact density of one step, for one-dimensional data.

A sampler replaces q(x_s | x_t) by a Gaussian. That is right for small steps only (Sohl-Dickstein et al. 2015, section 2.2): if the data
have two peaks, a large step back has two peaks as well. For a mixture of Gaussians the exact density has a closed form.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor


def reverse_step(
    means: Sequence[float], deviation: float, x: float, alpha_bar: float, next_alpha_bar: float, positions: Tensor
) -> tuple[Tensor, Tensor, float, float]:
    """The density q(x_s | x_t) for one-dimensional data, a mixture of equally likely Gaussians, and the density of the Gaussian with the
    same mean and variance.

    Each component of the mixture has a Gaussian posterior; q(x_s | x_t) is their sum, weighted by the likelihood of x_t (Bayes).

    Args:
        means, deviation: the means and the standard deviation of the components.
        x: x_t.
        alpha_bar, next_alpha_bar: at t and at s, alpha_bar < next_alpha_bar <= 1.
        positions: (n,), the values of x_s at which the densities are computed.

    Returns:
        Both densities at the positions, (n,) each, and the mean and the variance of q(x_s | x_t).
    """
    alpha = alpha_bar / next_alpha_bar
    centres = math.sqrt(next_alpha_bar) * torch.tensor(means, dtype=torch.float64)
    component_variance = next_alpha_bar * deviation**2 + 1 - next_alpha_bar
    noise_variance = 1 - alpha
    marginal_variance = alpha * component_variance + noise_variance
    weights = (-((x - math.sqrt(alpha) * centres) ** 2) / (2 * marginal_variance)).softmax(0)
    posterior_variance = component_variance * noise_variance / marginal_variance
    posterior_means = centres + math.sqrt(alpha) * component_variance / marginal_variance * (x - math.sqrt(alpha) * centres)
    mean = float((weights * posterior_means).sum())
    variance = float(posterior_variance + (weights * (posterior_means - mean) ** 2).sum())
    exact = (weights * _gaussian(positions[:, None], posterior_means, posterior_variance)).sum(1)
    return exact, _gaussian(positions, mean, variance), mean, variance


def _gaussian(x: Tensor, mean: Tensor | float, variance: float) -> Tensor:
    return torch.exp(-((x - mean) ** 2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)
