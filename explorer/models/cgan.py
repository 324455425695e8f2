"""Conditional GANs: for several objects at once, or for a class.

`ReportCGAN` is the network of report 003: the 24 conditions are concatenated with the noise in the generator's input, and a linear layer
turns them into a fourth channel of the discriminator's input. `CGAN` adds later work: the conditions scale and shift every layer of the
generator (de Vries et al. 2017, "Modulating early visual processing by language"), and the discriminator adds a projection of the
conditions to its logit (Miyato and Koyama 2018).

Labels are floats, (batch, conditions): one-hot, multi-hot or soft; zeros for no condition. Discriminators return logits.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations

from .base import Model
from .layout import Layout


class ConditionalGAN(Model):
    """The base of all conditional GANs: labels that may be None, and the capability `Generates`."""

    channels = 3
    classes: list[str]
    most: int
    generator: nn.Module
    discriminator: nn.Module | None

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Draw pictures: latents (batch, latent_size) and labels (batch, conditions) -> (batch, 3, image_size, image_size) in [-1, 1]."""
        return self.generator(z, self._labels_or_zeros(z, labels))

    def _labels_or_zeros(self, like: Tensor, labels: Tensor | None) -> Tensor:
        return like.new_zeros(len(like), len(self.classes)) if labels is None else labels


class ReportCGANGenerator(nn.Module):
    """Transposed convolutions without bias, batch norm and ReLU between, tanh at the end (report 003, "Implementation details")."""

    def __init__(self, inputs: int, channels: Sequence[int]):
        super().__init__()
        *wide, last = channels
        self.first = nn.ConvTranspose2d(inputs, wide[0], 4, 1, 0, bias=False)
        self.up = nn.ModuleList(nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False) for a, b in pairwise(wide))
        self.smooth = nn.ConvTranspose2d(wide[-1], last, 5, 1, 1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in channels)
        self.to_rgb = nn.ConvTranspose2d(last, 3, 1, 1, 1, bias=False)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        x = torch.cat([z, labels], 1)[:, :, None, None]
        for layer, norm in zip((self.first, *self.up, self.smooth), self.norms, strict=True):
            x = F.relu(norm(layer(x)))
        return torch.tanh(self.to_rgb(x))


class StridedConvolutions(nn.Module):
    """Convolutions of kernel 4 and stride 2 without bias, batch norm from the second on, LeakyReLU 0.2 (report 003)."""

    def __init__(self, channels: Sequence[int]):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b) if i else nn.Identity(), nn.LeakyReLU(0.2))
            for i, (a, b) in enumerate(pairwise(channels))
        )

    def features(self, images: Tensor) -> list[Tensor]:
        activations = []
        for layer in self.layers:
            activations.append(layer(activations[-1] if activations else images))
        return activations

    def forward(self, images: Tensor) -> Tensor:
        return self.features(images)[-1]


class ReportCGANDiscriminator(nn.Module):
    """The conditions as a fourth channel, strided convolutions, 4x4 to one logit (report 003)."""

    def __init__(self, conditions: int, channels: Sequence[int], image_size: int):
        super().__init__()
        self.image_size = image_size
        self.plane = nn.Linear(conditions, image_size * image_size)
        self.body = StridedConvolutions((4, *channels))
        self.last = nn.Conv2d(channels[-1], 1, 4, 1, 0, bias=False)

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        plane = self.plane(labels).view(-1, 1, self.image_size, self.image_size)
        return self.last(self.body(torch.cat([images, plane], 1))).flatten()


class ReportCGAN(ConditionalGAN):
    """The conditional GAN of report 003.

    Args:
        classes: names of the conditions, in the order of the labels.
        latent_size: size of a latent, without the conditions (report 003: 64 = 40 + 24).
        channels: number of channels at 4, 8, 16, 32, 64 and 66 pixels in the generator.
        discriminator_channels: number of channels at 32, 16, 8 and 4 pixels in the discriminator; None for no discriminator.
        most: the largest number of conditions of a picture.
    """

    image_size = 64

    def __init__(
        self,
        classes: Sequence[str] = tuple(map(str, range(24))),
        latent_size: int = 40,
        channels: Sequence[int] = (512, 256, 128, 64, 32, 16),
        discriminator_channels: Sequence[int] | None = (32, 64, 128, 256),
        most: int = 1,
    ):
        super().__init__()
        self.classes, self.latent_size, self.most = list(classes), latent_size, most
        self.generator = ReportCGANGenerator(latent_size + len(self.classes), tuple(channels))
        conditions = len(self.classes)
        self.discriminator = discriminator_channels and ReportCGANDiscriminator(conditions, discriminator_channels, self.image_size)

    def discriminate(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        """Logits (batch,) of "this is a real picture of these conditions"."""
        return self.discriminator(images, self._labels_or_zeros(images, labels))


class ModulatedNorm(nn.Module):
    """Batch norm whose gain and shift come from a style: (1 + gain) x + shift (de Vries et al. 2017, eqs. 3 and 4)."""

    def __init__(self, channels: int, style: int):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.modulation = nn.Linear(style, 2 * channels)
        nn.init.normal_(self.modulation.weight, 0.0, 0.02)
        nn.init.zeros_(self.modulation.bias)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        gain, shift = self.modulation(style)[:, :, None, None].chunk(2, 1)
        return self.norm(x) * (1 + gain) + shift


class CGANGenerator(nn.Module):
    """Linear to 4x4, transposed convolutions (kernel 4, stride 2), a 3x3 convolution to RGB. Every batch norm is modulated by the latent
    and an embedding of the conditions. The embedding has two layers, so that it is not additive over the objects of a set. With a `Layout`,
    the first numbers of the latent are the layout's latent, and its map is added at sizes of 8 pixels and more."""

    def __init__(self, latent_size: int, conditions: int, style: int, channels: Sequence[int], layout: Layout | None = None):
        super().__init__()
        self.layout = layout
        self.paint = nn.ModuleList(nn.Conv2d(layout.objects.shape[1], width, 1, bias=False) for width in channels[1:] if layout)
        rest = latent_size - (layout.latent_size if layout else 0)
        self.embed = nn.Sequential(nn.Linear(conditions, style), nn.LeakyReLU(0.2), nn.Linear(style, style))
        nn.init.normal_(self.embed[0].weight)  # so that a condition weighs as much as the latent from the start
        nn.init.kaiming_normal_(self.embed[2].weight, 0.2)
        self.linear = nn.Linear(rest + style, channels[0] * 4 * 4)
        self.norms = nn.ModuleList(ModulatedNorm(width, rest + style) for width in channels)
        self.up = nn.ModuleList(nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False) for a, b in pairwise(channels))
        self.to_rgb = nn.Conv2d(channels[-1], 3, 3, 1, 1)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        places = None
        if self.layout is not None:
            layout_latent, z = z.tensor_split((self.layout.latent_size,), 1)
            places = self.layout.places(layout_latent, labels)
        style = torch.cat([z, self.embed(labels)], 1)
        x = self.linear(style).unflatten(1, (-1, 4, 4))
        x = F.relu(self.norms[0](x, style))
        for number, (layer, norm) in enumerate(zip(self.up, self.norms[1:], strict=True)):
            x = norm(layer(x), style)
            if places is not None:
                x = x + self.paint[number](self.layout(places, labels, x.shape[-1]))
            x = F.relu(x)
        return torch.tanh(self.to_rgb(x))


