"""The networks of the training lab: a small GAN on digits, whose discriminator can be changed in the ways that the literature proposes.

Radford et al. 2016: strided and transposed convolutions, batch norm, leaky ReLU. Miyato et al. 2018: spectral norm. Lin et al. 2018
("PacGAN"): the discriminator sees several pictures at once. Arjovsky and Bottou 2017: noise on the discriminator's layers.
"""

from __future__ import annotations

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
