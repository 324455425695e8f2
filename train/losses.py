"""Adversarial losses on logits. Each takes what the discriminator says of a batch and returns a scalar.

Non-saturating: Goodfellow et al. 2014, section 3. Hinge: Lim and Ye 2017; Miyato et al. 2018, eqs. 16 and 17.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F


def non_saturating_discriminator(real: Tensor, generated: Tensor) -> Tensor:
    """-log sigmoid(real) - log(1 - sigmoid(generated)), each the mean over its logits."""
    return F.softplus(-real).mean() + F.softplus(generated).mean()


def non_saturating_generator(generated: Tensor) -> Tensor:
    """-log sigmoid(generated), the mean over the logits."""
    return F.softplus(-generated).mean()


def hinge_discriminator(real: Tensor, generated: Tensor) -> Tensor:
    """max(0, 1 - real) + max(0, 1 + generated), each the mean over its logits."""
    return F.relu(1 - real).mean() + F.relu(1 + generated).mean()


def hinge_generator(generated: Tensor) -> Tensor:
    """-generated, the mean over the logits."""
    return -generated.mean()


def matching_hinge_discriminator(real: Tensor, generated: Tensor, mismatched: Tensor) -> Tensor:
    """max(0, 1 - real) + (max(0, 1 + generated) + max(0, 1 + mismatched)) / 2, each the mean over its logits; `mismatched` is what is said
    of real pictures with a sentence that is not theirs (Reed et al. 2016, algorithm 1; Tao et al. 2022, eq. 1)."""
    return F.relu(1 - real).mean() + (F.relu(1 + generated).mean() + F.relu(1 + mismatched).mean()) / 2


def matching_discriminator(real: Tensor, generated: Tensor, mismatched: Tensor) -> Tensor:
    """The same with -log sigmoid and -log(1 - sigmoid) (Zhang et al. 2017, eq. 3, with the mismatched pairs of its section 3.5)."""
    return F.softplus(-real).mean() + (F.softplus(generated).mean() + F.softplus(mismatched).mean()) / 2


def divergence_from_standard_normal(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, exp(log_variance)) || N(0, 1)), the mean over all numbers (Zhang et al. 2017, eq. 2)."""
    return (mean.square() + log_variance.exp() - 1 - log_variance).mean() / 2
