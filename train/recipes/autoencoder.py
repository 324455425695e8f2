"""autoencoder-birds: the first half of latent diffusion (report 002, question 2.3), with a divergence from the prior or without.

Rombach et al. 2022, section 3.1: an error in pixels, one in the features of a frozen network, a weak divergence from the standard normal
distribution, and a discriminator on patches, which here joins in the second half of the run. It learns from crops.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor

from explorer.models import Autoencoder
from train import data, metrics
from train.command import command
from train.metrics.features import ImageNetFeatures
from train.parts import losses
from train.parts.augment import mirrored
from train.parts.backbone import FrozenFeatures
from train.parts.patches import PatchDiscriminator
from train.recipe import Recipe, linear

EVERY = 20  # one picture of twenty is held out
CROP = 128  # pixels a side
FEATURE_SIDE = 128
SHOWN = 8
BATCH = 10


@dataclass(kw_only=True)
class AutoencoderRecipe(Recipe):
    """The autoencoder's step, and from `adversarial_after` on one of the discriminator.

    Attributes:
        held_out: pictures that are not trained on.
        features: the frozen network of the perceptual loss.
        perceptual, divergence, adversarial: weights of the losses beside the mean absolute error of the pixels.
        adversarial_after: the share of the run after which the discriminator joins.
    """

    feature_network: ClassVar[str] = "EfficientNet-Lite0 at 224 pixels"
    judged: ClassVar[int] = 300
    model: Autoencoder
    held_out: data.Pictures
    features: FrozenFeatures
    perceptual: float
    divergence: float
    adversarial: float
    adversarial_after: float

    @property
    def measured(self) -> str:
        return f"features of {self.feature_network}, n = {min(self.judged, len(self.held_out)):,}, held-out training pictures"

    def train_step(self, batch, backward):
        real = cropped(mirrored(batch["images"]), CROP)
        latents, divergence = self.model.divergence(real)
        restored = self.model.restore(latents).float()
        pixels, perceptual = (restored - real).abs().mean(), self.perceived(restored, real)
        loss = pixels + self.perceptual * perceptual + self.divergence * divergence.mean()
        logged = {"pixel_loss": pixels.detach(), "perceptual_loss": perceptual.detach(), "divergence_loss": divergence.mean().detach()}
        if self.adversarial and self.share_done >= self.adversarial_after:
            discriminator = self.parts["discriminator"]
            against = losses.hinge_discriminator(discriminator(real).float(), discriminator(restored.detach()).float())
            self.step("discriminator", against, backward)
            adversarial = losses.hinge_generator(discriminator(restored).float())
            loss = loss + self.adversarial * adversarial
            logged |= {"discriminator_loss": against.detach() / 2, "generator_loss": adversarial.detach()}
        self.step("network", loss, backward, longest=1.0)
        return logged

    def perceived(self, restored: Tensor, real: Tensor) -> Tensor:
        """The relative mean absolute error of the frozen network's features at its three finest scales, their mean."""
        network = self.features.to(real.device)
        with torch.no_grad():
            wanted = network(real)[:3]
        found = network(restored)[:3]
        errors = [(a - b).abs().mean() / (b.abs().mean() + 1e-4) for a, b in zip(found, wanted, strict=True)]
        return torch.stack([error.float() for error in errors]).mean()

    @cached_property
    def _real(self) -> tuple[Tensor, Tensor]:
        """The held-out pictures and their features."""
        count = min(self.judged, len(self.held_out))
        pictures = self.held_out.batch(torch.arange(count))["images"]
        return pictures, metrics.embed(ImageNetFeatures(224), pictures.split(BATCH))

    @torch.no_grad()
    def evaluate(self, model: Autoencoder) -> dict[str, float]:
        """On held-out pictures: the Fréchet distance of the reconstructions, their mean PSNR in dB, and the latents' deviation."""
        pictures, real = self._real
        latents = torch.cat([model.cpu().compress(part).float() for part in pictures.split(BATCH)])
        restored = torch.cat([model.restore(part).float().clamp(-1, 1) for part in latents.split(BATCH)])
        psnr = -10 * ((restored - pictures) / 2).square().flatten(1).mean(1).log10()
        features = metrics.embed(ImageNetFeatures(224), restored.split(BATCH))
        return {"fd": metrics.frechet_distance(real, features), "psnr": psnr.mean().item(), "deviation": latents.std().item()}

    @torch.no_grad()
    def preview(self, model: Autoencoder) -> Tensor:
        """Held-out pictures, and below them their reconstructions."""
        pictures = self._real[0][:SHOWN]
        restored = torch.cat([model.cpu().restore(model.compress(part)).float() for part in pictures.split(4)])
        return torch.nn.functional.interpolate(torch.cat([pictures, restored.clamp(-1, 1)]), (128, 128), mode="area")


def cropped(images: Tensor, side: int) -> Tensor:
    """Cut a square out of (batch, channels, height, width), at the same random place in all pictures."""
    top, left = (int(torch.randint(size - side + 1, (1,))) for size in images.shape[2:])
    return images[:, :, top : top + side, left : left + side]


@command(
    "autoencoder-birds",
    images=90_000,
    evaluate_every=10_000,
    summary="An autoencoder of birds: 2,048 numbers for a photo of 256 pixels, in which a diffusion model can run.",
    trained_on="8,412 photos of birds",
    data="birds",
)
def autoencoder_birds(
    latent_channels: int = 8,
    divergence: float = 5e-4,
    perceptual: float = 0.03,
    adversarial: float = 0.1,
    adversarial_after: float = 0.5,
    batch_size: int = 8,
    rate: float = 2e-4,
    limit: int | None = None,
) -> Recipe:
    """The autoencoder of latent diffusion, on photos of birds.

    Args:
        latent_channels: numbers for each cell of 16 x 16 pixels.
        divergence: weight of the divergence from the prior; with 0 it is a plain autoencoder.
        perceptual: weight of the error in the features of a frozen network.
        adversarial: weight of the discriminator on patches; 0 for none.
        adversarial_after: share of the run after which the discriminator joins.
        batch_size: crops per step.
        rate: learning rate of both Adams, which falls to 0 in the last 30 % of the run.
        limit: use only this many pictures, for a quick try.
    """
    model, discriminator = Autoencoder(latent_channels=latent_channels), PatchDiscriminator()
    pictures = data.load("birds", "train", model.image_size, limit=limit)
    rows = torch.arange(len(pictures))
    return AutoencoderRecipe(
        model=model,
        parts={"network": model, "discriminator": discriminator},
        optimizers={
            "network": torch.optim.Adam(model.parameters(), rate, (0.9, 0.99)),
            "discriminator": torch.optim.Adam(discriminator.parameters(), rate, (0.5, 0.9)),
        },
        data=pictures.rows(rows[rows % EVERY > 0]),
        batch_size=batch_size,
        averaged=("network",),
        metric="fd",
        rates={"network": rate, "discriminator": rate},
        rate=linear(0.7),
        held_out=pictures.rows(rows[rows % EVERY == 0]),
        features=FrozenFeatures(FEATURE_SIDE),
        perceptual=perceptual,
        divergence=divergence,
        adversarial=adversarial,
        adversarial_after=adversarial_after,
    )
