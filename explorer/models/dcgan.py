"""Two small convolutional GANs that draw a picture from one latent vector.

Both start from a latent of independent standard normal numbers, turn it into a 4x4 stack of feature maps and double the size until
it is a picture. `GAN32` is the 32-pixel network of report 004 (carrot cakes): no normalisation in its generator, a linear first
layer, most of its width in the last doubling. `DCGAN` is the 64-pixel network of report 000 (stickers), the classic of Radford et
al. 2016: batch normalisation and ReLU throughout.

Discriminators return logits; the sigmoid of the reports is part of the loss (numerically stable and otherwise equal).
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .base import Model


class LatentGAN(Model):
    """The base class of `GAN32` and `DCGAN`: a generator, a discriminator, and the capabilities `Generates`, `Opens`, `Factorises` and
    `Discriminates`."""

    channels = 3
    generator: nn.Module
    discriminator: nn.Module

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Draw pictures: (batch, latent_size) -> (batch, 3, image_size, image_size) in [-1, 1]. These models take no labels."""
        return self.generator(z)

    def open(self, z: Tensor) -> Tensor:
        """Latents (batch, latent_size) -> activations (batch, maps, 8, 8), before the norm and the activation function."""
        return self.generator.begin(z)

    def close(self, activations: Tensor) -> Tensor:
        """Activations (batch, maps, 8, 8) -> pictures."""
        return self.generator.finish(activations)

    def discriminate(self, images: Tensor) -> Tensor:
        """Logits (batch,) of "this picture is real"."""
        return self.discriminator(images)

    def features(self, images: Tensor) -> list[Tensor]:
        """The discriminator's activations after each of its strided convolutions."""
        return self.discriminator.features(images)


class GAN32Generator(nn.Module):
    """Linear to 4x4, three transposed convolutions (kernel 4, stride 2), one 5x5 convolution to RGB (report 004, section 3)."""

    def __init__(self, latent_size: int, channels: tuple[int, ...]):
        super().__init__()
        self.linear = nn.Linear(latent_size, channels[0] * 4 * 4)
        self.up = nn.ModuleList(nn.ConvTranspose2d(a, b, 4, 2, 1) for a, b in pairwise(channels))
        self.to_rgb = nn.Conv2d(channels[-1], 3, 5, 1, 2)

    def begin(self, z: Tensor) -> Tensor:
        return self.up[0](self.linear(z).unflatten(1, (-1, 4, 4)))

    def finish(self, x: Tensor) -> Tensor:
        for layer in (*self.up[1:], self.to_rgb):
            x = layer(F.leaky_relu(x, 0.2))
        return torch.tanh(x)

    def forward(self, z: Tensor) -> Tensor:
        return self.finish(self.begin(z))


class GAN32Discriminator(nn.Module):
    """Three convolutions (kernel 4, stride 2, padding 2) with batch norm, dropout 0.5, linear (report 004, section 2)."""

    def __init__(self, channels: tuple[int, ...]):
        super().__init__()
        widths = (3, *channels)
        self.down = nn.ModuleList(
            nn.Sequential(nn.Conv2d(a, b, 4, 2, 2), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)) for a, b in pairwise(widths)
        )
        self.dropout = nn.Dropout(0.5)
        self.linear = nn.Linear(channels[-1] * 5 * 5, 1)

    def features(self, images: Tensor) -> list[Tensor]:
        activations = []
        for layer in self.down:
            activations.append(layer(activations[-1] if activations else images))
        return activations

    def forward(self, images: Tensor) -> Tensor:
        return self.linear(self.dropout(self.features(images)[-1].flatten(1))).squeeze(1)


class GAN32(LatentGAN):
    """The 32-pixel GAN of report 004.

    Args:
        latent_size: numbers in a latent.
        channels: maps at 4, 8, 16 and 32 pixels in the generator.
        discriminator_channels: maps at 17, 9 and 5 pixels in the discriminator.
    """

    image_size = 32

    def __init__(
        self,
        latent_size: int = 64,
        channels: tuple[int, ...] = (64, 64, 128, 256),
        discriminator_channels: tuple[int, ...] = (32, 64, 128),
    ):
        super().__init__()
        self.latent_size = latent_size
        self.generator = GAN32Generator(latent_size, tuple(channels))
        self.discriminator = GAN32Discriminator(tuple(discriminator_channels))

    def latent_weight(self) -> Tensor:
        """(1024, latent_size): the linear layer."""
        return self.generator.linear.weight


class DCGANGenerator(nn.Module):
    """Transposed convolutions of kernel 4 without bias, batch norm and ReLU between, tanh at the end (report 000)."""

    def __init__(self, latent_size: int, channels: tuple[int, ...]):
        super().__init__()
        self.first = nn.ConvTranspose2d(latent_size, channels[0], 4, 1, 0, bias=False)
        self.up = nn.ModuleList(nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False) for a, b in pairwise(channels))
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in channels)
        self.to_rgb = nn.ConvTranspose2d(channels[-1], 3, 4, 2, 1, bias=False)

    def begin(self, z: Tensor) -> Tensor:
        return self.up[0](F.relu(self.norms[0](self.first(z[:, :, None, None]))))

    def finish(self, x: Tensor) -> Tensor:
        for norm, layer in zip(self.norms[1:], (*self.up[1:], self.to_rgb), strict=True):
            x = layer(F.relu(norm(x)))
        return torch.tanh(x)

    def forward(self, z: Tensor) -> Tensor:
        return self.finish(self.begin(z))


class DCGANDiscriminator(nn.Module):
    """Convolutions of kernel 4 and stride 2 without bias, batch norm from the second on, LeakyReLU 0.2, 4x4 to one logit (report 000)."""

    def __init__(self, channels: tuple[int, ...]):
        super().__init__()
        widths = (3, *channels)
        self.down = nn.ModuleList(
            nn.Sequential(nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b) if i else nn.Identity(), nn.LeakyReLU(0.2))
            for i, (a, b) in enumerate(pairwise(widths))
        )
        self.last = nn.Conv2d(channels[-1], 1, 4, 1, 0, bias=False)

    def features(self, images: Tensor) -> list[Tensor]:
        activations = []
        for layer in self.down:
            activations.append(layer(activations[-1] if activations else images))
        return activations

    def forward(self, images: Tensor) -> Tensor:
        return self.last(self.features(images)[-1]).flatten()


class DCGAN(LatentGAN):
    """The 64-pixel DCGAN of report 000.

    Args:
        latent_size: numbers in a latent.
        channels: maps at 4, 8, 16 and 32 pixels in the generator.
        discriminator_channels: maps at 32, 16, 8 and 4 pixels in the discriminator.
    """

    image_size = 64

    def __init__(
        self,
        latent_size: int = 100,
        channels: tuple[int, ...] = (512, 256, 128, 64),
        discriminator_channels: tuple[int, ...] = (64, 128, 256, 512),
    ):
        super().__init__()
        self.latent_size = latent_size
        self.generator = DCGANGenerator(latent_size, tuple(channels))
        self.discriminator = DCGANDiscriminator(tuple(discriminator_channels))
        self.apply(_radford_initialisation)

    def latent_weight(self) -> Tensor:
        """(maps * 16, latent_size): the first transposed convolution, which is a linear map of the latent."""
        return self.generator.first.weight.flatten(1).T


def _radford_initialisation(layer: nn.Module) -> None:
    """Kernels from N(0, 0.02), batch norm gains from N(1, 0.02) (Radford et al. 2016, section 4)."""
    if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(layer.weight, 0.0, 0.02)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1.0, 0.02)
