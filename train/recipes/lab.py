"""lab-digits: the GAN of the training lab on digits. `train.recipes.bases.lab` has the arms, the measures and the sources."""

from __future__ import annotations

import torch

from train import data
from train.command import command
from train.recipe import Recipe

from .bases.lab import ARMS, lab

HELD_OUT = 1000  # digits of the test split


@command(
    "lab-digits",
    images=64 * 4000,
    evaluate_every=64 * 200,
    summary="A small GAN on digits, trained in different ways.",
    trained_on="60,000 digits of MNIST",
    data="mnist",
)
def lab_digits(arm: str = "non-saturating", batch_size: int = 64, limit: int | None = None) -> Recipe:
    """A GAN on digits of 28 pixels, trained in one of the ways that `--arm` names.

    Args:
        arm: minimax, non-saturating, wgan, wgan-gp, spectral-norm, r1, two-rates or packed.
        batch_size: real pictures for each step of the discriminator; `--images` counts those of all its steps.
        limit: use only this many pictures, for a quick try.
    """
    if arm not in ARMS:
        raise ValueError(f"arm is {arm!r}; expected one of {', '.join(ARMS)}")
    test = data.load("mnist", "test", 28, channels=1, limit=HELD_OUT)
    held_out = test.batch(torch.arange(len(test) - len(test) % ARMS[arm].pictures))["images"]
    return lab(data.load("mnist", "train", 28, channels=1, limit=limit), ARMS[arm], batch_size=batch_size, held_out=held_out)
