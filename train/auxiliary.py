"""A classifier beside a projected discriminator: which conditions do the frozen features show?

It learns from real pictures and their labels and rewards the generator when it recognises what was asked for (Odena et al. 2017), in the
features that `train.projected` computes anyway.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .projected import FrozenFeatures


class AuxiliaryClassifier(nn.Module):
    """On each scale a 3x3 convolution, its maximum over space, and a linear layer; the scales' logits are added.

    Args:
        conditions: how many.
        width: channels of the mixed features (`ProjectedDiscriminator`), and of the convolutions.
    """

    def __init__(self, conditions: int, width: int = 64):
        super().__init__()
        inputs = (*(width for _ in FrozenFeatures.channels), 3)
        self.scales = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(channels, width, 3, 1, 1), nn.LeakyReLU(0.2), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(width, conditions)
            )
            for channels in inputs
        )

    def forward(self, features: list[Tensor]) -> Tensor:
        """What `ProjectedDiscriminator.project` returns -> logits (batch, conditions)."""
        return torch.stack([scale(x) for scale, x in zip(self.scales, features, strict=True)]).sum(0)


def condition_loss(logits: Tensor, asked: Tensor, exclusive: bool) -> Tensor:
    """Cross-entropy of one condition, or the sum over several of their binary cross-entropies; the mean over the batch, in nats."""
    logits = logits.float()
    if exclusive:
        return F.cross_entropy(logits, asked)
    return F.binary_cross_entropy_with_logits(logits, asked, reduction="sum") / len(logits)


def swapped(labels: Tensor) -> Tensor:
    """Conditions that a picture does not have: of each row of zeros and ones (batch, conditions), a one that moved to where a zero was."""
    gone, come = torch.multinomial(labels, 1), torch.multinomial(1 - labels, 1)
    return labels.scatter(1, gone, 0.0).scatter(1, come, 1.0)
