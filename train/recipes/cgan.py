"""cgan-cifar10 and cgan-iclevr: what ten years added to telling a GAN what to draw.

The conditions modulate every layer of the generator. Two discriminators can be had. "projected" sees frozen features (Sauer et al. 2021),
"plain" sees pixels, with spectral norm; both add a projection of the conditions to their logits (Miyato and Koyama 2018) and learn with a
hinge loss, and the generator can be told to hear both. Three things can be left out, to see what each is worth: real pictures with
conditions that are not theirs, which count as generated (Reed et al. 2016), a classifier that rewards what it recognises (Odena et al.
2017; as far as it recognises real pictures, so that nothing has to be more typical than they are), the augmentation (Zhao et al. 2020).
The generator that ships is an average of its weights.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from explorer.models import CGAN

from .. import data, losses
from ..augment import augment
from ..auxiliary import AuxiliaryClassifier, PixelClassifier, condition_loss, swapped
from ..conditional import Cifar10Recipe, ConditionalRecipe, ObjectsRecipe
from ..iclevr import MOST, OBJECTS, without_unseen
from ..projected import ProjectedDiscriminator
from ..recipe import Recipe
from ..scenes import APART, FIELD, GAP, RADIUS, WIDTH_OVER_HEIGHT, camera
from . import command
from .judges import CIFAR10


class CGANRecipe(ConditionalRecipe):
    """A plain discriminator: pixels in, logits and opinions on the conditions out."""

    model: CGAN
    augmentations: tuple[str, ...]
    auxiliary: float
    mismatched: bool
    mirror: bool
    exclusive: bool
    bounded: bool
    variety: float

    def real(self, batch: dict[str, Tensor]) -> Tensor:
        """The batch's pictures, mirrored or not where a mirror image is as good."""
        images = batch["images"]
        return torch.where(torch.rand(len(images), 1, 1, 1, device=images.device) < 0.5, images.flip(3), images) if self.mirror else images

    def hinge(self, real: Tensor, generated: Tensor, mismatched: Tensor | None) -> Tensor:
        """Of the discriminator; mismatched pairs weigh as much as generated pictures."""
        if mismatched is None:
            return losses.hinge_discriminator(real, generated)
        return losses.hinge_discriminator(real, torch.cat([generated, mismatched]))

    def variety_loss(self, generated: Tensor, real: Tensor, asked: Tensor, found: dict[str, Tensor]) -> Tensor | float:
        """What the generator pays where its pictures of a class are more alike than real ones, told in `found`; 0 where it need not."""
        if not self.variety:
            return 0.0
        lack = losses.lack_of_variety(generated, real, asked)
        found["lack_of_variety"] = lack.detach()
        return self.variety * lack

    def lack_of_recognition(self, seen: Tensor, asked: Tensor, real: Tensor) -> Tensor:
        """What the generator pays where a classifier does not recognise in its pictures, logits `seen`, what was asked for. If `bounded`, a
        picture that is recognised as well as the batch's real ones, whose loss is `real`, pays nothing."""
        return condition_loss(seen, asked, self.exclusive, enough=real if self.bounded else None)

    def train_step(self, batch, backward):
        asked, real = self.conditions(batch), self.real(batch)
        generated = self.parts["generator"](self.latents(len(asked)), asked)
        found = self.learn_pixels(real, generated.detach(), asked, backward)
        (fooled,), seen = self.parts["discriminator"](augment(generated, self.augmentations), asked)
        if "recogniser" in self.parts:
            found["condition_loss"] = self.learn_to_recognise(batch, backward)
            seen = self.parts["recogniser"](generated)
        recognised = self.lack_of_recognition(seen, asked, found["condition_loss"])
        more = self.variety_loss(generated, real, asked, found)
        self.step("generator", losses.hinge_generator(fooled) + self.auxiliary * recognised + more, backward)
        return found | {"generator_loss": losses.hinge_generator(fooled).detach(), "recognition_loss": recognised.detach()}

    def learn_to_recognise(self, batch: dict[str, Tensor], backward) -> Tensor:
        """The step of the classifier that sees pixels, on the batch's real pictures -> its loss."""
        asked = self.conditions(batch)
        loss = condition_loss(self.parts["recogniser"](self.real(batch)), asked, self.exclusive)
        self.step("recogniser", loss, backward)
        return loss.detach()

    def learn_pixels(self, real: Tensor, generated: Tensor, asked: Tensor, backward) -> dict[str, Tensor]:
        """The plain discriminator's step."""
        discriminator = self.parts["discriminator"]
        wrong = [swapped(asked)] if self.mismatched else []
        (right, *others), seen = discriminator(augment(real, self.augmentations), asked, *wrong)
        (drawn,), seen_drawn = discriminator(augment(generated, self.augmentations), asked)
        loss = self.hinge(right, drawn, others[0] if others else None)
        known, known_drawn = condition_loss(seen, asked, self.exclusive), condition_loss(seen_drawn, asked, self.exclusive)
        self.step("discriminator", loss + (self.auxiliary or 1.0) * (known + known_drawn) / 2, backward)
        return {"discriminator_loss": loss.detach() / 2, "condition_loss": known.detach()}


