"""Classifiers of digits that have seen few labels, alone or beside a generator that teaches them what digits look like.

The networks are those of report 001, question 1: a convolutional classifier, which is a discriminator at the same time (Salimans et al.
2016, section 5), the generator of its SGAN, and the dense variational autoencoder of its VAE-GAN (Larsen et al. 2016). A checkpoint has a
classifier for each number of labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .base import Model

COUNTS = (25, 50, 100, 1000)
DIGITS = tuple(str(digit) for digit in range(10))


def initialise(layer: nn.Module) -> None:
    """Begin as Keras does: weights by Glorot and Bengio 2010, biases 0. With PyTorch's smaller weights, the generator's tanh saturates
    within 200 steps, and it draws black squares from then on."""
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)


class DigitClassifier(nn.Module):
    """Three convolutions of 3x3 and stride 2 with leaky ReLU, dropout, and a linear layer to ten logits.

    It is also a discriminator: with Z the sum of the exponentials of its logits, it says that a picture is real with probability
    Z / (Z + 1), whose logit is log Z.

    Args:
        width: maps of each convolution.
        dropout: the rate.
        norm: whether batch norm follows each convolution; the report's network has none.
    """

    def __init__(self, width: int = 128, dropout: float = 0.4, norm: bool = False):
        super().__init__()
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 3, 2, 1) for a, b in pairwise((1, width, width, width)))
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) if norm else nn.Identity() for _ in self.convolutions)
        self.dropout = nn.Dropout(dropout)
        self.last = nn.Linear(width * 16, 10)
        self.apply(initialise)

    def embed(self, images: Tensor) -> Tensor:
        """(batch, 1, 28, 28) -> (batch, 16 * width), the activations before dropout."""
        for layer, norm in zip(self.convolutions, self.norms, strict=True):
            images = F.leaky_relu(norm(layer(images)), 0.2)
        return images.flatten(1)

    def forward(self, images: Tensor) -> Tensor:
        """(batch, 1, 28, 28) in [-1, 1] -> logits (batch, 10)."""
        return self.last(self.dropout(self.embed(images)))


def realness(logits: Tensor) -> Tensor:
    """The logit of "this picture is real", from logits (batch, 10): the logarithm of the sum of their exponentials, (batch,)."""
    return logits.logsumexp(1)


class DigitGenerator(nn.Module):
    """Linear to 7x7, two transposed convolutions of 4x4 that double the size, a convolution of 7x7; leaky ReLU between, tanh at the end."""

    def __init__(self, latent_size: int = 100, width: int = 128):
        super().__init__()
        self.first = nn.Linear(latent_size, width * 49)
        self.up = nn.ModuleList(nn.ConvTranspose2d(width, width, 4, 2, 1) for _ in range(2))
        self.last = nn.Conv2d(width, 1, 7, padding=3)
        self.apply(initialise)

    def forward(self, z: Tensor) -> Tensor:
        """(batch, latent_size) -> (batch, 1, 28, 28) in [-1, 1]."""
        x = F.leaky_relu(self.first(z), 0.2).unflatten(1, (-1, 7, 7))
        for layer in self.up:
            x = F.leaky_relu(layer(x), 0.2)
        return torch.tanh(self.last(x))


def _dense(*sizes: int) -> nn.Sequential:
    """Linear layers, each followed by leaky ReLU."""
    return nn.Sequential(*(layer for a, b in pairwise(sizes) for layer in (nn.Linear(a, b), nn.LeakyReLU(0.2))))


class DenseEncoder(nn.Module):
    """784-64-16-8, then the mean and the logarithm of the variance of a latent of two numbers."""

    def __init__(self, latent_size: int = 2):
        super().__init__()
        self.hidden = _dense(784, 64, 16, 8)
        self.mean, self.log_variance = nn.Linear(8, latent_size), nn.Linear(8, latent_size)
        self.apply(initialise)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, 1, 28, 28) -> mean and log variance, (batch, latent_size) each."""
        x = self.hidden(images.flatten(1))
        return self.mean(x), self.log_variance(x)


class DenseDecoder(nn.Module):
    """2-8-16-64-784, tanh at the end."""

    def __init__(self, latent_size: int = 2):
        super().__init__()
        self.hidden = _dense(latent_size, 8, 16, 64)
        self.last = nn.Linear(64, 784)
        self.apply(initialise)

    def forward(self, z: Tensor) -> Tensor:
        """(batch, latent_size) -> (batch, 1, 28, 28) in [-1, 1]."""
        return torch.tanh(self.last(self.hidden(z))).unflatten(1, (1, 28, 28))


