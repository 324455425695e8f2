"""A class-conditional variational autoencoder on small grey pictures (Kingma and Welling 2014).

The decoder learns each pixel as the chance of a Bernoulli variable, as in the paper's experiments on MNIST. A second output learns the
scale of a discretised logistic distribution around this value (Salimans et al. 2017, "PixelCNN++", section 2.1): the mass in the pixel's
interval of 2/255 gives a bound in bits per dimension, which can be compared with a flow's. A drawn picture is the mean, without the noise
of single pixels.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from . import gaussian
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


def _brightness(logits: Tensor) -> Tensor:
    """In [-1, 1]."""
    return 2 * logits.sigmoid() - 1


class VAE(Model):
    """A convolutional VAE of 28-pixel pictures, whose class goes into both halves.

    Args:
        classes: their names.
        latent_size: numbers in a latent.
        width: maps at 14 pixels in both halves; twice as many at 7 pixels.
    """

    channels, image_size, exact = 1, 28, False

    def __init__(self, classes: tuple[str, ...] = tuple("0123456789"), latent_size: int = 24, width: int = 64):
        super().__init__()
        self.classes, self.latent_size, self.most = list(classes), latent_size, 1
        conditions, flat = len(self.classes), 2 * width * 49
        self.down = nn.ModuleList([nn.Conv2d(1, width, 4, 2, 1), nn.Conv2d(width, 2 * width, 4, 2, 1)])
        self.statistics = nn.Linear(flat + conditions, 2 * latent_size)
        self.first = nn.Linear(latent_size + conditions, flat)
        self.up = nn.ModuleList([nn.ConvTranspose2d(2 * width, width, 4, 2, 1), nn.ConvTranspose2d(width, width // 2, 4, 2, 1)])
        self.last, self.scale = nn.Conv2d(width // 2, 1, 3, padding=1), nn.Conv2d(width // 2, 1, 3, padding=1)

    def posterior(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, 1, 28, 28) and labels (batch, classes) -> mean and log variance of the latent, (batch, latent_size) each."""
        for layer in self.down:
            images = F.silu(layer(images))
        return self.statistics(torch.cat([images.flatten(1), labels], 1)).chunk(2, 1)

    def likelihood(self, z: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, latent_size) and labels (batch, classes) -> for each pixel the logit of its brightness, and the log scale of the logistic
        distribution around it, (batch, 1, 28, 28) each. The scales have no influence on the other layers."""
        x = F.silu(self.first(torch.cat([z, labels], 1))).unflatten(1, (-1, 7, 7))
        for layer in self.up:
            x = F.silu(layer(x))
        return self.last(x), self.scale(x.detach()).clamp(-7, 3)

    def terms(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The parts of the loss in nats, (batch,) each, with one random latent: the cross-entropy of the pixels, their negative logistic
        log-likelihood, from which only the scales learn, and the divergence of the posterior from the standard normal prior. The last
        two add up to the negative evidence lower bound."""
        mean, log_variance = (part.float() for part in self.posterior(images, labels))
        z = gaussian.sample(mean, log_variance)
        logits, log_scale = (part.float() for part in self.likelihood(z, labels))
        pixels = F.binary_cross_entropy_with_logits(logits, (images + 1) / 2, reduction="none").flatten(1).sum(1)
        reconstruction = -logistic_log_likelihood(images, _brightness(logits.detach()), log_scale).flatten(1).sum(1)
        return pixels, reconstruction, gaussian.divergence(mean, log_variance).sum(1)

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Latents (batch, latent_size) and labels (batch, classes) -> the means of the pixels, (batch, 1, 28, 28) in [-1, 1]."""
        labels = z.new_zeros(len(z), len(self.classes)) if labels is None else labels
        return _brightness(self.likelihood(z, labels)[0])

    def invert(self, images: Tensor, labels: Tensor) -> Tensor:
        """The means of the posterior, (batch, latent_size)."""
        return self.posterior(images, labels)[0]

    def latent_weight(self) -> Tensor:
        """(units, latent_size): the part of the first layer whose input is the latent."""
        return self.first.weight[:, : self.latent_size]