class ProjectedCGANRecipe(CGANRecipe):
    """The discriminator sees frozen features, too coarse for the texture of single pixels. A plain one sees those: by its weight `pixels`
    the generator hears it, and if that is 0 it watches for the page on a quarter of each batch."""

    pixels: float

    def train_step(self, batch, backward):
        asked, real = self.conditions(batch), self.real(batch)
        projected, classifier = self.parts["projected"], self.parts.get("classifier")
        project = getattr(projected, "module", projected).project
        generated = self.parts["generator"](self.latents(len(asked)), asked)
        with torch.no_grad():
            features_real = project(augment(real, self.augmentations))
        features = project(augment(generated, self.augmentations))
        seen = [x.detach() for x in features]
        told = torch.stack([asked, swapped(asked)] if self.mismatched else [asked])
        right, *others = projected(features_real, told)
        loss = self.hinge(right, projected(seen, asked), others[0] if others else None)
        self.step("projected", loss, backward)
        found = {"discriminator_loss": loss.detach() / 2}
        recognised = features[0].new_zeros(())
        if "recogniser" in self.parts:
            found["condition_loss"] = self.learn_to_recognise(batch, backward)
            recognised = self.lack_of_recognition(self.parts["recogniser"](generated), asked, found["condition_loss"])
            found["recognition_loss"] = recognised.detach()
        if classifier is not None:
            known = condition_loss(classifier(features_real), asked, self.exclusive)
            self.step("classifier", (known + condition_loss(classifier(seen), asked, self.exclusive)) / 2, backward)
            recognised = self.lack_of_recognition(classifier(features), asked, known.detach())
            found |= {"condition_loss": known.detach(), "recognition_loss": recognised.detach()}

        fooled = losses.hinge_generator(projected(features, asked))
        more = self.variety_loss(generated, real, asked, found)
        if self.pixels:
            (seen_pixels,), _ = self.parts["discriminator"](augment(generated, self.augmentations), asked)
            more = more + self.pixels * losses.hinge_generator(seen_pixels)
        self.step("generator", fooled + self.auxiliary * recognised + more, backward)
        few = len(asked) if self.pixels else max(2, len(asked) // 4)
        watching = self.learn_pixels(real[:few], generated[:few].detach(), asked[:few], backward)
        return found | {"generator_loss": fooled.detach(), "watching_loss": watching["discriminator_loss"]}


class CifarCGANRecipe(CGANRecipe, Cifar10Recipe):
    pass


class ProjectedCifarCGANRecipe(ProjectedCGANRecipe, Cifar10Recipe):
    pass


class ObjectsCGANRecipe(CGANRecipe, ObjectsRecipe):
    pass


class ProjectedObjectsCGANRecipe(ProjectedCGANRecipe, ObjectsRecipe):
    pass


RECOGNISER_RATE = 1e-3
KINDS = {
    (True, "plain"): CifarCGANRecipe,
    (True, "projected"): ProjectedCifarCGANRecipe,
    (False, "plain"): ObjectsCGANRecipe,
    (False, "projected"): ProjectedObjectsCGANRecipe,
}


def _recipe(
    model: CGAN,
    pictures: data.Pictures,
    discriminator: str,
    augmentation: str,
    auxiliary: float,
    recogniser: str,
    mismatched: bool,
    batch_size: int,
    rate: float,
    backbone_size: int,
    anneal_after: float,
    spread: bool = False,
    variety: float = 0.0,
    bounded: bool = False,
    pixels: float = 0.0,
) -> Recipe:
    exclusive = "label" in pictures.labels
    parts: dict[str, torch.nn.Module] = {"generator": model.generator, "discriminator": model.discriminator}
    if discriminator == "projected":
        parts["projected"] = ProjectedDiscriminator(backbone_size, conditions=len(model.classes), batch_norm=exclusive, spread=spread)
        if auxiliary and recogniser == "discriminator":
            parts["classifier"] = AuxiliaryClassifier(len(model.classes))
    if auxiliary and recogniser == "pixels":
        parts["recogniser"] = PixelClassifier(len(model.classes))
    recipe = KINDS[exclusive, discriminator](
        model=model,
        parts=parts,
        optimizers={name: torch.optim.Adam(part.parameters(), lr=rate, betas=(0.0, 0.99)) for name, part in parts.items()},
        data=pictures,
        batch_size=batch_size,
        averaged=("generator",),
        metric="kid" if exclusive else "error",
    )
    recipe.rates, recipe.anneal_after = dict.fromkeys(parts, rate), anneal_after
    if "recogniser" in parts:
        recipe.optimizers["recogniser"] = torch.optim.AdamW(parts["recogniser"].parameters(), lr=RECOGNISER_RATE, weight_decay=0.02)
        recipe.rates["recogniser"] = RECOGNISER_RATE
    recipe.augmentations = tuple(name for name in augmentation.split(",") if name and name != "none")
    recipe.auxiliary, recipe.mismatched, recipe.mirror, recipe.exclusive = auxiliary, mismatched, exclusive, exclusive
    recipe.variety, recipe.bounded, recipe.pixels = variety, bounded, pixels
    recipe.see()
    return recipe


@command(
    "cgan-cifar10",
    images=262_400,
    summary="Small photos of a class of your choice, by a GAN of today that is as small as the one of 2017.",
    trained_on="50,000 photos of CIFAR-10",
    subject="small photos",
    weakness="Many pictures of a class share a pose; of birds, deer and dogs some are blots.",
    story="It was trained in four parts: 100,000 pictures in batches of 64, without a classifier; then in batches of 16, where a "
    "classifier that learns from the same real pictures, and is not the judge, rewarded the generator for what it recognised (weight "
    "0.1); from 135,152 pictures on only as far as it recognised real pictures (weight 0.2, from 205,552 on 0.02). From 180,000 pictures "
    "on the generator also hears a discriminator that sees pixels (weight 0.5), where the other sees frozen features of them.",
    data="cifar10",
    evaluate_every=25_000,
)
def cgan_cifar10(
    discriminator: Literal["projected", "plain"] = "projected",
    augmentation: str = "translation",
    auxiliary: float = 0.2,
    recogniser: Literal["discriminator", "pixels"] = "pixels",
    bounded: bool = True,
    mismatched: bool = True,
    spread: bool = True,
    variety: float = 4.0,
    pixels: float = 0.5,
    batch_size: int = 16,
    rate: float = 2e-4,
    backbone_size: int = 64,
    anneal_after: float = 0.6,
    limit: int | None = None,
) -> Recipe:
    """A conditional GAN for ten classes.

    Args:
        discriminator: "projected": on frozen features; "plain": on pixels, with spectral norm.
        augmentation: comma-separated, of translation, colour, cutout; or none.
        auxiliary: weight of the classifier's reward in the generator's loss, 0 for none (Odena et al. 2017: 1).
        recogniser: who gives that reward: "discriminator", a head on what the discriminator sees; "pixels", a network of its own that
            learns from real pictures alone.
        bounded: a picture that is recognised as well as real ones gets no more reward, so that it need not become more typical than they
            are.
        mismatched: real pictures with another class count as generated.
        spread: the projected discriminator sees how much the pictures of a class differ (Karras et al. 2018, section 3).
        variety: weight of the generator's penalty for pictures of a class that are more alike than real ones, 0 for none (after Mao et
            al. 2019).
        pixels: weight of a plain discriminator's opinion beside the projected one's, in the generator's loss; 0 lets it only watch.
        batch_size: pictures in a step.
        rate: of all Adams (Sauer et al. 2021, appendix: 2e-4).
        backbone_size: pixels that the frozen network sees.
        anneal_after: share of the run after which the rates fall to zero in a line.
        limit: only so many pictures, for a quick try.
    """
    pictures = data.load("cifar10", "train", 32, limit=limit)
    return _recipe(
        CGAN(CIFAR10),
        pictures,
        discriminator,
        augmentation,
        auxiliary,
        recogniser,
        mismatched,
        batch_size,
        rate,
        backbone_size,
        anneal_after,
        spread,
        variety,
        bounded,
        pixels,
    )


@command(
    "cgan-iclevr",
    images=140_000,
    summary="Up to three coloured cubes, spheres and cylinders of your choice on a grey floor.",
    trained_on="rendered scenes of i-CLEVR, 200 object sets left out",
    subject="coloured solids",
    weakness="Solids near the camera, or close to another, are often pale or smeared.",
    story="Where the solids stand is not learned: the latent says it as the set was made, one in the middle and the others anywhere apart, "
    "and the set's camera gives their place and size in the picture. What they look like, their shadows and the light are learned. A "
    "classifier that learned from the same real pictures, and is not the judge, rewarded the generator for what it recognised. For 110,000 "
    "pictures the places were kept apart on the ground alone; since then also in the picture (seen_apart), so that none hides another. "
    "And since then the generator also hears a discriminator that sees pixels (weight 0.5), where the other sees frozen "
    "features of them.",
    data="iclevr",
    evaluate_every=25_000,
)
def cgan_iclevr(
    discriminator: Literal["projected", "plain"] = "projected",
    augmentation: str = "translation",
    auxiliary: float = 0.2,
    recogniser: Literal["discriminator", "pixels"] = "pixels",
    layout: bool = True,
    mismatched: bool = True,
    pixels: float = 0.5,
    batch_size: int = 32,
    rate: float = 2e-4,
    backbone_size: int = 64,
    anneal_after: float = 0.6,
    limit: int | None = None,
) -> Recipe:
    """A conditional GAN for one to three of 24 objects.

    Args:
        discriminator: "projected": on frozen features; "plain": on pixels, with spectral norm.
        augmentation: comma-separated, of translation, colour, cutout; or none.
        auxiliary: weight of the classifier's reward in the generator's loss, 0 for none.
        recogniser: who gives that reward: "discriminator", a head on what the discriminator sees; "pixels", a network of its own that
            learns from real pictures alone.
        layout: the latent says where the objects stand, as i-CLEVR places them, and the set's camera where that is in the picture.
        mismatched: real pictures with one object exchanged in their list count as generated.
        pixels: weight of a plain discriminator's opinion beside the projected one's, in the generator's loss; 0 lets it only watch.
        batch_size: pictures in a step.
        rate: of all Adams (Sauer et al. 2021, appendix: 2e-4).
        backbone_size: pixels that the frozen network sees.
        anneal_after: share of the run after which the rates fall to zero in a line.
        limit: only so many pictures, for a quick try.
    """
    places = {
        "camera": [round(number, 5) for number in camera()], "field": FIELD, "apart": 2 * RADIUS + GAP,
        "seen_apart": round(2 * APART * WIDTH_OVER_HEIGHT, 3),
    }  # fmt: skip
    model = CGAN(
        OBJECTS, image_size=64, latent_size=96, channels=(256, 192, 128, 64, 32), discriminator_channels=(32, 64, 128, 256), most=MOST,
        layout=places if layout else None,
    )  # fmt: skip
    pictures = without_unseen(data.load("iclevr", "train", model.image_size, limit=limit))
    return _recipe(
        model, pictures, discriminator, augmentation, auxiliary, recogniser, mismatched, batch_size, rate, backbone_size, anneal_after,
        pixels=pixels,
    )  # fmt: skip
