"""Models of some thousand weights that depend on a seed alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch

from explorer.models import DCGAN, GAN32, Model

Built = TypeVar("Built", bound=Model)


def seeded(build: Callable[[], Built], seed: int = 0) -> Built:
    """What `build` makes under a seed, in eval mode; the generator that the caller uses is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build().eval()


def tiny_dcgan(seed: int = 0) -> DCGAN:
    return seeded(lambda: DCGAN(latent_size=8, channels=(8, 8, 4, 4), discriminator_channels=(4, 4, 8, 8)), seed)


def tiny_gan32(seed: int = 0) -> GAN32:
    return seeded(lambda: GAN32(latent_size=6, channels=(4, 4, 8, 8), discriminator_channels=(4, 4, 8)), seed)
