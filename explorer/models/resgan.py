"""A residual GAN for small sets of pictures: every block hears the latent, not only the first.

`DCGAN` gets its latent once, at 4 pixels, and enlarges with transposed convolutions, whose kernels overlap unevenly and leave a lattice.
Here the latent scales and shifts the maps of every block, and maps are enlarged by repeating pixels before a 3x3 convolution. The
discriminator does not judge the whole picture, but every patch of it, so that it learns textures from few pictures.

1. Tao et al. 2022, "DF-GAN": the blocks, there modulated by a sentence (`explorer.models.stackgan_blocks`).
2. Odena et al. 2016, "Deconvolution and checkerboard artifacts": nearest upsampling instead of transposed convolutions.
3. Isola et al. 2017, section 3.2.2: a discriminator on patches. Miyato et al. 2018: spectral norm.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from .dcgan import LatentGAN
from .stackgan_blocks import UpBlock

OPENED = 8  # pixels a side where the generator opens


class ResGANGenerator(nn.Module):
    """Linear to 4x4, residual blocks that double the size and are modulated by the latent, a 3x3 convolution to RGB.

    Behind the first block (8 pixels) the later blocks still need the latent. So the opened activations hold it too: its numbers fill the
    last maps, 64 in each.
    """

    def __init__(self, latent_size: int, channels: Sequence[int]):
        super().__init__()
        self.latent_size = latent_size
        self.first = nn.Linear(latent_size, channels[0] * 16)
        self.blocks = nn.ModuleList(UpBlock(a, b, latent_size, "nearest") for a, b in pairwise(channels))
        self.to_rgb = nn.Conv2d(channels[-1], 3, 3, 1, 1)

    def begin(self, z: Tensor) -> Tensor:
        """(batch, latent_size) -> (batch, channels[1] + latent_size / 64, 8, 8)."""
        x = self.blocks[0](self.first(z).unflatten(1, (-1, 4, 4)), z)
        return torch.cat([x, z.unflatten(1, (-1, OPENED, OPENED))], 1)

    def finish(self, x: Tensor) -> Tensor:
        maps = x.shape[1] - self.latent_size // OPENED**2
        z, x = x[:, maps:].flatten(1), x[:, :maps]
        for block in self.blocks[1:]:
            x = block(x, z)
        return torch.tanh(self.to_rgb(F.leaky_relu(x, 0.2)))

    def forward(self, z: Tensor) -> Tensor:
        return self.finish(self.begin(z))


class PatchDiscriminator(nn.Module):
    """Two convolutions of stride 2, one of stride 1, and a logit for every patch of 26 pixels; spectral norm throughout."""

    def __init__(self, channels: Sequence[int]):
        super().__init__()
        *strided, last = channels
        layers = [nn.Conv2d(a, b, 4, 2, 1) for a, b in pairwise((3, *strided))]
        self.down = nn.ModuleList(spectral_norm(layer) for layer in (*layers, nn.Conv2d(strided[-1], last, 3, 1, 1)))
        self.last = spectral_norm(nn.Conv2d(last, 1, 3, 1, 1))

    def features(self, images: Tensor) -> list[Tensor]:
        activations = []
        for layer in self.down:
            activations.append(F.leaky_relu(layer(activations[-1] if activations else images), 0.2))
        return activations

    def forward(self, images: Tensor) -> Tensor:
        """(batch, 3, height, width) in [-1, 1] -> logits (batch, height / 4, width / 4) of "this patch is real"."""
        return self.last(self.features(images)[-1])[:, 0]


class ResGAN(LatentGAN):
    """The 64-pixel residual GAN.

    Args:
        latent_size: numbers in a latent, a multiple of 64.
        channels: maps at 4, 8, 16, 32 and 64 pixels in the generator.
        discriminator_channels: maps at 32, 16 and again 16 pixels in the discriminator.
    """

    image_size = 64

    def __init__(
        self,
        latent_size: int = 128,
        channels: Sequence[int] = (256, 192, 96, 40, 20),
        discriminator_channels: Sequence[int] = (48, 96, 192),
    ):
        super().__init__()
        if latent_size % OPENED**2:
            raise ValueError(f"latent_size is {latent_size}; expected a multiple of {OPENED**2}")
        self.latent_size = latent_size
        self.generator = ResGANGenerator(latent_size, tuple(channels))
        self.discriminator = PatchDiscriminator(tuple(discriminator_channels))

    def open(self, z: Tensor) -> Tensor:
        """The activations at 8 x 8, and the latent for the later blocks: (batch, latent_size) -> (batch, maps, 8, 8)."""
        return super().open(z)

    def discriminate(self, images: Tensor) -> Tensor:
        """Logits (batch,) of "this picture is real": the mean over its patches."""
        return self.discriminator(images).mean((1, 2))

    def latent_weight(self) -> Tensor:
        """(units, latent_size): the matrices of all layers that the latent enters, stacked (Shen and Zhou 2021, 3.2)."""
        modulations = [affine.layer.weight for block in self.generator.blocks for affine in (block.affine1, block.affine2)]
        return torch.cat([self.generator.first.weight, *modulations])
