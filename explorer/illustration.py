"""From a sentence and a seed to a picture: the noise that a seed stands for, and the way from one sentence to another.

A picture of a StackGAN depends on a sentence's vector, on a latent that decides what the sentence leaves open, and on the noise of
conditioning augmentation, which moves the sentence a little (Zhang et al. 2017, section 3.2). Latent and noise come from the seed, so
that an edited sentence can be drawn with everything else kept.
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
        seed: of its noise.
        share: of the way from the sentence to the other, 0 to 1.
        stages: an iterator that draws the picture of each stage, (channels, side, side) for every side in `model.sizes`, in [-1, 1].
    """

    seed: int
    share: float
    stages: Iterator[Tensor]


def illustrate(
    model: Illustrates, encoder: Understands, sentence: str, *, seed: int = 0, count: int = 1, other: str = "", augmentation: float = 1.0
) -> Iterator[Illustration]:
    """Illustrate a sentence, or the way from it to another sentence.

    Args:
        model: draws the pictures.
        encoder: the text encoder that the model was trained with.
        sentence: what to draw.
        seed: of the first picture, 0 to 2^64 - 1. The pictures of one sentence have the seeds that follow it.
        count: how many pictures.
        other: a second sentence, or "". With one, all pictures have the same seed, and go from the sentence to the other in equal steps.
        augmentation: standard deviation of the noise of conditioning augmentation; 0 draws the sentence as it is, 1 is as in training.
    """
    for index in range(count):
        share = index / max(1, count - 1) if other else 0.0
        own = seed if other else seed + index
        text = between(encoder, sentence, other or sentence, share)
        yield Illustration(own, share, stages(model, text, own, augmentation))


def noise(model: Illustrates, seed: int, augmentation: float = 1.0) -> tuple[Tensor, Tensor]:
    """What a seed stands for: the latent (latent_size,), and the noise of conditioning augmentation (stages, condition_size).

    Args:
        model: its sizes.
        seed: 0 to 2^64 - 1.
        augmentation: the noise's standard deviation; 0 draws the sentence as it is, 1 is what the model was trained with.
    """
    generator = torch.Generator().manual_seed(seed)
    latent = torch.randn(model.latent_size, generator=generator)
    return latent, augmentation * torch.randn(len(model.sizes), model.condition_size, generator=generator)


@torch.inference_mode()
def between(encoder: Understands, sentence: str, other: str, share: float) -> Tensor:
    """The vector (text_size,) at `share` of the straight way from a sentence to another: 0 is the first, 1 the other."""
    if share <= 0 or share >= 1 or sentence == other:
        return encoder.understand([other if share >= 1 else sentence])[0]
    return torch.lerp(*(encoder.understand([text])[0] for text in (sentence, other)), share)


@torch.inference_mode()
def stages(model: Illustrates, text: Tensor, seed: int, augmentation: float = 1.0) -> Iterator[Tensor]:
    """One picture of a sentence's vector (text_size,), stage after stage, each drawn when it is asked for: for every side in `model.sizes`
    (channels, side, side) in [-1, 1]."""
    latent, near = noise(model, seed, augmentation)
    for picture in model.stages(text[None], latent[None], near[None]):
        yield picture[0]
        check()


def draw(model: Illustrates, text: Tensor, seed: int, augmentation: float = 1.0) -> list[Tensor]:
    """The pictures of all `stages`."""
    return list(stages(model, text, seed, augmentation))
