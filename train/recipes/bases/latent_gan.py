"""Recipes of unconditional GANs: how the best checkpoint is chosen, and the DCGAN with a plain or a projected discriminator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from explorer.models import DCGAN
from explorer.models.dcgan import LatentGAN
from explorer.zoo import Zoo
from train import data, metrics
from train.metrics import features
from train.metrics.seeds import CHOOSING_SEED, TIMELINE_SEED
from train.parts import losses
from train.parts.augment import augment, augmentations, mirrored
from train.parts.projected import ProjectedDiscriminator
from train.recipe import Recipe, linear

AVERAGE_DECAY = 0.998  # weights count half after 350 steps; with 0.999 the average lags behind early in training


@dataclass(kw_only=True)
class LatentGANRecipe(Recipe):
    """The base of the recipes of unconditional GANs: how the best checkpoint is chosen and what the timeline shows."""

    model: LatentGAN
    judged = 1000
    feature_network = "judge-pictures"

    @cached_property
    def _networks(self) -> dict[str, Callable[[Tensor], Tensor]]:
        """The feature networks, by the prefix of their metrics."""
        zoo = Zoo()
        judge = {"": zoo.load("judge-pictures").embed} if "judge-pictures" in zoo.checkpoints else {}
        return {**judge, "nsfw_": features.OpenNSFWFeatures()}

    @cached_property
    def _real(self) -> tuple[Tensor, dict[str, Tensor]]:
        """The first `judged` training pictures, and their features by network."""
        pictures = torch.cat([batch["images"] for batch in self.data.take(self.judged).batches()])
        return pictures, {prefix: metrics.embed(network, pictures.split(128)) for prefix, network in self._networks.items()}

    def evaluate(self, model: LatentGAN) -> dict[str, float]:
        """Compare generated with training pictures: Fréchet distance, KID, precision and recall in the features of judge-pictures and, with
        names that begin with nsfw_, of open_nsfw's ResNet-50; and the sliced Wasserstein distance. The latents are not those of any model
        card's metrics."""
        pictures, real = self._real
        generated = torch.cat(list(metrics.drawn(model.cpu(), len(pictures), CHOOSING_SEED)))
        found = {}
        for prefix, network in self._networks.items():
            embedded = metrics.embed(network, generated.split(128))
            precision, recall = metrics.precision_recall(real[prefix], embedded)
            found |= {
                f"{prefix}fd": metrics.frechet_distance(real[prefix], embedded),
                f"{prefix}kid": metrics.kernel_distance(real[prefix], embedded)[0],
                f"{prefix}precision": precision,
                f"{prefix}recall": recall,
            }
        distances = metrics.sliced_wasserstein(pictures, generated)
        return found | {"swd": sum(distances.values()) / len(distances)}

    def preview(self, model: LatentGAN) -> Tensor:
        (pictures,) = metrics.drawn(model.cpu(), 16, TIMELINE_SEED)
        return pictures

    def latents(self, count: int) -> Tensor:
        device = next(self.parts["generator"].parameters()).device
        return torch.randn(count, self.model.latent_size, device=device)


@dataclass(kw_only=True)
class DCGANRecipe(LatentGANRecipe):
    """The DCGAN with a discriminator on pixels. The steps of the discriminator and of the generator share one batch of generated pictures,
    which saves a third of the time."""

    augmentations: tuple[str, ...] = ()

    def train_step(self, batch, backward):
        generator, discriminator = self.parts["generator"], self.parts["discriminator"]
        real = mirrored(batch["images"])
        generated = generator(self.latents(len(real)))
        seen = augment(generated, self.augmentations)
        discriminator_loss = losses.non_saturating_discriminator(
            discriminator(augment(real, self.augmentations)), discriminator(seen.detach())
        )
        self.step("discriminator", discriminator_loss, backward)

        generator_loss = losses.non_saturating_generator(discriminator(seen))
        self.step("generator", generator_loss, backward)
        return {"discriminator_loss": discriminator_loss.detach() / 2, "generator_loss": generator_loss.detach()}


