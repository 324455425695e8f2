"""gan-mnist, vae-mnist and flow-mnist: three of the four families on one digit set (report 002, question 2.1), beside ddpm-mnist.

A judge of digits, trained on real ones only, chooses the checkpoint by the Fréchet distance in its features.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.models import GAN28, VAE, Flow
from train import data
from train.command import command
from train.parts import losses
from train.recipe import Recipe, linear

from .bases.conditional import DigitsRecipe

WARM = 0.2  # share of the run in which the weight of the VAE's divergence rises
PIXELS = 784


@dataclass(kw_only=True)
class InvertingRecipe(DigitsRecipe):
    """A model that also learns digits without a class, so that it can find the latent of a picture whose class is not known.

    Attributes:
        unlabelled: the share of digits whose class is left out.
    """

    unlabelled: float = 0.1

    def seen(self, batch: dict[str, Tensor]) -> Tensor:
        """The class vectors of a batch, some of them zeros."""
        labels = self.conditions(batch)
        return labels * (torch.rand(len(labels), 1, device=labels.device) >= self.unlabelled)


@dataclass(kw_only=True)
class VAERecipe(InvertingRecipe):
    """The evidence lower bound with Bernoulli pixels, with a weight of the divergence that rises to 1 (Bowman et al. 2016, section 3.1)."""

    def train_step(self, batch, backward):
        pixels, reconstruction, divergence = self.model.terms(batch["images"], self.seen(batch))
        weight = min(1.0, self.share_done / WARM)
        self.step("network", (pixels + reconstruction + weight * divergence).mean() / PIXELS, backward)
        logged = {"pixel": pixels, "reconstruction": reconstruction, "divergence": divergence}
        return {f"{name}_loss": value.mean().detach() for name, value in logged.items()}

    @torch.no_grad()
    def evaluate(self, model):
        """Also the bound in bits per dimension on the pictures that choose the checkpoint."""
        batch = self.chosen_on.batch(torch.arange(len(self.chosen_on)))
        _, reconstruction, divergence = model.cpu().terms(batch["images"], self.conditions(batch))
        return super().evaluate(model) | {"bits": ((reconstruction + divergence).mean() / (PIXELS * math.log(2))).item()}


@dataclass(kw_only=True)
class FlowRecipe(InvertingRecipe):
    """The exact negative log-likelihood, in bits per dimension."""

    longest = 1.0  # the norm to which gradients are clipped

    def train_step(self, batch, backward):
        bits = self.model.bits(batch["images"], self.seen(batch)).mean()
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


@dataclass(kw_only=True)
class GANRecipe(DigitsRecipe):
    """Hinge losses (Lim and Ye 2017); both networks see the class of every picture. Both steps share one batch of generated pictures."""

    model: GAN28

    def train_step(self, batch, backward):
        generator, discriminator = self.parts["generator"], self.parts["discriminator"]
        labels = self.conditions(batch)
        generated = generator(self.latents(len(labels)), labels)
        loss = losses.hinge_discriminator(discriminator(batch["images"], labels).float(), discriminator(generated.detach(), labels).float())
        self.step("discriminator", loss, backward)
        generator_loss = losses.hinge_generator(discriminator(generated, labels).float())
        self.step("generator", generator_loss, backward)
        return {"discriminator_loss": loss.detach() / 2, "generator_loss": generator_loss.detach()}


@command(
    "gan-mnist",
    images=2_000_000,
    evaluate_every=100_000,
    summary="A class-conditional GAN of digits.",
    weakness="Its digits pass for real ones; the rarest ways of writing are missing.",
    story="One training of 600,000 pictures, cut short from a planned 1,200,000 and then 800,000, so that its rate has steps there; the "
    "weights after 499,840 were the best. Seed 0.",
    trained_on="60,000 digits of MNIST",
    subject="digits",
    data="mnist",
)
def gan_mnist(latent_size: int = 64, width: int = 96, rate: float = 2e-4, batch_size: int = 64, limit: int | None = None) -> Recipe:
    """A class-conditional GAN on digits of 28 pixels: conditional batch norm, projection discriminator, spectral norm, hinge loss.

    Args:
        latent_size: numbers in a latent.
        width: maps of the generator at 14 pixels.
        rate: learning rate of both Adam optimisers (Miyato et al. 2018), which falls to 0 in the last half of the run.
        batch_size: pictures per step.
        limit: use only this many pictures, for a quick try.
    """
    model = GAN28(latent_size=latent_size, width=width)
    parts = {"generator": model.generator, "discriminator": model.discriminator}
    return GANRecipe(
        model=model,
        parts=parts,
        optimizers={name: torch.optim.Adam(part.parameters(), rate, (0.0, 0.99)) for name, part in parts.items()},
        data=data.load("mnist", "train", 28, channels=1, limit=limit),
        batch_size=batch_size,
        averaged=("generator",),
        metric="fd",
        rates=dict.fromkeys(parts, rate),
        rate=linear(0.5),
    )


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
    weakness="Soft strokes, and some digits are a blend of two: at the default temperature the judge reads one in five as another digit, "
    "at 0.8 one in eleven.",
    story="With a discretised logistic likelihood whose scale each pixel learned, the judge read 28 % of the drawn digits as requested "
    "after 1,000,000 pictures, and 31 % with four times the weight of the divergence after 300,000: hence Bernoulli pixels. Seed 0.",
    trained_on="60,000 digits of MNIST",
    subject="digits",
    data="mnist",
)
def vae_mnist(latent_size: int = 24, width: int = 64, rate: float = 1e-3, batch_size: int = 128, limit: int | None = None) -> Recipe:
    """A class-conditional convolutional VAE on digits of 28 pixels, with Bernoulli pixels.

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
