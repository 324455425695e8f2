"""Recipes of conditional GANs with a discriminator on pixels, on frozen features, or both.

Each discriminator adds a projection of the conditions to its logits (Miyato and Koyama 2018) and is trained with the hinge loss. Options:

- `mismatched`: the discriminator must also reject real pictures with wrong conditions (Reed et al. 2016).
- `auxiliary`: the weight of a classifier's loss in the generator's loss (Odena et al. 2017). With `bounded`, a generated picture adds
  nothing to it once it is classified as well as real ones.
- `variety`: the weight of a penalty if generated pictures of a class are more alike than real ones (after Mao et al. 2019).

`conditional.py` has the code that depends on the data set, and chooses the checkpoint.
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
    """A conditional GAN with a discriminator on pixels. The discriminator has two outputs: logits of real against generated, and logits of
    the conditions."""

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
        """The discriminator's hinge loss, from logits. Mismatched pairs, if any, count as generated pictures."""
        if mismatched is None:
            return losses.hinge_discriminator(real, generated)
        return losses.hinge_discriminator(real, torch.cat([generated, mismatched]))

    def variety_loss(self, generated: Tensor, real: Tensor, conditions: Tensor, logged: dict[str, Tensor]) -> Tensor | float:
        """The generator's penalty if its pictures of a class are more alike than real ones; 0 if `variety` is 0. Adds it to `logged`."""
        if not self.variety:
            return 0.0
        lack = losses.lack_of_variety(generated, real, conditions)
        logged["lack_of_variety"] = lack.detach()
        return self.variety * lack

    def recognition_loss(self, logits: Tensor, conditions: Tensor, real_loss: Tensor) -> Tensor:
        """The classifier's loss on generated pictures, from its logits and the requested conditions. If `bounded`, a picture adds nothing
        if its loss is at most `real_loss`, the mean loss of the batch's real pictures."""
        return condition_loss(logits, conditions, self.exclusive, enough=real_loss if self.bounded else None)

    def train_step(self, batch, backward):
        conditions, real = self.conditions(batch), self.real(batch)
        generated = self.parts["generator"](self.latents(len(conditions)), conditions)
        logged = self.learn_pixels(real, generated.detach(), conditions, backward)
        (generated_logits,), class_logits = self.parts["discriminator"](augment(generated, self.augmentations), conditions)
        if "recogniser" in self.parts:
            logged["condition_loss"] = self.learn_to_recognise(batch, backward)
            class_logits = self.parts["recogniser"](generated)
        adversarial_loss = losses.hinge_generator(generated_logits)
        recognition_loss = self.recognition_loss(class_logits, conditions, logged["condition_loss"])
        variety_loss = self.variety_loss(generated, real, conditions, logged)
        self.step("generator", adversarial_loss + self.auxiliary * recognition_loss + variety_loss, backward)
        return logged | {"generator_loss": adversarial_loss.detach(), "recognition_loss": recognition_loss.detach()}

    def learn_to_recognise(self, batch: dict[str, Tensor], backward) -> Tensor:
        """Train the classifier on pixels with the batch's real pictures. Returns its loss."""
        conditions = self.conditions(batch)
        loss = condition_loss(self.parts["recogniser"](self.real(batch)), conditions, self.exclusive)
        self.step("recogniser", loss, backward)
        return loss.detach()

    def learn_pixels(self, real: Tensor, generated: Tensor, conditions: Tensor, backward) -> dict[str, Tensor]:
        """Train the discriminator on pixels. Returns its losses."""
        discriminator = self.parts["discriminator"]
        wrong_conditions = [swapped(conditions)] if self.mismatched else []
        (real_logits, *mismatched), real_classes = discriminator(augment(real, self.augmentations), conditions, *wrong_conditions)
        (generated_logits,), generated_classes = discriminator(augment(generated, self.augmentations), conditions)
        loss = self.hinge(real_logits, generated_logits, mismatched[0] if mismatched else None)
        real_loss = condition_loss(real_classes, conditions, self.exclusive)
        generated_loss = condition_loss(generated_classes, conditions, self.exclusive)
        self.step("discriminator", loss + (self.auxiliary or 1.0) * (real_loss + generated_loss) / 2, backward)
        return {"discriminator_loss": loss.detach() / 2, "condition_loss": real_loss.detach()}


@dataclass(kw_only=True)
class ProjectedCGANRecipe(CGANRecipe):
    """A conditional GAN with a projected discriminator, on features of a frozen network. These features are too coarse for fine textures,
    so there is a second discriminator on pixels; its loss enters the generator's with the weight `pixels`. If `pixels` is 0, the second
    discriminator is still trained, on a quarter of each batch, because the page shows its predictions."""

    pixels: float

    def train_step(self, batch, backward):
        conditions, real = self.conditions(batch), self.real(batch)
        projected, classifier = self.parts["projected"], self.parts.get("classifier")
        project = getattr(projected, "module", projected).project
        generated = self.parts["generator"](self.latents(len(conditions)), conditions)
        with torch.no_grad():
            features_real = project(augment(real, self.augmentations))
        features = project(augment(generated, self.augmentations))
        features_detached = [x.detach() for x in features]
        real_logits, *mismatched = projected(
            features_real, torch.stack([conditions, swapped(conditions)] if self.mismatched else [conditions])
        )
        loss = self.hinge(real_logits, projected(features_detached, conditions), mismatched[0] if mismatched else None)
        self.step("projected", loss, backward)
        logged = {"discriminator_loss": loss.detach() / 2}
        recognition_loss = features[0].new_zeros(())
        if "recogniser" in self.parts:
            logged["condition_loss"] = self.learn_to_recognise(batch, backward)
            recognition_loss = self.recognition_loss(self.parts["recogniser"](generated), conditions, logged["condition_loss"])
            logged["recognition_loss"] = recognition_loss.detach()
        if classifier is not None:
            real_loss = condition_loss(classifier(features_real), conditions, self.exclusive)
            generated_loss = condition_loss(classifier(features_detached), conditions, self.exclusive)
            self.step("classifier", (real_loss + generated_loss) / 2, backward)
            recognition_loss = self.recognition_loss(classifier(features), conditions, real_loss.detach())
            logged |= {"condition_loss": real_loss.detach(), "recognition_loss": recognition_loss.detach()}

        adversarial_loss = losses.hinge_generator(projected(features, conditions))
        other_losses = self.variety_loss(generated, real, conditions, logged)
        if self.pixels:
            (pixel_logits,), _ = self.parts["discriminator"](augment(generated, self.augmentations), conditions)
            other_losses = other_losses + self.pixels * losses.hinge_generator(pixel_logits)
        self.step("generator", adversarial_loss + self.auxiliary * recognition_loss + other_losses, backward)
        count = len(conditions) if self.pixels else max(2, len(conditions) // 4)
        pixel_losses = self.learn_pixels(real[:count], generated[:count].detach(), conditions[:count], backward)
        return logged | {"generator_loss": adversarial_loss.detach(), "watching_loss": pixel_losses["discriminator_loss"]}


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
    """Build the recipe of a model, for pictures with class or with object labels. `train.recipes.cgan.cgan_cifar10` documents the other
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
    options = {"pixels": pixels} if discriminator == "projected" else {}
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
        **options,
    )
