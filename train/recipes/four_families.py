"""vae-mnist and flow-mnist: two of the four families on one digit set (report 002, question 2.1), beside ddpm-mnist.

A judge of digits, trained on real ones only, chooses the checkpoint by the Fréchet distance in its features.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from explorer.models import VAE, Flow
from train import data
from train.command import command
from train.recipe import Recipe, linear

from .bases.conditional import DigitsRecipe

WARM = 0.2  # share of the run in which the weight of the VAE's divergence rises to 1
PIXELS = 784


@dataclass(kw_only=True)
class VAERecipe(DigitsRecipe):
    """The negative evidence lower bound, with a weight of the divergence that rises to 1 (Bowman et al. 2016, section 3.1)."""

    def train_step(self, batch, backward):
        with torch.autocast(batch["images"].device.type, enabled=False):
            reconstruction, divergence = self.model.bound(batch["images"], self.conditions(batch))
        weight = min(1.0, self.share_done / WARM)
        self.step("network", (reconstruction + weight * divergence).mean() / PIXELS, backward)
        bits = (reconstruction + divergence).mean().detach() / (PIXELS * math.log(2))
        return {"bits_loss": bits, "reconstruction_loss": reconstruction.mean().detach(), "divergence_loss": divergence.mean().detach()}

    @torch.no_grad()
    def evaluate(self, model):
        """Also the bound in bits per dimension on the pictures that choose the checkpoint."""
        batch = self.chosen_on.batch(torch.arange(len(self.chosen_on)))
        reconstruction, divergence = model.cpu().bound(batch["images"], self.conditions(batch))
        return super().evaluate(model) | {"bits": ((reconstruction + divergence).mean() / (PIXELS * math.log(2))).item()}


@dataclass(kw_only=True)
class FlowRecipe(DigitsRecipe):
    """The exact negative log-likelihood, in bits per dimension."""

    longest = 1.0  # the norm to which gradients are clipped

    def train_step(self, batch, backward):
        with torch.autocast(batch["images"].device.type, enabled=False):
            bits = self.model.bits(batch["images"], self.conditions(batch)).mean()
        self.step("network", bits, backward, self.longest)
        return {"bits_loss": bits.detach()}

    @torch.no_grad()
    def evaluate(self, model):
        """Also the bits per dimension of the pictures that choose the checkpoint."""
        batch = self.chosen_on.batch(torch.arange(len(self.chosen_on)))
        bits = torch.cat(
            [model.cpu().bits(*part) for part in zip(batch["images"].split(100), self.conditions(batch).split(100), strict=True)]
        )
        return super().evaluate(model) | {"bits": bits.mean().item()}


def _recipe(kind: type[DigitsRecipe], model: VAE | Flow, rate: float, batch_size: int, limit: int | None) -> DigitsRecipe:
    return kind(
        model=model,
        parts={"network": model},
        optimizers={"network": torch.optim.Adam(model.parameters(), rate)},
        data=data.load("mnist", "train", 28, channels=1, limit=limit),
        batch_size=batch_size,
        averaged=("network",),
        metric="fd",
        rates={"network": rate},
        rate=linear(0.7),
    )


@command(
    "vae-mnist",
    images=2_000_000,
    evaluate_every=100_000,
    summary="A variational autoencoder of digits.",
    trained_on="60,000 digits of MNIST",
    subject="digits",
    data="mnist",
)
def vae_mnist(latent_size: int = 24, width: int = 64, rate: float = 1e-3, batch_size: int = 128, limit: int | None = None) -> Recipe:
    """A class-conditional convolutional VAE on digits of 28 pixels, with a discretised logistic likelihood.

    Args:
        latent_size: numbers in a latent.
        width: maps at 14 pixels.
        rate: the learning rate of Adam, which falls to 0 in the last 30 % of the run.
        batch_size: pictures per step.
        limit: use only this many pictures, for a quick try.
    """
    return _recipe(VAERecipe, VAE(latent_size=latent_size, width=width), rate, batch_size, limit)


@command(
    "flow-mnist",
    images=1_500_000,
    evaluate_every=100_000,
    summary="A normalising flow of digits: it turns a latent of 784 numbers into a digit, and back exactly.",
    trained_on="60,000 digits of MNIST",
    subject="digits",
    data="mnist",
)
def flow_mnist(width: int = 96, rate: float = 5e-4, batch_size: int = 64, limit: int | None = None) -> Recipe:
    """A class-conditional flow of affine couplings on digits of 28 pixels.

    Args:
        width: maps of the couplings' hidden layers.
        rate: the learning rate of Adam, which falls to 0 in the last 30 % of the run.
        batch_size: pictures per step.
        limit: use only this many pictures, for a quick try.
    """
    return _recipe(FlowRecipe, Flow(width=width), rate, batch_size, limit)
