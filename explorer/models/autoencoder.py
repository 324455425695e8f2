"""A convolutional autoencoder with a small map of numbers between its halves, in which latent diffusion runs (Rombach et al. 2022, "High-
Resolution Image Synthesis with Latent Diffusion Models").

The encoder gives a mean and a variance for each number. A weak divergence from the standard normal distribution keeps the numbers near 0
and of similar size, so that noise of known size means the same everywhere (section 3.1; Kingma and Welling 2014). All layers are
convolutions: the autoencoder learns from crops, and takes pictures of any size that is a multiple of `FACTOR`.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional as F

from . import gaussian
from .base import Model

FACTOR = 16  # pixels of the picture for each cell of the latent
GROUPS = 8


class Residual(nn.Module):
    """Two 3x3 convolutions, each after a group norm and SiLU, added to the input."""

    def __init__(self, maps: int):
        super().__init__()
        self.norms = nn.ModuleList(nn.GroupNorm(GROUPS, maps) for _ in range(2))
        self.layers = nn.ModuleList(nn.Conv2d(maps, maps, 3, padding=1) for _ in range(2))
        nn.init.zeros_(self.layers[1].weight)
        nn.init.zeros_(self.layers[1].bias)

    def forward(self, x: Tensor) -> Tensor:
        hidden = x
        for norm, layer in zip(self.norms, self.layers, strict=True):
            hidden = layer(F.silu(norm(hidden)))
        return x + hidden


class Up(nn.Module):
    """Nearest-neighbour upsampling by 2, and a 3x3 convolution."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.layer = nn.Conv2d(inputs, outputs, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class Encoder(nn.Module):
    """Squares of 4 x 4 pixels become channels, then residual blocks at a quarter, an eighth and a sixteenth of the size; two numbers, mean
    and log variance, for each number of the latent."""

    def __init__(self, latent_channels: int, widths: Sequence[int]):
        super().__init__()
        first, second, third = widths
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(4), nn.Conv2d(48, first, 3, padding=1), Residual(first),
            nn.Conv2d(first, second, 3, 2, 1), Residual(second), Residual(second),
            nn.Conv2d(second, third, 3, 2, 1), Residual(third), Residual(third),
            nn.GroupNorm(GROUPS, third), nn.SiLU(), nn.Conv2d(third, 2 * latent_channels, 1),
        )  # fmt: skip

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_variance = self.layers(images).chunk(2, 1)
        return mean, log_variance.clamp(-12, 6)


class Decoder(nn.Module):
    """Residual blocks at a sixteenth, an eighth, a quarter and half of the size; the last layer draws squares of 2 x 2 pixels."""

    def __init__(self, latent_channels: int, widths: Sequence[int]):
        super().__init__()
        first, second, third = widths
        last = first // 2
        self.layers = nn.Sequential(
            nn.Conv2d(latent_channels, third, 3, padding=1), Residual(third), Residual(third),
            Up(third, second), Residual(second), Residual(second),
            Up(second, first), Residual(first), Residual(first),
            Up(first, last), Residual(last),
            nn.GroupNorm(GROUPS, last), nn.SiLU(), nn.Conv2d(last, 12, 3, padding=1), nn.PixelShuffle(2),
        )  # fmt: skip

    def forward(self, latents: Tensor) -> Tensor:
        return self.layers(latents)


class Autoencoder(Model):
    """The autoencoder.

    Args:
        image_size: side of the pictures in pixels, a multiple of `FACTOR`.
        latent_channels: numbers for each cell of the latent.
        widths: maps at a quarter, an eighth and a sixteenth of the size; half of the first at half of the size.
    """

    channels = 3

    def __init__(self, image_size: int = 256, latent_channels: int = 8, widths: Sequence[int] = (64, 128, 192)):
        super().__init__()
        if image_size % FACTOR:
            raise ValueError(f"image_size is {image_size}; expected a multiple of {FACTOR}")
        self.image_size, self.latent_channels = image_size, latent_channels
        self.encoder, self.decoder = Encoder(latent_channels, widths), Decoder(latent_channels, widths)

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of a latent."""
        return self.latent_channels, self.image_size // FACTOR, self.image_size // FACTOR

    def posterior(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, 3, height, width) in [-1, 1] -> mean and log variance, (batch, latent_channels, height / FACTOR, width / FACTOR) each."""
        return self.encoder(images)

    def compress(self, images: Tensor) -> Tensor:
        """(batch, 3, height, width) in [-1, 1] -> latents, the means of the posterior."""
        return self.encoder(images)[0]

    def restore(self, latents: Tensor) -> Tensor:
        """Latents (batch, latent_channels, rows, columns) -> pictures (batch, 3, FACTOR rows, FACTOR columns), about in [-1, 1]."""
        return self.decoder(latents)

    def divergence(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """A random latent of each picture, and the divergence of its posterior from the standard normal distribution: the mean over its
        numbers, in nats, (batch,)."""
        mean, log_variance = (part.float() for part in self.posterior(images))
        return gaussian.sample(mean, log_variance), gaussian.divergence(mean, log_variance).flatten(1).mean(1)
