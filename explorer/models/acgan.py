"""AC-GAN: the discriminator also classifies the picture (Odena et al. 2017).

The generator gets a class, and its loss is low if the discriminator recognises this class in the picture. No loss makes the generator draw
the whole variety of a class: the pictures that the class head recognises most easily suffice. So samples are more alike and easier to
classify than photos, and the class head cannot evaluate them, because its loss trained the generator.

The networks are those of the paper's table for CIFAR-10, as report 000 prints them (figure 1-3).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .base import Model


class ACGANGenerator(nn.Module):
    """Linear to 4x4, transposed convolutions (kernel 5, stride 2), batch norm between them, ReLU, tanh at the end."""

    def __init__(self, inputs: int, channels: Sequence[int]):
        super().__init__()
        self.linear = nn.Linear(inputs, channels[0] * 4 * 4)
        self.up = nn.ModuleList(nn.ConvTranspose2d(a, b, 5, 2, 2, 1) for a, b in pairwise(channels))
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in channels[1:])
        self.to_rgb = nn.ConvTranspose2d(channels[-1], 3, 5, 2, 2, 1)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        x = F.relu(self.linear(torch.cat([z, labels], 1))).unflatten(1, (-1, 4, 4))
        for layer, norm in zip(self.up, self.norms, strict=True):
            x = F.relu(norm(layer(x)))
        return torch.tanh(self.to_rgb(x))


class ActivationNoise(nn.Module):
    """Adds normal noise with a given standard deviation in training mode; in eval mode the identity."""

    def __init__(self, deviation: float):
        super().__init__()
        self.deviation = deviation

    def forward(self, x: Tensor) -> Tensor:
        return x + self.deviation * torch.randn_like(x) if self.training and self.deviation else x


class ACGANDiscriminator(nn.Module):
    """3x3 convolutions, every other one of stride 2, batch norm from the second on, LeakyReLU 0.2, dropout 0.5; one linear layer for the
    source and the classes."""

    def __init__(self, classes: int, channels: Sequence[int], activation_noise: float):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(a, b, 3, 1 + (i + 1) % 2, 1),
                nn.BatchNorm2d(b) if i else nn.Identity(),
                nn.LeakyReLU(0.2),
                ActivationNoise(activation_noise),
                nn.Dropout(0.5),
            )
            for i, (a, b) in enumerate(pairwise((3, *channels)))
        )
        side = 32 // 2 ** ((len(channels) + 1) // 2)
        self.linear = nn.Linear(channels[-1] * side * side, 1 + classes)

    def features(self, images: Tensor) -> list[Tensor]:
        activations = []
        for layer in self.layers:
            activations.append(layer(activations[-1] if activations else images))
        return activations

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of "this picture is real", (batch,), and of its class, (batch, classes)."""
        logits = self.linear(self.features(images)[-1].flatten(1))
        return logits[:, 0], logits[:, 1:]


class ACGAN(Model):
    """The 32-pixel AC-GAN of report 000, question 1.

    Args:
        classes: their names, in the order of the labels.
        latent_size: size of a latent, to which the class vector is appended (Odena et al. 2017: 110 = 100 + 10).
        channels: number of channels at 4, 8 and 16 pixels in the generator.
        discriminator_channels: number of channels of the convolutions, two each at 16, 8 and 4 pixels; None for no discriminator.
        activation_noise: standard deviation of the noise on the discriminator's activations, in training.
    """

    image_size = 32
    channels = 3

    def __init__(
        self,
        classes: Sequence[str] = tuple("0123456789"),
        latent_size: int = 100,
        channels: Sequence[int] = (384, 192, 96),
        discriminator_channels: Sequence[int] | None = (16, 32, 64, 128, 256, 512),
        activation_noise: float = 0.0,
    ):
        super().__init__()
        self.classes, self.latent_size = list(classes), latent_size
        self.generator = ACGANGenerator(latent_size + len(self.classes), tuple(channels))
        self.discriminator = discriminator_channels and ACGANDiscriminator(len(self.classes), discriminator_channels, activation_noise)
        self.apply(_odena_initialisation)

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Latents (batch, latent_size) and labels (batch, classes) -> pictures (batch, 3, 32, 32) in [-1, 1]. Labels are one-hot, or
        weights of several classes; None means zeros."""
        return self.generator(z, z.new_zeros(len(z), len(self.classes)) if labels is None else labels)

    def discriminate(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        """Logits (batch,) of "this picture is real"; the labels are ignored."""
        return self.discriminator(images)[0]

    def classify(self, images: Tensor) -> Tensor:
        """Logits (batch, classes) of the discriminator's class head."""
        return self.discriminator(images)[1]

    def features(self, images: Tensor) -> list[Tensor]:
        """The discriminator's activations after each of its convolutions."""
        return self.discriminator.features(images)


def _odena_initialisation(layer: nn.Module) -> None:
    """Weights from N(0, 0.02), biases zero (Odena et al. 2017, table 2; report 000, figure 1-3)."""
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(layer.weight, 0.0, 0.02)
        nn.init.zeros_(layer.bias)
