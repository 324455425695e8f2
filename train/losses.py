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
