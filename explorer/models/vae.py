"""A class-conditional variational autoencoder on small grey pictures (Kingma and Welling 2014), with a discretised logistic likelihood.

The likelihood of a pixel is the mass that a logistic distribution has in the pixel's interval of 2/255 (Salimans et al. 2017, "PixelCNN++",
section 2.1), so that the bound is in bits per dimension and can be compared with a flow's. A drawn picture is the mean of the likelihood,
without the noise of single pixels.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .base import Model

BIN = 1 / 255  # half the width of a pixel's interval, for pixels in [-1, 1]


def logistic_log_likelihood(images: Tensor, mean: Tensor, log_scale: Tensor) -> Tensor:
    """The log of the mass in the interval of each pixel, in nats, of the shape of `images`. The intervals of -1 and 1 reach to infinity.

    Args:
        images: in [-1, 1], multiples of 2/255 from -1 on.
        mean, log_scale: of the logistic distributions.
    """
    inverse = (-log_scale).exp()
    upper, lower = (images - mean + BIN) * inverse, (images - mean - BIN) * inverse
    mass = (upper.sigmoid() - lower.sigmoid()).clamp(min=1e-12).log()
    middle = (images - mean) * inverse  # where the mass is too small for a difference: the density times the width
    density = math.log(2 * BIN) - log_scale + middle - 2 * F.softplus(middle)
    inside = torch.where(upper.sigmoid() - lower.sigmoid() > 1e-5, mass, density)
    return torch.where(images < -0.999, F.logsigmoid(upper), torch.where(images > 0.999, F.logsigmoid(-lower), inside))


class VAE(Model):
    """A convolutional VAE of 28-pixel pictures, whose class goes into both halves.

    Args:
        classes: their names.
        latent_size: numbers in a latent.
        width: maps at 14 pixels in both halves; twice as many at 7 pixels.
    """

    channels, image_size = 1, 28

    def __init__(self, classes: tuple[str, ...] = tuple("0123456789"), latent_size: int = 24, width: int = 64):
        super().__init__()
        self.classes, self.latent_size, self.most = list(classes), latent_size, 1
        conditions, flat = len(self.classes), 2 * width * 49
        self.down = nn.ModuleList([nn.Conv2d(1, width, 4, 2, 1), nn.Conv2d(width, 2 * width, 4, 2, 1)])
        self.statistics = nn.Linear(flat + conditions, 2 * latent_size)
        self.first = nn.Linear(latent_size + conditions, flat)
        self.up = nn.ModuleList([nn.ConvTranspose2d(2 * width, width, 4, 2, 1), nn.ConvTranspose2d(width, width // 2, 4, 2, 1)])
        self.last = nn.Conv2d(width // 2, 2, 3, padding=1)

    def posterior(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, 1, 28, 28) and labels (batch, classes) -> mean and log variance of the latent, (batch, latent_size) each."""
        for layer in self.down:
            images = F.silu(layer(images))
        return self.statistics(torch.cat([images.flatten(1), labels], 1)).chunk(2, 1)

    def likelihood(self, z: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, latent_size) and labels (batch, classes) -> mean and log scale of each pixel, (batch, 1, 28, 28) each."""
        x = F.silu(self.first(torch.cat([z, labels], 1))).unflatten(1, (-1, 7, 7))
        for layer in self.up:
            x = F.silu(layer(x))
        mean, log_scale = self.last(x).chunk(2, 1)
        return torch.tanh(mean), log_scale.clamp(-7, 3)

    def bound(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Both parts of the negative evidence lower bound in nats, (batch,) each: the reconstruction's, with one random latent, and the
        divergence of the posterior from the standard normal prior."""
        mean, log_variance = (part.float() for part in self.posterior(images, labels))
        z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
        pixels, log_scale = (part.float() for part in self.likelihood(z, labels))
        reconstruction = -logistic_log_likelihood(images, pixels, log_scale).flatten(1).sum(1)
        divergence = (mean.square() + log_variance.exp() - 1 - log_variance).sum(1) / 2
        return reconstruction, divergence

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Latents (batch, latent_size) and labels (batch, classes) -> the mean of the likelihood, (batch, 1, 28, 28) in [-1, 1]."""
        labels = z.new_zeros(len(z), len(self.classes)) if labels is None else labels
        return self.likelihood(z, labels)[0]

    def latent_weight(self) -> Tensor:
        """(units, latent_size): the part of the first layer whose input is the latent."""
        return self.first.weight[:, : self.latent_size]
