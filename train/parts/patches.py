"""A discriminator on patches, for textures that are too fine for frozen features. It does not ship."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn


class PatchDiscriminator(nn.Module):
    """Strided convolutions and a logit for every patch (Isola et al. 2017, appendix 6.1.2: "C64-C128-..."), none for the whole picture.

    Args:
        channels: maps after each convolution of kernel 4 and stride 2. With three of them and the last one, patches have 46 pixels.
    """

    def __init__(self, channels: tuple[int, ...] = (32, 64, 128)):
        super().__init__()
        layers = [
            nn.Sequential(nn.Conv2d(a, b, 4, 2, 1, bias=not i), nn.BatchNorm2d(b) if i else nn.Identity(), nn.LeakyReLU(0.2))
            for i, (a, b) in enumerate(pairwise((3, *channels)))
        ]
        self.layers = nn.Sequential(*layers, nn.Conv2d(channels[-1], 1, 4))

    def forward(self, images: Tensor) -> Tensor:
        """(batch, 3, height, width) in [-1, 1] -> logits (batch, rows, columns) of "this patch is of a photo"."""
        return self.layers(images)[:, 0]
