"""Recipes of conditional GANs with a discriminator on pixels, on frozen features, or both.

Each discriminator adds a projection of the conditions to its logits (Miyato and Koyama 2018) and is trained with the hinge loss. Options:

- `mismatched`: the discriminator must also reject real pictures with wrong conditions (Reed et al. 2016).
- `auxiliary`: the weight of a classifier's loss in the generator's (Odena et al. 2017); with `bounded`, only until generated
  pictures are recognised as well as real ones.
- `variety`: the weight of a penalty if generated pictures of a class are more alike than real ones (after Mao et al. 2019).

The parts of a recipe that depend on the data set, and how they choose a checkpoint, are in `conditional.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.models import CGAN
from train import data
from train.parts import losses
from train.parts.augment import augment, augmentations, mirrored
from train.parts.auxiliary import AuxiliaryClassifier, PixelClassifier, condition_loss, swapped
from train.parts.projected import ProjectedDiscriminator
from train.recipe import Recipe, linear

from .conditional import Cifar10Recipe, ConditionalRecipe, ObjectsRecipe


@dataclass(kw_only=True)
class CGANRecipe(ConditionalRecipe):
    """A conditional GAN with a discriminator on pixels, which returns real/generated logits and the logits of a classifier of
    conditions."""

    model: CGAN
    augmentations: tuple[str, ...]
    auxiliary: float
    mismatched: bool
    mirror: bool
    exclusive: bool
    bounded: bool
    variety: float

    def real(self, batch: dict[str, Tensor]) -> Tensor:
        """The batch's real pictures, randomly mirrored if `mirror` is set."""
        images = batch["images"]
        return mirrored(images) if self.mirror else images

    def hinge(self, real: Tensor, generated: Tensor, mismatched: Tensor | None) -> Tensor:
        """The discriminator's hinge loss, from logits. Mismatched pairs, if any, have the same weight as generated pictures."""
        if mismatched is None:
            return losses.hinge_discriminator(real, generated)
        return losses.hinge_discriminator(real, torch.cat([generated, mismatched]))

    def variety_loss(self, generated: Tensor, real: Tensor, asked: Tensor, found: dict[str, Tensor]) -> Tensor | float:
        """The generator's penalty if its pictures of a class are more alike than real ones; logged in `found`. 0 if `variety` is 0."""
        if not self.variety:
            return 0.0
        lack = losses.lack_of_variety(generated, real, asked)
        found["lack_of_variety"] = lack.detach()
        return self.variety * lack

    def lack_of_recognition(self, seen: Tensor, asked: Tensor, real: Tensor) -> Tensor:
        """The generator's loss if a classifier (with logits `seen`) does not recognise the conditions `asked` in its pictures. If
        `bounded`, a picture whose loss is at most `real`, the mean loss of the batch's real pictures, adds nothing."""
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
        """Train the classifier on pixels with the batch's real pictures. Returns its loss."""
        asked = self.conditions(batch)
        loss = condition_loss(self.parts["recogniser"](self.real(batch)), asked, self.exclusive)
        self.step("recogniser", loss, backward)
        return loss.detach()

    def learn_pixels(self, real: Tensor, generated: Tensor, asked: Tensor, backward) -> dict[str, Tensor]:
        """Train the discriminator on pixels. Returns its losses."""
        discriminator = self.parts["discriminator"]
        wrong = [swapped(asked)] if self.mismatched else []
        (right, *others), seen = discriminator(augment(real, self.augmentations), asked, *wrong)
        (drawn,), seen_drawn = discriminator(augment(generated, self.augmentations), asked)
        loss = self.hinge(right, drawn, others[0] if others else None)
        known, known_drawn = condition_loss(seen, asked, self.exclusive), condition_loss(seen_drawn, asked, self.exclusive)
        self.step("discriminator", loss + (self.auxiliary or 1.0) * (known + known_drawn) / 2, backward)
        return {"discriminator_loss": loss.detach() / 2, "condition_loss": known.detach()}


@dataclass(kw_only=True)
class ProjectedCGANRecipe(CGANRecipe):
    """A conditional GAN with a projected discriminator, which reads features of a frozen network. They are too coarse to judge the texture
    of single pixels, so a second discriminator reads raw pixels; the generator's loss includes its verdict with the weight `pixels`. If
    `pixels` is 0, the second discriminator is still trained, on a quarter of each batch, because the page shows its predictions."""

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


@dataclass(kw_only=True)
class CifarCGANRecipe(CGANRecipe, Cifar10Recipe):
    pass


@dataclass(kw_only=True)
class ProjectedCifarCGANRecipe(ProjectedCGANRecipe, Cifar10Recipe):
    pass


@dataclass(kw_only=True)
class ObjectsCGANRecipe(CGANRecipe, ObjectsRecipe):
    pass


@dataclass(kw_only=True)
class ProjectedObjectsCGANRecipe(ProjectedCGANRecipe, ObjectsRecipe):
    pass


RECOGNISER_RATE = 1e-3
KINDS = {
    (True, "plain"): CifarCGANRecipe,
    (True, "projected"): ProjectedCifarCGANRecipe,
    (False, "plain"): ObjectsCGANRecipe,
    (False, "projected"): ProjectedObjectsCGANRecipe,
}


def cgan(
    model: CGAN,
    pictures: data.Pictures,
    *,
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
    """Build the recipe of a model, for pictures with classes or with objects; `train.recipes.cgan.cgan_cifar10` documents the other
    arguments."""
    exclusive = "label" in pictures.labels
    parts: dict[str, torch.nn.Module] = {"generator": model.generator, "discriminator": model.discriminator}
    if discriminator == "projected":
        parts["projected"] = ProjectedDiscriminator(backbone_size, conditions=len(model.classes), batch_norm=exclusive, spread=spread)
        if auxiliary and recogniser == "discriminator":
            parts["classifier"] = AuxiliaryClassifier(len(model.classes))
    if auxiliary and recogniser == "pixels":
        parts["recogniser"] = PixelClassifier(len(model.classes))
    optimizers: dict[str, torch.optim.Optimizer] = {
        name: torch.optim.Adam(part.parameters(), lr=rate, betas=(0.0, 0.99)) for name, part in parts.items()
    }
    rates = dict.fromkeys(parts, rate)
    if "recogniser" in parts:
        optimizers["recogniser"] = torch.optim.AdamW(parts["recogniser"].parameters(), lr=RECOGNISER_RATE, weight_decay=0.02)
        rates["recogniser"] = RECOGNISER_RATE
    heard = {"pixels": pixels} if discriminator == "projected" else {}
    return KINDS[exclusive, discriminator](
        model=model,
        parts=parts,
        optimizers=optimizers,
        data=pictures,
        batch_size=batch_size,
        averaged=("generator",),
        metric="kid" if exclusive else "error",
        rates=rates,
        rate=linear(anneal_after),
        augmentations=augmentations(augmentation),
        auxiliary=auxiliary,
        mismatched=mismatched,
        mirror=exclusive,
        exclusive=exclusive,
        bounded=bounded,
        variety=variety,
        **heard,
    )
