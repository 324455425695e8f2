"""Normal distributions with independent numbers, as the encoders of variational models give them: by mean and log variance."""

from __future__ import annotations

import torch
from torch import Tensor


def sample(mean: Tensor, log_variance: Tensor) -> Tensor:
    """One draw from N(mean, exp(log_variance)), of the same shape, through which gradients pass (Kingma and Welling 2014, section 2.4)."""
    return mean + (log_variance / 2).exp() * torch.randn_like(mean)


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, exp(log_variance)) || N(0, 1)) of each number in nats, of the same shape (Kingma and Welling 2014, appendix B)."""
    return (mean.square() + log_variance.exp() - 1 - log_variance) / 2