class ConvolutionalEncoder(nn.Module):
    """Three convolutions of stride 2 as in `DigitClassifier`, then the mean and the logarithm of the variance."""

    def __init__(self, latent_size: int, width: int = 32):
        super().__init__()
        self.body = DigitClassifier(width, dropout=0.0)
        self.body.last = nn.Identity()
        self.mean, self.log_variance = nn.Linear(width * 16, latent_size), nn.Linear(width * 16, latent_size)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, 1, 28, 28) -> mean and log variance, (batch, latent_size) each."""
        x = self.body.embed(images)
        return self.mean(x), self.log_variance(x)


class FewLabels(Model):
    """A classifier of digits for each number of labels.

    Args:
        counts: the numbers of labels.
        width: maps of each convolution.
        norm: whether the classifiers have batch norm.
    """

    image_size, channels = 28, 1
    answers = {"class": list(DIGITS)}  # noqa: RUF012

    def __init__(self, counts: Sequence[int] = COUNTS, width: int = 128, norm: bool = False):
        super().__init__()
        self.counts = tuple(counts)
        self.classifiers = nn.ModuleDict({str(count): DigitClassifier(width, norm=norm) for count in self.counts})

    def recognise(self, images: Tensor, count: int) -> Tensor:
        """The logits (batch, 10) of the classifier that has seen `count` labels, for pictures (batch, 1, 28, 28) in [-1, 1]."""
        return self.classifiers[str(count)](images)

    def judge_with(self, count: int) -> FewLabelsJudge:
        """The classifier that has seen `count` labels, as a judge."""
        return FewLabelsJudge(self, count)


class FewLabelsJudge:
    """A classifier with few labels that answers as a judge does (`explorer.models.Judges`).

    Args:
        network: with a classifier for each number of labels.
        count: the number of labels.
    """

    def __init__(self, network: FewLabels, count: int):
        self.network, self.count = network, count
        self.channels, self.image_size, self.answers = network.channels, network.image_size, network.answers

    def judge(self, images: Tensor) -> dict[str, Tensor]:
        """{"class": logits (batch, 10)}."""
        return {"class": self.network.recognise(images, self.count)}

    def embed(self, images: Tensor) -> Tensor:
        """(batch, 1, 28, 28) -> (batch, features)."""
        return self.network.classifiers[str(self.count)].embed(images)


class SGAN(FewLabels):
    """Classifiers that were discriminators of a GAN, and the generator that one of them learned with.

    Args:
        counts: the numbers of labels.
        width: maps of each layer.
        latent_size: numbers in a latent.
    """

    def __init__(self, counts: Sequence[int] = COUNTS, width: int = 128, latent_size: int = 100):
        super().__init__(counts, width)
        self.latent_size = latent_size
        self.generator = DigitGenerator(latent_size, width)

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """(batch, latent_size) -> (batch, 1, 28, 28) in [-1, 1]; there are no labels."""
        return self.generator(z)

    def latent_weight(self) -> Tensor:
        """(49 * width, latent_size): the first layer."""
        return self.generator.first.weight


class VAEGAN(FewLabels):
    """Classifiers that were discriminators of a VAE-GAN, and the autoencoder that one of them learned with.

    Args:
        counts: the numbers of labels.
        width: maps of each layer of the classifiers.
        latent_size: numbers in a latent.
        convolutional: whether the autoencoder has convolutions; the report's has dense layers and two numbers in a latent.
    """

    def __init__(self, counts: Sequence[int] = COUNTS, width: int = 128, latent_size: int = 2, convolutional: bool = False):
        super().__init__(counts, width)
        self.latent_size = latent_size
        self.encoder = ConvolutionalEncoder(latent_size) if convolutional else DenseEncoder(latent_size)
        self.generator = DigitGenerator(latent_size, 32) if convolutional else DenseDecoder(latent_size)

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """(batch, latent_size) -> (batch, 1, 28, 28) in [-1, 1]; there are no labels."""
        return self.generator(z)

    def place(self, images: Tensor) -> Tensor:
        """The mean of the latent that the encoder gives to pictures (batch, 1, 28, 28): (batch, latent_size)."""
        return self.encoder(images)[0]

    def latent_weight(self) -> Tensor:
        """(units, latent_size): the decoder's first layer."""
        first = self.generator.first if isinstance(self.generator, DigitGenerator) else self.generator.hidden[0]
        return first.weight
