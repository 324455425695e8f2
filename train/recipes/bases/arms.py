"""The arms of the training lab: the ways to train a GAN that are said to fail, and those that are said to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import nn

from train.parts import losses

Loss = Literal["minimax", "non-saturating", "hinge", "wasserstein"]
LOSSES = {
    "minimax": (losses.non_saturating_discriminator, losses.minimax_generator),
    "non-saturating": (losses.non_saturating_discriminator, losses.non_saturating_generator),
    "hinge": (losses.hinge_discriminator, losses.hinge_generator),
    "wasserstein": (losses.wasserstein_critic, losses.wasserstein_generator),
}
"""The losses of the discriminator and of the generator, by name."""


@dataclass(frozen=True)
class Optimiser:
    """Adam or RMSprop.

    Attributes:
        rate: the learning rate.
        betas: of Adam; None: RMSprop.
    """

    rate: float = 2e-4
    betas: tuple[float, float] | None = (0.5, 0.999)

    def of(self, weights: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        if self.betas is None:
            return torch.optim.RMSprop(weights, lr=self.rate)
        return torch.optim.Adam(weights, lr=self.rate, betas=self.betas)


@dataclass(frozen=True)
class Arm:
    """One way to train the GAN.

    Attributes:
        loss: a key of `LOSSES`.
        generator, discriminator: their optimisers.
        critic_steps: steps of the discriminator for each step of the generator.
        clip: after each step, the discriminator's weights are clipped to [-clip, clip]; 0: they are not.
        penalty: weight of the gradient penalty of WGAN-GP.
        gamma: weight of R1.
        norm, pictures, noise: of the discriminator (`train.parts.lab_networks`).
    """

    loss: Loss = "non-saturating"
    generator: Optimiser = Optimiser()
    discriminator: Optimiser = Optimiser()
    critic_steps: int = 1
    clip: float = 0.0
    penalty: float = 0.0
    gamma: float = 0.0
    norm: str = "batch"
    pictures: int = 1
    noise: float = 0.0

    @property
    def optimisers(self) -> dict[str, Optimiser]:
        return {"generator": self.generator, "discriminator": self.discriminator}


def _both(rate: float, betas: tuple[float, float] | None) -> dict[str, Optimiser]:
    return {"generator": Optimiser(rate, betas), "discriminator": Optimiser(rate, betas)}


DIGITS = {
    "minimax": Arm("minimax"),
    "non-saturating": Arm(),
    "wgan": Arm("wasserstein", **_both(5e-5, None), critic_steps=5, clip=0.01),  # Arjovsky et al. 2017, algorithm 1
    "wgan-gp": Arm("wasserstein", **_both(1e-4, (0.0, 0.9)), critic_steps=5, penalty=10.0, norm="none"),  # Gulrajani et al. 2017
    "spectral-norm": Arm("hinge", **_both(2e-4, (0.0, 0.9)), norm="spectral"),  # Miyato et al. 2018
    "r1": Arm(**_both(2e-4, (0.0, 0.99)), gamma=1.0, norm="none"),  # Mescheder et al. 2018
    "two-rates": Arm(generator=Optimiser(1e-4), discriminator=Optimiser(4e-4)),  # Heusel et al. 2017
    "packed": Arm(pictures=2),  # Lin et al. 2018
    "minimax-strong": Arm("minimax", discriminator=Optimiser(1e-3), critic_steps=5),
    "non-saturating-strong": Arm(discriminator=Optimiser(1e-3), critic_steps=5),
    "generator-strong": Arm(generator=Optimiser(2e-3)),
    "discriminator-frozen": Arm(generator=Optimiser(2e-3), discriminator=Optimiser(0.0)),
}
"""In the last four, one of the networks learns much faster than the other: the discriminator, for the story of the vanishing gradient, or
the generator, for that of mode collapse. A frozen discriminator needs a trained GAN to begin with (`--from`)."""

_CLIPPED = Arm("wasserstein", **_both(5e-5, None), critic_steps=3, clip=0.01)
_PENALISED = Arm("wasserstein", Optimiser(1e-4, (0.5, 0.999)), Optimiser(1e-4, None), critic_steps=3, penalty=10.0, norm="none")
PAINTINGS = {
    "dcgan": Arm(),
    "dcgan-noise": Arm(noise=0.1),
    "wgan": _CLIPPED,
    "wgan-paper": replace(_CLIPPED, critic_steps=5),  # Arjovsky et al. 2017, algorithm 1
    "wgan-slow": replace(_CLIPPED, **_both(1e-5, None)),
    "wgan-slowest": replace(_CLIPPED, **_both(1e-6, None)),  # the report's second try
    "wgan-no-bn": replace(_CLIPPED, norm="none"),
    "wgan-noise": replace(_CLIPPED, noise=0.1),
    "wgan-gp-2": replace(_PENALISED, penalty=2.0),
    "wgan-gp-5": replace(_PENALISED, penalty=5.0),
    "wgan-gp-10": _PENALISED,
    "wgan-gp-paper": replace(_PENALISED, **_both(1e-4, (0.0, 0.9)), critic_steps=5),  # Gulrajani et al. 2017, algorithm 1
}
"""Of report 001, question 2. It does not print the rates of its WGAN-GP; 1e-4 is the paper's."""

LIVE = Arm(**_both(1e-3, (0.0, 0.99)), gamma=1.0)
"""Of the GAN in the browser."""