class CGANDiscriminator(nn.Module):
    """Convolutions with spectral norm down to 4 x 4 pixels. A projection of the conditions on the sum over all positions is added to the
    logit (Miyato and Koyama 2018), and a second head classifies the conditions (Odena et al. 2017)."""

    def __init__(self, conditions: int, channels: Sequence[int]):
        super().__init__()
        widths = (3, *channels)
        self.down = nn.ModuleList(parametrizations.spectral_norm(nn.Conv2d(a, b, 4, 2, 1)) for a, b in pairwise(widths))
        self.mix = parametrizations.spectral_norm(nn.Conv2d(channels[-1], channels[-1], 3, 1, 1))
        self.last = parametrizations.spectral_norm(nn.Linear(channels[-1], 1))
        self.projection = parametrizations.spectral_norm(nn.Linear(conditions, channels[-1], bias=False))
        self.recognise = nn.Linear(channels[-1], conditions)

    def features(self, images: Tensor) -> list[Tensor]:
        activations = []
        for layer in self.down:
            activations.append(F.leaky_relu(layer(activations[-1] if activations else images), 0.2))
        return activations

    def forward(self, images: Tensor, *conditions: Tensor) -> tuple[list[Tensor], Tensor]:
        """Logits (batch,) of "this is a real picture of these conditions" for each tensor in `conditions`, (batch, conditions), and logits
        (batch, conditions) of the classifying head."""
        x = F.leaky_relu(self.mix(self.features(images)[-1]), 0.2)
        x, maxima = x.sum((2, 3)), x.amax((2, 3))
        plain = self.last(x).squeeze(1)
        return [plain + (self.projection(labels) * x).sum(1) for labels in conditions], self.recognise(maxima)


class CGAN(ConditionalGAN):
    """A conditional GAN for classes or for several objects at once.

    Args:
        classes: names of the conditions, in the order of the labels.
        image_size: side of the pictures in pixels, 4 times a power of two.
        latent_size: size of a latent.
        style: size of the embedding of the conditions.
        channels: number of channels at 4, 8, 16, ... pixels in the generator; the last are at the picture's size.
        discriminator_channels: number of channels at half, a quarter, ... of the picture's size, down to 4 pixels.
        most: the largest number of conditions of a picture; 1 for classes.
        layout: arguments `camera`, `field`, `apart` and `seen_apart` of a `Layout`, if the conditions are objects with places; else None.
    """

    def __init__(
        self,
        classes: Sequence[str] = tuple("0123456789"),
        image_size: int = 32,
        latent_size: int = 64,
        style: int = 64,
        channels: Sequence[int] = (256, 256, 128, 64),
        discriminator_channels: Sequence[int] = (64, 128, 256),
        most: int = 1,
        layout: dict[str, Any] | None = None,
    ):
        super().__init__()
        if image_size != 4 * 2 ** (len(channels) - 1) or image_size != 4 * 2 ** len(discriminator_channels):
            raise ValueError(f"channels {channels} and discriminator_channels {discriminator_channels} do not lead to {image_size} pixels")
        self.classes, self.image_size, self.latent_size, self.most = list(classes), image_size, latent_size, most
        if layout and latent_size <= 3 * len(classes):
            raise ValueError(f"latent_size is {latent_size}; a layout takes {3 * len(classes)} numbers of it, and some must be left")
        layout_module = Layout(len(self.classes), **layout) if layout else None
        self.generator = CGANGenerator(latent_size, len(self.classes), style, tuple(channels), layout_module)
        self.discriminator = CGANDiscriminator(len(self.classes), tuple(discriminator_channels))

    def discriminate(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        """Logits (batch,) of "this is a real picture of these conditions"."""
        return self.discriminator(images, self._labels_or_zeros(images, labels))[0][0]

    def classify(self, images: Tensor) -> Tensor:
        """Logits (batch, conditions) of the discriminator's classifying head."""
        return self.discriminator(images)[1]

    def features(self, images: Tensor) -> list[Tensor]:
        """The discriminator's activations after each of its strided convolutions."""
        return self.discriminator.features(images)
