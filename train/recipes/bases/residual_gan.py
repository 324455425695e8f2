"""The recipe of the residual GANs: a projected discriminator for shapes, a discriminator on patches of pixels for textures."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from explorer.models import ResGAN
from train import data
from train.metrics.choice import LEADING_METRIC
from train.parts import losses
from train.parts.augment import augment, augmentations, mirrored
from train.parts.projected import ProjectedDiscriminator
from train.recipe import linear

from .latent_gan import AVERAGE_DECAY, LatentGANRecipe


@dataclass(kw_only=True)
class ResidualGANRecipe(LatentGANRecipe):
    """A step updates the projected discriminator, then the patch discriminator, then the generator. All three use one batch of generated
    pictures.

    Attributes:
        augmentations: names in `train.parts.augment`, applied to every input of both discriminators.
        patches: weight of the patch discriminator in the generator's loss; the projected discriminator has weight 1.
    """

    augmentations: tuple[str, ...]
    patches: float

    def train_step(self, batch, backward):
        generator, projected, patches = (self.parts[name] for name in ("generator", "projected", "discriminator"))
        project = getattr(projected, "module", projected).project
        real = mirrored(batch["images"])
        generated = generator(self.latents(len(real)))

        with torch.no_grad():
            features_real = project(augment(real, self.augmentations))
        features = project(augment(generated, self.augmentations))
        projected_loss = losses.hinge_discriminator(projected(features_real), projected([x.detach() for x in features]))
        self.step("projected", projected_loss, backward)

        patches_loss = losses.hinge_discriminator(
            patches(augment(real, self.augmentations)), patches(augment(generated.detach(), self.augmentations))
        )
        self.step("discriminator", patches_loss, backward)

        generator_loss = losses.hinge_generator(projected(features))
        generator_patches_loss = losses.hinge_generator(patches(augment(generated, self.augmentations)))
        self.step("generator", generator_loss + self.patches * generator_patches_loss, backward)
        return {
            "discriminator_loss": projected_loss.detach() / 2,
            "patches_loss": patches_loss.detach() / 2,
            "generator_loss": generator_loss.detach(),
            "generator_patches_loss": generator_patches_loss.detach(),
        }


def residual_gan(
    pictures: data.Pictures,
    *,
    augmentation: str,
    batch_size: int,
    rate: float,
    backbone_size: int,
    patches: float,
    anneal_after: float,
    channels: tuple[int, ...] = (256, 192, 96, 40, 20),
) -> ResidualGANRecipe:
    """Build the recipe; `train.recipes.resgan` documents the arguments."""
    model = ResGAN(channels=channels)
    parts = {"generator": model.generator, "discriminator": model.discriminator, "projected": ProjectedDiscriminator(backbone_size)}
    return ResidualGANRecipe(
        model=model,
        parts=parts,
        optimizers={name: torch.optim.Adam(part.parameters(), lr=rate, betas=(0.0, 0.99)) for name, part in parts.items()},
        data=pictures,
        batch_size=batch_size,
        averaged=("generator",),
        average_decay=AVERAGE_DECAY,
        metric=LEADING_METRIC,
        rates=dict.fromkeys(parts, rate),
        rate=linear(anneal_after),
        augmentations=augmentations(augmentation),
        patches=patches,
    )
