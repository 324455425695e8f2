"""Draws the picture of a sentence and a seed, and pictures between two sentences.

A picture of a StackGAN depends on the vector of the sentence, on a latent that determines what the sentence does not say, and on the noise
of conditioning augmentation, which changes the vector a little (Zhang et al. 2017, section 3.2). Latent and noise are sampled with the
seed, so that an edited sentence can be drawn with the same latent and noise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from .cancellation import check
from .models import Illustrates, Understands


@dataclass(frozen=True)
class Illustration:
    """One picture.

    Attributes:
        seed: of its latent and noise.
        share: the position between the two sentences, from 0, the first, to 1, the other.
        stages: an iterator over the stages, which computes for every side in `model.sizes` the picture (channels, side, side) in [-1, 1].
    """

    seed: int
    share: float
    stages: Iterator[Tensor]


def illustrate(
    model: Illustrates, encoder: Understands, sentence: str, *, seed: int = 0, count: int = 1, other: str = "", augmentation: float = 1.0
) -> Iterator[Illustration]:
    """Draw pictures of a sentence, or pictures between it and another sentence.

    Args:
        model: the StackGAN.
        encoder: the text encoder that the model was trained with.
        sentence: what to draw.
        seed: of the first picture, 0 to 2^64 - 1. Without `other`, the next pictures have the seeds `seed` + 1, `seed` + 2 and so on.
        count: how many pictures.
        other: a second sentence, or "". With one, all pictures have the same seed, and go from the sentence to the other in equal steps.
        augmentation: the standard deviation of the noise of conditioning augmentation: 1 in training; with 0, the vector is not changed.
    """
    for index in range(count):
        share = index / max(1, count - 1) if other else 0.0
        picture_seed = seed if other else seed + index
        text = between(encoder, sentence, other or sentence, share)
        yield Illustration(picture_seed, share, stages(model, text, picture_seed, augmentation))


def noise(model: Illustrates, seed: int, augmentation: float = 1.0) -> tuple[Tensor, Tensor]:
    """The random inputs of a seed: the latent (latent_size,), and the noise of conditioning augmentation (stages, condition_size).

    Args:
        model: the StackGAN, for its sizes.
        seed: 0 to 2^64 - 1.
        augmentation: the standard deviation of the noise.
    """
    generator = torch.Generator().manual_seed(seed)
    latent = torch.randn(model.latent_size, generator=generator)
    return latent, augmentation * torch.randn(len(model.sizes), model.condition_size, generator=generator)


@torch.inference_mode()
def between(encoder: Understands, sentence: str, other: str, share: float) -> Tensor:
    """The linear interpolation between the vectors of two sentences, (text_size,): the first at share 0, the other at share 1."""
    if share <= 0 or share >= 1 or sentence == other:
        return encoder.understand([other if share >= 1 else sentence])[0]
    return torch.lerp(*(encoder.understand([text])[0] for text in (sentence, other)), share)


@torch.inference_mode()
def stages(model: Illustrates, text: Tensor, seed: int, augmentation: float = 1.0) -> Iterator[Tensor]:
    """Draw one picture of a sentence's vector (text_size,); yields (channels, side, side) in [-1, 1] for every side in `model.sizes`. A
    stage runs when the iterator reaches it."""
    latent, augmentation_noise = noise(model, seed, augmentation)
    for picture in model.stages(text[None], latent[None], augmentation_noise[None]):
        yield picture[0]
        check()


def draw(model: Illustrates, text: Tensor, seed: int, augmentation: float = 1.0) -> list[Tensor]:
    """The pictures of all `stages`, as a list."""
    return list(stages(model, text, seed, augmentation))
