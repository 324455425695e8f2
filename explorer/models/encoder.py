"""An encoder that inverts a generator in one pass: it estimates the latent of a picture (Zhu et al. 2016, section 3.1)."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn

from .base import Model


class LatentEncoder(Model):
    """Convolutions of kernel 4 and stride 2 down to 4x4, batch norm and LeakyReLU 0.2, then one linear layer to the latent.

    Args:
        generator: the name of the generator's checkpoint.
        drawn_by: the SHA-256 of that checkpoint's weights; the estimates are wrong for any other weights.
        latent_size: numbers in a latent of that generator.
        image_size: pixels of a side, 4 times a power of two.
        channels: of pictures.
        widths: maps after each convolution; the last at 4 x 4.

    Raises:
        ValueError: if the widths do not lead from `image_size` to 4.
    """

    def __init__(
        self,
        generator: str,
        drawn_by: str,
        latent_size: int = 100,
        image_size: int = 64,
        channels: int = 3,
        widths: tuple[int, ...] = (32, 64, 128, 256),
    ):
        super().__init__()
        if image_size != 4 * 2 ** len(widths):
            raise ValueError(f"{len(widths)} convolutions lead to 4 pixels from {4 * 2 ** len(widths)}, not from {image_size}")
        self.generator, self.drawn_by = generator, drawn_by
        self.latent_size, self.image_size, self.channels = latent_size, image_size, channels
        self.down = nn.Sequential(
            *(
                nn.Sequential(nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.LeakyReLU(0.2))
                for a, b in pairwise((channels, *widths))
            )
        )
        self.to_latent = nn.Linear(widths[-1] * 4 * 4, latent_size)

    def estimate(self, images: Tensor) -> Tensor:
        """(batch, channels, image_size, image_size) in [-1, 1] -> latents (batch, latent_size). The less certain an estimate, the smaller
        is its norm."""
        return self.to_latent(self.down(images).flatten(1))

    def forward(self, images: Tensor) -> Tensor:
        return self.estimate(images)
