"""GANs that draw from a latent alone: how a checkpoint is chosen, and the DCGAN against a plain or a projected discriminator."""

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
from train.metrics.seeds import CHOOSING_SEED, TIMELINE_SEED
from train.parts import losses
from train.parts.augment import augment, augmentations, mirrored
from train.parts.projected import ProjectedDiscriminator
from train.recipe import Recipe, linear

AVERAGE_DECAY = 0.998  # half as much after 350 steps: with 0.999 the average of a young generator lags behind it


@dataclass(kw_only=True)
class LatentGANRecipe(Recipe):
    """What GANs without conditions share: how a checkpoint is chosen and what the timeline shows."""

    model: LatentGAN
    judged = 1000

    @cached_property
    def _judge(self) -> Callable[[Tensor], Tensor] | None:
        zoo = Zoo()
        return zoo.load("judge-pictures").embed if "judge-pictures" in zoo.checkpoints else None

    @cached_property
    def _real(self) -> tuple[Tensor, Tensor]:
        """The training pictures and their features, the first `judged` of them."""
        pictures = torch.cat([batch["images"] for batch in self.data.take(self.judged).batches()])
        return pictures, metrics.embed(self._judge, pictures.split(128))

    def evaluate(self, model: LatentGAN) -> dict[str, float]:
        """Fréchet distance, which chooses, KID, precision and recall in judge-pictures' features and the sliced Wasserstein distance, on
        latents that no card uses. KID preferred grey pictures that were all alike to varied ones whose texture was too sharp."""
        if self._judge is None:
            return {}
        pictures, features = self._real
        generated = torch.cat(list(metrics.drawn(model.cpu(), len(pictures), CHOOSING_SEED)))
        found = metrics.embed(self._judge, generated.split(128))
        precision, recall = metrics.precision_recall(features, found)
        distances = metrics.sliced_wasserstein(pictures, generated)
        return {
            "fd": metrics.frechet_distance(features, found),
            "kid": metrics.kernel_distance(features, found)[0],
            "precision": precision,
            "recall": recall,
            "swd": sum(distances.values()) / len(distances),
        }

    def preview(self, model: LatentGAN) -> Tensor:
        (pictures,) = metrics.drawn(model.cpu(), 16, TIMELINE_SEED)
        return pictures

    def latents(self, count: int) -> Tensor:
        device = next(self.parts["generator"].parameters()).device
        return torch.randn(count, self.model.latent_size, device=device)


@dataclass(kw_only=True)
class DCGANRecipe(LatentGANRecipe):
    """One batch of generated pictures serves the discriminator's step and then the generator's, which saves a third of the time."""

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
    """The discriminator sees frozen features, too coarse for the texture of single pixels. A second discriminator sees raw pixels: its
    loss enters the generator's with weight `pixels`. If that is 0, it only trains, on a quarter of each batch, because the page shows its
    opinion."""

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
            alike = real.new_ones(len(real), 1)
            lack = losses.lack_of_variety(generated, real, alike)
            lack_of_colours = losses.lack_of_variety(generated, real, alike, side=2, colours=True)
            found |= {"lack_of_variety": lack.detach(), "lack_of_colours": lack_of_colours.detach()}
            generator_loss = generator_loss + self.variety * (lack + lack_of_colours)
        if self.pixels:
            seen = self.parts["discriminator"](augment(generated, self.augmentations))
            generator_loss = generator_loss + self.pixels * losses.non_saturating_generator(seen)
        self.step("generator", generator_loss, backward)
        return found | {"watching_loss": self.watch(real, generated.detach(), backward)}

    def watch(self, real: Tensor, generated: Tensor, backward) -> Tensor:
        """A step of the plain discriminator: its opinion and its features are what the page shows."""
        few = len(real) if self.pixels else max(2, len(real) // 4)
        watching = self.parts["discriminator"]
        loss = losses.non_saturating_discriminator(
            watching(augment(real[:few], self.augmentations)), watching(augment(generated[:few], self.augmentations))
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
    """The recipe on the pictures that `load` gives for a size; the other arguments are those of the commands in `train.recipes.dcgan`."""
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
