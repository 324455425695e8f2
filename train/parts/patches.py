"""A discriminator on patches, for textures that are too fine for frozen features. It is used in training only."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn


class PatchDiscriminator(nn.Module):
    """Strided convolutions with one logit for every patch, and none for the whole picture (Isola et al. 2017, appendix 6.1.2).

    Args:
        channels: of the convolutions with kernel 4 and stride 2. With three of these, a patch has a side of 46 pixels.
    """

    def __init__(self, channels: tuple[int, ...] = (32, 64, 128)):
        super().__init__()
        layers = [
            nn.Sequential(nn.Conv2d(a, b, 4, 2, 1, bias=not i), nn.BatchNorm2d(b) if i else nn.Identity(), nn.LeakyReLU(0.2))
            for i, (a, b) in enumerate(pairwise((3, *channels)))
        ]
        self.layers = nn.Sequential(*layers, nn.Conv2d(channels[-1], 1, 4))

    def forward(self, images: Tensor) -> Tensor:
        """(batch, 3, height, width) in [-1, 1] -> logits (batch, rows, columns); positive if a patch looks real."""
        return self.layers(images)[:, 0]
