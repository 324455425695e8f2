"""A class-conditional GAN on small grey pictures: the class scales and shifts the generator's maps (de Vries et al. 2017), and the
discriminator adds a projection of the class to its logit (Miyato and Koyama 2018). Its layers have spectral norm (Miyato et al. 2018).
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from .cgan import ConditionalGAN, ModulatedNorm

FIRST = 7  # pixels a side of the generator's first maps


class GAN28Generator(nn.Module):
    """Linear to 7x7, two transposed convolutions that double the size, a 3x3 convolution to grey, tanh at the end. Every batch norm is
    modulated by the latent and the class."""

    def __init__(self, latent_size: int, classes: int, width: int):
        super().__init__()
        style, widths = latent_size + classes, (2 * width, width, width // 2)
        self.first = nn.Linear(style, widths[0] * FIRST**2)
        self.norms = nn.ModuleList(ModulatedNorm(maps, style) for maps in widths)
        self.up = nn.ModuleList(nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False) for a, b in pairwise(widths))
        self.last = nn.Conv2d(widths[-1], 1, 3, padding=1)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        style = torch.cat([z, labels], 1)
        x = F.relu(self.norms[0](self.first(style).unflatten(1, (-1, FIRST, FIRST)), style))
        for layer, norm in zip(self.up, self.norms[1:], strict=True):
            x = F.relu(norm(layer(x), style))
        return torch.tanh(self.last(x))


class ProjectionDiscriminator(nn.Module):
    """Three strided convolutions, 28 to 3 pixels, and a logit from the sum over all positions, to which a projection of the class is
    added."""

    def __init__(self, classes: int, width: int = 48):
        super().__init__()
        sizes = [1, width, 2 * width, 4 * width]
        self.down = nn.ModuleList(spectral_norm(nn.Conv2d(a, b, 4, 2, 1)) for a, b in pairwise(sizes))
        self.last = spectral_norm(nn.Linear(sizes[-1], 1))
        self.projection = spectral_norm(nn.Linear(classes, sizes[-1], bias=False))

    def features(self, images: Tensor) -> list[Tensor]:
        """The activations after each convolution, the coarsest last."""
        activations: list[Tensor] = []
        for layer in self.down:
            activations.append(F.leaky_relu(layer(activations[-1] if activations else images), 0.2))
        return activations

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        """(batch, 1, 28, 28) and labels (batch, classes) -> logits (batch,)."""
        x = self.features(images)[-1].sum((2, 3))
        return self.last(x)[:, 0] + (self.projection(labels) * x).sum(1)


class GAN28(ConditionalGAN):
    """A class-conditional GAN of grey 28-pixel pictures.

    Args:
        classes: their names.
        latent_size: numbers in a latent.
        width: maps of the generator at 14 pixels; twice as many at 7 pixels, half as many at 28.
        discriminator_width: maps of the discriminator at 14 pixels.
    """

    channels, image_size, most = 1, 28, 1

    def __init__(
        self, classes: tuple[str, ...] = tuple("0123456789"), latent_size: int = 64, width: int = 96, discriminator_width: int = 64
    ):
        super().__init__()
        self.classes, self.latent_size = list(classes), latent_size
        self.generator = GAN28Generator(latent_size, len(self.classes), width)
        self.discriminator = ProjectionDiscriminator(len(self.classes), discriminator_width)

    def discriminate(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        """Logits (batch,) of "this is a real picture of this class"."""
        return self.discriminator(images, self._labels_or_zeros(images, labels))

    def features(self, images: Tensor) -> list[Tensor]:
        """The discriminator's activations after each convolution."""
        return self.discriminator.features(images)

    def latent_weight(self) -> Tensor:
        """(units, latent_size): the parts of all layers whose input is the latent, stacked (Shen and Zhou 2021, 3.2)."""
        layers = [self.generator.first, *(norm.modulation for norm in self.generator.norms)]
        return torch.cat([layer.weight[:, : self.latent_size] for layer in layers])
