"""The networks of the training lab: small GANs on digits and on paintings, whose discriminators can be changed in the ways that the
literature proposes.

Radford et al. 2016: strided and transposed convolutions, batch norm, leaky ReLU. Miyato et al. 2018: spectral norm. Lin et al. 2018
("PacGAN"): the discriminator sees several pictures at once. Arjovsky and Bottou 2017: noise on the discriminator's layers.
"""

from __future__ import annotations

from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from explorer.models import Model


class LabGenerator(nn.Module):
    """Linear to 7x7, two transposed convolutions that double the size, batch norm and ReLU between them, tanh at the end."""

    def __init__(self, latent_size: int, channels: int, width: int):
        super().__init__()
        self.first = nn.Linear(latent_size, 2 * width * 49, bias=False)
        self.up = nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False)
        self.last = nn.ConvTranspose2d(width, channels, 4, 2, 1)
        self.norms = nn.ModuleList(nn.BatchNorm2d(size) for size in (2 * width, width))

    def forward(self, z: Tensor) -> Tensor:
        x = F.relu(self.norms[0](self.first(z).unflatten(1, (-1, 7, 7))))
        return torch.tanh(self.last(F.relu(self.norms[1](self.up(x)))))


class LabDiscriminator(nn.Module):
    """Two strided convolutions, 28 to 7 pixels, and a linear layer to one output.

    Args:
        channels: of a picture.
        width: maps after the first convolution.
        norm: "batch" (after the second convolution), "spectral" (all layers) or "none".
        pictures: how many pictures, one upon the other, it sees at once.
        noise: the variance of Gaussian noise that is added to the outputs of both convolutions in training mode.
    """

    def __init__(self, channels: int, width: int, norm: str = "batch", pictures: int = 1, noise: float = 0.0):
        super().__init__()
        self.pictures, self.noise = pictures, noise
        layers = [nn.Conv2d(channels * pictures, width, 4, 2, 1), nn.Conv2d(width, 2 * width, 4, 2, 1), nn.Linear(2 * width * 49, 1)]
        self.layers = nn.ModuleList(spectral_norm(layer) if norm == "spectral" else layer for layer in layers)
        self.norm = nn.BatchNorm2d(2 * width) if norm == "batch" else nn.Identity()

    def _noisy(self, x: Tensor) -> Tensor:
        return x + self.noise**0.5 * torch.randn_like(x) if self.training and self.noise else x

    def forward(self, images: Tensor) -> Tensor:
        """(batch, channels, 28, 28) -> (batch / pictures,) logits, or the outputs of a critic."""
        x = images.unflatten(0, (-1, self.pictures)).flatten(1, 2)
        x = F.leaky_relu(self._noisy(self.layers[0](x)), 0.2)
        x = F.leaky_relu(self._noisy(self.norm(self.layers[1](x))), 0.2)
        return self.layers[2](x.flatten(1))[:, 0]


class LabGAN(Model):
    """The GAN of the training lab on pictures of 28 pixels. It is not shipped: the lab shows how it is trained.

    Args:
        channels: 1 for digits, 3 for stacked digits.
        latent_size: numbers in a latent.
        width: maps at 14 pixels in both networks.
        norm, pictures, noise: of the discriminator.
    """

    image_size = 28

    def __init__(
        self, channels: int = 1, latent_size: int = 64, width: int = 32, norm: str = "batch", pictures: int = 1, noise: float = 0.0
    ):
        super().__init__()
        self.latent_size, self.channels = latent_size, channels
        self.generator = LabGenerator(latent_size, channels, width)
        self.discriminator = LabDiscriminator(channels, width, norm, pictures, noise)

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """(batch, latent_size) -> pictures (batch, channels, 28, 28) in [-1, 1]; there are no labels."""
        return self.generator(z)


