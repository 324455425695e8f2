"""Two GANs on photographs of carrot cake; the second one's recipe serves other sets too (`stickers_and_paintings.py`).

gan32-carrot-cake is report 004 at forty times its learning rates: its networks, its Adam, its batch, no augmentation. dcgan-carrot-cake is
the generator of report 000 at 64 pixels, trained against a discriminator on frozen features with differentiable augmentation and an
average of the weights. The same command without the two (`--discriminator plain --augmentation none`) is the DCGAN of the book.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Literal

import torch
from torch import Tensor

from explorer.models import DCGAN, GAN32
from explorer.models.dcgan import LatentGAN
from explorer.zoo import Zoo
from train import data, metrics
from train.parts import losses
from train.parts.augment import augment
from train.parts.projected import ProjectedDiscriminator
from train.recipe import Recipe

from . import command

CHOOSING_SEED, TIMELINE_SEED = 10_000, 20_000
AVERAGE_DECAY = 0.998  # half as much after 350 steps: with 0.999 the average of a young generator lags behind it


class LatentGANRecipe(Recipe):
    """What the cake recipes share: how a checkpoint is chosen and what the timeline shows."""

    model: LatentGAN
    judged = 1000

    @cached_property
    def _judge(self) -> metrics.JudgeFeatures | None:
        zoo = Zoo()
        return metrics.JudgeFeatures(zoo.load("judge-pictures")) if "judge-pictures" in zoo.checkpoints else None

    @cached_property
    def _real(self) -> tuple[Tensor, Tensor]:
        """The training pictures and their features, the first `judged` of them."""
        pictures = torch.cat(list(metrics.batches(self.data.images[: self.judged].cpu())))
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


class ReportGANRecipe(LatentGANRecipe):
    """Report 004, section 6: the discriminator's step, then the generator's, each on latents of its own; binary cross-entropy."""

    def train_step(self, batch, backward):
        generator, discriminator = self.parts["generator"], self.parts["discriminator"]
        real = batch["images"]
        with torch.no_grad():
            generated = generator(self.latents(len(real)))
        discriminator_loss = losses.non_saturating_discriminator(discriminator(real), discriminator(generated))
        self.step("discriminator", discriminator_loss, backward)

        generator_loss = losses.non_saturating_generator(discriminator(generator(self.latents(len(real)))))
        self.step("generator", generator_loss, backward)
        return {"discriminator_loss": discriminator_loss.detach() / 2, "generator_loss": generator_loss.detach()}


@command(
    "gan32-carrot-cake",
    images=90_000,
    evaluate_every=20_000,
    summary="The 32-pixel GAN of the carrot-cake report: small, without normalisation in its generator, at forty times the report's rates.",
    trained_on="978 photos of carrot cake",
    subject="carrot cake",
    weakness="At 32 pixels a cake is its colours and its outline: slabs under frosting, round cakes, plates; there is room for no more.",
    story="The first 20,000 pictures came at ten times the report's rates and left all grey, as 67,000 at its own rates had; the others at "
    "forty times, which fell to zero from 63,000 on.",
    data="carrot-cake",
    good_seeds="80,14,57,0,25,8,60,17,12,50,41,91",
)
def gan32_carrot_cake(
    batch_size: int = 16,
    generator_rate: float = 6e-4,
    discriminator_rate: float = 4e-4,
    beta1: float = 0.5,
    anneal_after: float = 0.7,
    limit: int | None = None,
) -> Recipe:
    """The GAN of report 004, at forty times its rates: with its own of 1.5e-5 and 1e-5 pictures were grey after 67,000 of its 1,950,000.

    Args:
        batch_size: pictures in a step (report 004, section 6.2).
        generator_rate: of Adam (forty times that of report 004, listing 2).
        discriminator_rate: of Adam (likewise).
        beta1: of Adam (report 004, listing 2).
        anneal_after: share of the run after which the rates fall to zero in a line; the report's, low from the start, do not.
        limit: only so many pictures, for a quick try.
    """
    model = GAN32()
    parts, rates = {"generator": model.generator, "discriminator": model.discriminator}, (generator_rate, discriminator_rate)
    return ReportGANRecipe(
        model=model,
        parts=parts,
        optimizers={name: torch.optim.Adam(part.parameters(), betas=(beta1, 0.999)) for name, part in parts.items()},
        rates=dict(zip(parts, rates, strict=True)),
        anneal_after=anneal_after,
        data=data.load("carrot-cake", "train", model.image_size, limit=limit),
        batch_size=batch_size,
        averaged=("generator",),
        metric="fd",
        compare_raw=True,
    )


class DCGANRecipe(LatentGANRecipe):
    """One batch of generated pictures serves the discriminator's step and then the generator's, which saves a third of the time."""

    augmentations: tuple[str, ...] = ()

    def train_step(self, batch, backward):
        generator, discriminator = self.parts["generator"], self.parts["discriminator"]
        real = batch["images"]
        mirrored = torch.rand(len(real), 1, 1, 1, device=real.device) < 0.5
        real = torch.where(mirrored, real.flip(3), real)
        generated = generator(self.latents(len(real)))
        seen = augment(generated, self.augmentations)
        discriminator_loss = losses.non_saturating_discriminator(
            discriminator(augment(real, self.augmentations)), discriminator(seen.detach())
        )
        self.step("discriminator", discriminator_loss, backward)

        generator_loss = losses.non_saturating_generator(discriminator(seen))
        self.step("generator", generator_loss, backward)
        return {"discriminator_loss": discriminator_loss.detach() / 2, "generator_loss": generator_loss.detach()}


class ProjectedDCGANRecipe(DCGANRecipe):
    """The discriminator sees frozen features, too coarse for the texture of single pixels. A plain one sees those: by its weight `pixels`
    the generator hears it, and if that is 0 it watches for the page on a quarter of each batch."""

    variety: float = 0.0
    pixels: float = 0.0

    def train_step(self, batch, backward):
        generator, projected = self.parts["generator"], self.parts["projected"]
        real = batch["images"]
        mirrored = torch.rand(len(real), 1, 1, 1, device=real.device) < 0.5
        real = torch.where(mirrored, real.flip(3), real)
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


@command(
    "dcgan-carrot-cake",
    images=200_000,
    summary="A 64-pixel DCGAN that learned carrot cake from 978 photos, against a discriminator on frozen features and one on pixels.",
    trained_on="978 photos of carrot cake",
    subject="carrot cake",
    weakness="Slabs and rounds of cake under frosting, on plates, in photos' colours; blurred, no nut, fork or crumb comes out clearly.",
    story="The first 36,000 pictures came in batches of 32, without a penalty for a lack of variety and unheard by the discriminator on "
    "pixels: plates in grey with a lattice over them. From there on both were added, with batches of 16; the pixels weighed 0.5 up to "
    "96,000 pictures, where the textures were sharper than those of photos, and 2 from there on. The rates fell to zero up to 112,000, and "
    "began anew.",
    data="carrot-cake",
    good_seeds="54,86,14,88,58,62,66,74,84,89,6,42",
)
def dcgan_carrot_cake(
    discriminator: Literal["projected", "plain"] = "projected",
    augmentation: str = "translation",
    batch_size: int = 16,
    rate: float = 2e-4,
    backbone_size: int = 64,
    anneal_after: float = 0.75,
    variety: float = 4.0,
    pixels: float = 2.0,
    limit: int | None = None,
) -> Recipe:
    """The DCGAN of report 000 on carrot cakes, projected (Sauer et al. 2021) or plain.

    Args:
        discriminator: "projected": on frozen features, hinge loss; "plain": the report's, binary cross-entropy.
        augmentation: comma-separated, of translation, colour, cutout; or none. Colour leaked into the pictures when it was tried.
        batch_size: pictures in a step.
        rate: of both Adams (Radford et al. 2016, section 4; report 000).
        backbone_size: pixels that the frozen network sees. At 96 the cakes were still all alike after 6,000 pictures, at 64 not.
        anneal_after: share of the run after which the rates fall to zero in a line. Until then colours swing from darker to lighter.
        variety: weight of the generator's penalty for pictures whose shapes or colours are more alike than those of photos (after Mao et
            al. 2019), 0 for none.
        pixels: weight of what the plain discriminator says to the generator beside the projected one; 0: it watches only. With 0.5
            textures stayed sharper than those of photos.
        limit: only so many pictures, for a quick try.
    """
    return dcgan(
        lambda size: data.load("carrot-cake", "train", size, limit=limit), discriminator, augmentation, batch_size, rate, backbone_size,
        anneal_after, variety, pixels,
    )  # fmt: skip


def dcgan(
    load: Callable[[int], data.Pictures],
    discriminator: str,
    augmentation: str,
    batch_size: int,
    rate: float,
    backbone_size: int,
    anneal_after: float,
    variety: float = 0.0,
    pixels: float = 0.0,
) -> DCGANRecipe:
    """The recipe on the pictures that `load` gives for a size; the other arguments are those of `dcgan_abstract_art`."""
    projected = discriminator == "projected"
    model = DCGAN(discriminator_channels=(32, 64, 128, 256)) if projected else DCGAN()
    parts: dict[str, torch.nn.Module] = {"generator": model.generator, "discriminator": model.discriminator}
    if projected:
        parts["projected"] = ProjectedDiscriminator(backbone_size)
    betas = {"generator": (0.0, 0.99), "projected": (0.0, 0.99), "discriminator": (0.5, 0.999)}
    if not projected:
        betas["generator"] = (0.5, 0.999)
    recipe = (ProjectedDCGANRecipe if projected else DCGANRecipe)(
        model=model,
        parts=parts,
        optimizers={name: torch.optim.Adam(part.parameters(), lr=rate, betas=betas[name]) for name, part in parts.items()},
        data=load(model.image_size),
        batch_size=batch_size,
        averaged=("generator",),
        average_decay=AVERAGE_DECAY,
        metric="fd",
        compare_raw=True,
    )
    if projected:
        recipe.variety, recipe.pixels = variety, pixels
    recipe.rates, recipe.anneal_after = dict.fromkeys(parts, rate), anneal_after
    recipe.augmentations = tuple(name for name in augmentation.split(",") if name and name != "none")
    return recipe
