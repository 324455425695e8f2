"""Auxiliary classifiers of a GAN, which predict the conditions of a picture.

They are trained with labelled pictures, and the generator is trained to minimise their loss on its pictures (Odena et al. 2017).
`AuxiliaryClassifier` takes the features that `train.parts.projected` computes anyway; `PixelClassifier` takes pixels. Neither is a judge: a
classifier that was used to train a generator cannot be used to evaluate it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .augment import augment
from .backbone import FrozenFeatures


class AuxiliaryClassifier(nn.Module):
    """For each scale of the features: a 3x3 convolution, global max pooling and a linear layer. The logits of all scales are added.

    Args:
        conditions: the number of conditions.
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
        """The result of `ProjectedDiscriminator.project` -> logits (batch, conditions)."""
        return torch.stack([scale(x) for scale, x in zip(self.scales, features, strict=True)]).sum(0)


class PixelClassifier(nn.Sequential):
    """Four 3x3 convolutions down to an eighth of the picture's side, a map of logits for every condition, and global max pooling. Each
    logit of the map depends on a local area only, so few pictures suffice to learn what an object looks like at any position.

    It is trained on real pictures only, so that it does not learn patterns of generated pictures that no real picture has (Odena et al.
    2017 train it on both). Its input is shifted at random, and noise is added.

    Args:
        conditions: the number of conditions.
        widths: the numbers of channels of the four convolutions.
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


def condition_loss(logits: Tensor, labels: Tensor, exclusive: bool, enough: Tensor | float | None = None) -> Tensor:
    """The mean over the batch, in nats, of the cross-entropy (if `exclusive`: one condition per picture) or of the sum of the binary
    cross-entropies of all conditions (otherwise).

    If `enough` is given, it is subtracted from each picture's loss, and the result is clipped at 0. So a picture whose loss is below
    `enough` gets no gradient.
    """
    logits = logits.float()
    if exclusive:
        losses = F.cross_entropy(logits, labels, reduction="none")
    else:
        losses = F.binary_cross_entropy_with_logits(logits, labels, reduction="none").sum(1)
    return losses.mean() if enough is None else F.relu(losses - enough).mean()


def swapped(labels: Tensor) -> Tensor:
    """Wrong conditions for real pictures: in each row of multi-hot labels (batch, conditions), swap a random 1 with a random 0."""
    old, new = torch.multinomial(labels, 1), torch.multinomial(1 - labels, 1)
    return labels.scatter(1, old, 0.0).scatter(1, new, 1.0)
