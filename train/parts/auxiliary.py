"""Classifiers beside a discriminator: which conditions does a picture show?

They learn from pictures and their labels and reward the generator when they recognise what was asked for (Odena et al. 2017).
`AuxiliaryClassifier` reads the features that `train.parts.projected` computes anyway; `PixelClassifier` sees pixels. Neither is a judge:
what rewards a generator cannot measure it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .augment import augment
from .backbone import FrozenFeatures


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


class PixelClassifier(nn.Sequential):
    """Four 3x3 convolutions down to an eighth of the picture's side, a map of logits for every condition, and its maximum over space: it
    says where it sees an object, and so learns from few pictures what one looks like anywhere.

    It learns from real pictures alone, so that it cannot agree on a sign of their own with the generator (Odena et al. 2017 let it learn
    from both), and sees them moved and noisy.

    Args:
        conditions: how many.
        widths: of the convolutions.
    """

    def __init__(self, conditions: int, widths: Sequence[int] = (32, 64, 128, 128)):
        layers: list[nn.Module] = []
        for before, width, stride in zip((3, *widths), widths, (2, 2, 1, 2), strict=False):
            layers += [nn.Conv2d(before, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.LeakyReLU(0.2)]
        super().__init__(*layers, nn.Conv2d(widths[-1], conditions, 1), nn.AdaptiveMaxPool2d(1), nn.Flatten())

    def forward(self, images: Tensor) -> Tensor:
        """(batch, 3, height, width) in [-1, 1] -> logits (batch, conditions)."""
        images = augment(images, ("translation",))
        noise = 0.1 * torch.rand(len(images), 1, 1, 1, device=images.device) * torch.randn_like(images)
        return super().forward((images + noise).contiguous(memory_format=torch.channels_last))


def condition_loss(logits: Tensor, asked: Tensor, exclusive: bool, enough: Tensor | float | None = None) -> Tensor:
    """Cross-entropy of one condition, or the sum over several of their binary cross-entropies; the mean over the batch, in nats.

    If `enough` is given, it is subtracted from each picture's loss, which is clipped at 0: pictures that are classified that well get no
    further gradient.
    """
    logits = logits.float()
    if exclusive:
        losses = F.cross_entropy(logits, asked, reduction="none")
    else:
        losses = F.binary_cross_entropy_with_logits(logits, asked, reduction="none").sum(1)
    return losses.mean() if enough is None else F.relu(losses - enough).mean()


def swapped(labels: Tensor) -> Tensor:
    """Conditions that a picture does not have: of each row of zeros and ones (batch, conditions), a one that moved to where a zero was."""
    gone, come = torch.multinomial(labels, 1), torch.multinomial(1 - labels, 1)
    return labels.scatter(1, gone, 0.0).scatter(1, come, 1.0)