@dataclass(kw_only=True)
class ProjectedDCGANRecipe(DCGANRecipe):
    """The DCGAN with a projected discriminator, whose input is the features of a frozen network.

    These features are too coarse for textures of a few pixels. So there is a second discriminator on the pictures themselves; `pixels` is
    its weight in the generator's loss. With the weight 0 it is still trained, on a quarter of each batch, because the page shows its
    predictions.

    `variety` is the weight of the generator's penalty for a lack of variety.
    """

    variety: float = 0.0
    pixels: float = 0.0

    def train_step(self, batch, backward):
        generator, projected = self.parts["generator"], self.parts["projected"]
        real = mirrored(batch["images"])
        project = getattr(projected, "module", projected).project
        generated = generator(self.latents(len(real)))
        with torch.no_grad():
            features_real = project(augment(real, self.augmentations))
        features = project(augment(generated, self.augmentations))
        discriminator_loss = losses.hinge_discriminator(projected(features_real), projected([x.detach() for x in features]))
        self.step("projected", discriminator_loss, backward)

        generator_loss = losses.hinge_generator(projected(features))
        found = {"discriminator_loss": discriminator_loss.detach() / 2, "generator_loss": generator_loss.detach()}
        if self.variety:
            one_class = real.new_ones(len(real), 1)
            lack = losses.lack_of_variety(generated, real, one_class)
            lack_of_colours = losses.lack_of_variety(generated, real, one_class, side=2, colours=True)
            found |= {"lack_of_variety": lack.detach(), "lack_of_colours": lack_of_colours.detach()}
            generator_loss = generator_loss + self.variety * (lack + lack_of_colours)
        if self.pixels:
            logits = self.parts["discriminator"](augment(generated, self.augmentations))
            generator_loss = generator_loss + self.pixels * losses.non_saturating_generator(logits)
        self.step("generator", generator_loss, backward)
        return found | {"watching_loss": self.train_pixel_discriminator(real, generated.detach(), backward)}

    def train_pixel_discriminator(self, real: Tensor, generated: Tensor, backward) -> Tensor:
        """Train the discriminator on pixels, whose predictions and features the page shows. Returns its loss."""
        count = len(real) if self.pixels else max(2, len(real) // 4)
        discriminator = self.parts["discriminator"]
        loss = losses.non_saturating_discriminator(
            discriminator(augment(real[:count], self.augmentations)), discriminator(augment(generated[:count], self.augmentations))
        )
        self.step("discriminator", loss, backward)
        return loss.detach() / 2


def dcgan(
    load: Callable[[int], data.Pictures],
    *,
    discriminator: str,
    augmentation: str,
    batch_size: int,
    rate: float,
    backbone_size: int,
    anneal_after: float,
    variety: float = 0.0,
    pixels: float = 0.0,
) -> DCGANRecipe:
    """Build the recipe. `load(size)` returns the training pictures; `train.recipes.dcgan` documents the other arguments."""
    projected = discriminator == "projected"
    model = DCGAN(discriminator_channels=(32, 64, 128, 256)) if projected else DCGAN()
    parts: dict[str, torch.nn.Module] = {"generator": model.generator, "discriminator": model.discriminator}
    if projected:
        parts["projected"] = ProjectedDiscriminator(backbone_size)
    betas = {"generator": (0.0, 0.99), "projected": (0.0, 0.99), "discriminator": (0.5, 0.999)}
    if not projected:
        betas["generator"] = (0.5, 0.999)
    heard = {"variety": variety, "pixels": pixels} if projected else {}
    return (ProjectedDCGANRecipe if projected else DCGANRecipe)(
        model=model,
        parts=parts,
        optimizers={name: torch.optim.Adam(part.parameters(), lr=rate, betas=betas[name]) for name, part in parts.items()},
        data=load(model.image_size),
        batch_size=batch_size,
        averaged=("generator",),
        average_decay=AVERAGE_DECAY,
        metric="fd",
        compare_raw=True,
        rates=dict.fromkeys(parts, rate),
        rate=linear(anneal_after),
        augmentations=augmentations(augmentation),
        **heard,
    )
