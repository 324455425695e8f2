"""What a network is: weights in, tensors out. One file per family, no files read, no page.

A model class says what it can do by the methods it has; the protocols below name them, and a tab asks the zoo for every checkpoint
whose class satisfies one. Images are float tensors in [-1, 1], shaped (batch, channels, height, width).
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from torch import Tensor

from .base import Model
from .dcgan import DCGAN, GAN32
from .judge import PictureJudge


@runtime_checkable
class Generates(Protocol):
    """Draws pictures from latents. Also has `latent_size`, `image_size` and `channels`."""

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """(batch, latent_size), standard normal, and labels (batch, conditions) or None -> (batch, channels, image_size, image_size)."""


@runtime_checkable
class Factorises(Protocol):
    """Opens its first layer, so that its principal directions can be read off in closed form."""

    def latent_weight(self) -> Tensor:
        """(units, latent_size): the matrix that the latent meets first."""


@runtime_checkable
class Discriminates(Protocol):
    """Tells real from generated pictures."""

    def discriminate(self, images: Tensor) -> Tensor:
        """(batch, channels, height, width) -> (batch,) logits, positive for "real"."""

    def features(self, images: Tensor) -> list[Tensor]:
        """The activations after each convolution, coarse ones last: a perceptual distance without any outside network."""


@runtime_checkable
class Judges(Protocol):
    """Reads pictures: a classifier whose last features also measure other models."""

    def judge(self, images: Tensor) -> dict[str, Tensor]:
        """(batch, channels, height, width) -> logits by question, each (batch, answers)."""

    def embed(self, images: Tensor) -> Tensor:
        """(batch, channels, height, width) -> (batch, features)."""


MODELS: dict[str, type[Model]] = {model.__name__: model for model in (DCGAN, GAN32, PictureJudge)}

__all__ = ["DCGAN", "GAN32", "MODELS", "Discriminates", "Factorises", "Generates", "Judges", "Model", "PictureJudge"]