class LiveGAN(Model):
    """The GAN that a browser trains (explorer/page/widgets/workers/gan.mjs): two networks of three linear layers with leaky ReLU.

    Args:
        side: pixels of a side of its pictures, a key of `HIDDEN`.
        latent_size: numbers in a latent.
    """

    HIDDEN: ClassVar = {16: (96, 160), 28: (128, 256)}  # sizes of the layers between the latent and the picture
    channels = 1

    def __init__(self, side: int = 16, latent_size: int = 32):
        super().__init__()
        self.image_size, self.latent_size = side, latent_size
        sizes = self.HIDDEN[side]
        self.generator = _dense(latent_size, *sizes, side * side).extend([nn.Tanh(), nn.Unflatten(1, (1, side, side))])
        self.discriminator = _dense(side * side, *reversed(sizes), 1).insert(0, nn.Flatten()).append(nn.Flatten(0))

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """(batch, latent_size) -> pictures (batch, 1, side, side) in [-1, 1]; there are no labels."""
        return self.generator(z)


def _dense(*sizes: int) -> nn.Sequential:
    """Linear layers with leaky ReLU between them."""
    layers = [layer for inputs, outputs in pairwise(sizes) for layer in (nn.Linear(inputs, outputs), nn.LeakyReLU(0.2))]
    return nn.Sequential(*layers[:-1])


class PaintingGenerator(nn.Module):
    """Linear to 4x4 and four transposed convolutions of 5x5, batch norm and ReLU between them, tanh at the end.

    With width 1024 it is the generator of report 001, question 2, except that PyTorch's transposed convolution needs an output padding.
    """

    def __init__(self, latent_size: int, width: int):
        super().__init__()
        sizes = [width // 2**i for i in range(4)]
        self.first = nn.Linear(latent_size, width * 16, bias=False)
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 5, 2, 2, output_padding=1, bias=False) for a, b in zip(sizes, [*sizes[1:], 3], strict=True)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(size) for size in sizes)

    def forward(self, z: Tensor) -> Tensor:
        x = self.first(z).unflatten(1, (-1, 4, 4))
        for norm, up in zip(self.norms, self.up, strict=True):
            x = up(F.relu(norm(x)))
        return torch.tanh(x)


class PaintingDiscriminator(nn.Module):
    """Four convolutions of 5x5, of which three halve the size, and a linear layer to one output.

    With width 64 and batch norm it is the discriminator of report 001, question 2, which gives no rate of its dropout.

    Args:
        width: maps after the first convolution.
        norm: "batch" (after every convolution, also the first, as in the report) or "none".
        noise: the variance of Gaussian noise that is added to the outputs of the first two convolutions in training mode.
        dropout: the rate, after every convolution.
    """

    def __init__(self, width: int, norm: str = "batch", noise: float = 0.0, dropout: float = 0.3):
        super().__init__()
        self.noise, self.dropout = noise, dropout
        sizes = [3, width, 2 * width, 4 * width, 8 * width]
        strides = (2, 2, 2, 1)
        self.layers = nn.ModuleList(nn.Conv2d(a, b, 5, stride, 2) for a, b, stride in zip(sizes[:-1], sizes[1:], strides, strict=True))
        self.norms = nn.ModuleList(nn.BatchNorm2d(size) if norm == "batch" else nn.Identity() for size in sizes[1:])
        self.last = nn.Linear(8 * width * 64, 1)

    def forward(self, images: Tensor) -> Tensor:
        """(batch, 3, 64, 64) -> (batch,) logits, or the outputs of a critic."""
        x = images
        for i, (layer, norm) in enumerate(zip(self.layers, self.norms, strict=True)):
            x = layer(x)
            if self.training and self.noise and i < 2:
                x = x + self.noise**0.5 * torch.randn_like(x)
            x = F.dropout(F.leaky_relu(norm(x), 0.2), self.dropout, self.training)
        return self.last(x.flatten(1))[:, 0]


class PaintingGAN(Model):
    """The GAN of report 001, question 2, on pictures of 64 pixels, at a share of its width.

    Args:
        width: maps of the generator at 4 pixels; the report's have 1024. The discriminator begins with a sixteenth of them.
        norm, noise, dropout: of the discriminator.
    """

    image_size, channels, latent_size = 64, 3, 100

    def __init__(self, width: int = 256, norm: str = "batch", noise: float = 0.0, dropout: float = 0.3):
        super().__init__()
        self.generator = PaintingGenerator(self.latent_size, width)
        self.discriminator = PaintingDiscriminator(width // 16, norm, noise, dropout)

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """(batch, 100) -> pictures (batch, 3, 64, 64) in [-1, 1]; there are no labels."""
        return self.generator(z)
