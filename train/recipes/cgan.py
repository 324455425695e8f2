"""cgan-cifar10 and cgan-iclevr: conditional GANs with techniques of the last ten years.

The conditions modulate every layer of the generator. There are two discriminators: "projected" on frozen features (Sauer et al. 2021), and
"plain" on pixels with spectral norm. Either or both train the generator; `bases/conditional_gan.py` has the losses and their options. The
shipped generator has averaged weights.
"""

from __future__ import annotations

from typing import Literal

from explorer.models import CGAN
from train import data
from train.command import command
from train.data.iclevr import MOST, OBJECTS, allowed
from train.data.iclevr.scenes import APART, FIELD, GAP, RADIUS, WIDTH_OVER_HEIGHT, camera
from train.data.sources import CIFAR10
from train.recipe import Recipe

from .bases.conditional_gan import cgan


@command(
    "cgan-cifar10",
    images=360_000,
    summary="Small photos of a class of your choice, from a GAN with recent techniques that is as small as the AC-GAN of 2017.",
    trained_on="50,000 photos of CIFAR-10",
    subject="small photos",
    weakness="Many pictures of a class share a pose; of birds, deer and dogs some are blots.",
    story="It was trained in five parts: 100,000 pictures in batches of 64 without a classifier; then batches of 16 with a classifier, "
    "which learns from the same real pictures (it is not the judge) and rewards the generator for recognisable classes (weight 0.1). From "
    "135,152 pictures on, the reward ends where real pictures would be recognised no better (weight 0.2). From 180,000 pictures on, the "
    "generator is also trained against a discriminator on pixels (weight 0.5; 2 from 270,000 on); the first discriminator sees frozen "
    "features.",
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
    pixels: float = 2.0,
    batch_size: int = 16,
    rate: float = 2e-4,
    backbone_size: int = 64,
    anneal_after: float = 0.85,
    limit: int | None = None,
) -> Recipe:
    """A conditional GAN for ten classes.

    Args:
        discriminator: "projected": on frozen features; "plain": on pixels, with spectral norm.
        augmentation: one or more of translation, colour, cutout, comma-separated; or none.
        auxiliary: weight of the classifier's loss in the generator's loss, 0 for none (Odena et al. 2017: 1).
        recogniser: this classifier: "discriminator", a head on the discriminator's features; "pixels", a separate network on pixels that
            is trained on real pictures only.
        bounded: a picture that is classified as well as real ones adds nothing to this loss, so that the generator does not make its
            pictures more typical of a class than real ones.
        mismatched: the discriminator is also trained to reject real pictures with a wrong class.
        spread: the projected discriminator gets the standard deviation over the pictures of a class (Karras et al. 2018, section 3).
        variety: weight of the generator's penalty if pictures of a class are more alike than real ones, 0 for none (after Mao et al.
            2019).
        pixels: weight of the plain discriminator in the generator's loss, beside the projected one. With 0 it is still trained, for the
            page, but has no influence.
        batch_size: pictures per step.
        rate: learning rate of all Adam optimisers (Sauer et al. 2021, appendix: 2e-4).
        backbone_size: side of the frozen network's input in pixels.
        anneal_after: share of the run after which the learning rates fall linearly to zero.
        limit: use only this many pictures, for a quick try.
    """
    pictures = data.load("cifar10", "train", 32, limit=limit)
    return cgan(
        CGAN(CIFAR10),
        pictures,
        discriminator=discriminator,
        augmentation=augmentation,
        auxiliary=auxiliary,
        recogniser=recogniser,
        mismatched=mismatched,
        batch_size=batch_size,
        rate=rate,
        backbone_size=backbone_size,
        anneal_after=anneal_after,
        spread=spread,
        variety=variety,
        bounded=bounded,
        pixels=pixels,
    )


@command(
    "cgan-iclevr",
    images=140_000,
    summary="Up to three coloured cubes, spheres and cylinders of your choice on a grey floor.",
    trained_on="rendered scenes of i-CLEVR, 200 object sets left out",
    subject="coloured solids",
    weakness="Solids near the camera, or close to another, are often pale or smeared.",
    story="The positions of the solids are not learned: as when the data set was made, the latent chooses them, one in the middle and the "
    "others apart from it, and the camera of the data set gives their places and sizes in the picture. Shapes, shadows and light are "
    "learned. A classifier, trained on the same real pictures (it is not the judge), rewards the generator for recognisable objects. "
    "During the first 110,000 pictures the solids were apart on the ground only; since then also in the picture (`seen_apart`), so that "
    "none hides another. Since then the generator is also trained against a discriminator on pixels (weight 0.5); the first discriminator "
    "sees frozen features. Report 003 scores .71 on test.json and .607 on new_test.json, with the classifier of the course on the "
    "original pictures; here judge-iclevr classifies, and the scenes were rendered again, so the scores can be compared only roughly.",
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
        augmentation: one or more of translation, colour, cutout, comma-separated; or none.
        auxiliary: weight of the classifier's loss in the generator's loss, 0 for none.
        recogniser: this classifier: "discriminator", a head on the discriminator's features; "pixels", a separate network on pixels that
            is trained on real pictures only.
        layout: compute the objects' places on the ground from the latent, and their places in the picture from the camera of i-CLEVR.
        mismatched: the discriminator is also trained to reject real pictures with one wrong object.
        pixels: weight of the plain discriminator in the generator's loss, beside the projected one. With 0 it is still trained, for the
            page, but has no influence.
        batch_size: pictures per step.
        rate: learning rate of all Adam optimisers (Sauer et al. 2021, appendix: 2e-4).
        backbone_size: side of the frozen network's input in pixels.
        anneal_after: share of the run after which the learning rates fall linearly to zero.
        limit: use only this many pictures, for a quick try.
    """
    places = {
        "camera": [round(number, 5) for number in camera()], "field": FIELD, "apart": 2 * RADIUS + GAP,
        "seen_apart": round(2 * APART * WIDTH_OVER_HEIGHT, 3),
    }  # fmt: skip
    model = CGAN(
        OBJECTS, image_size=64, latent_size=96, channels=(256, 192, 128, 64, 32), discriminator_channels=(32, 64, 128, 256), most=MOST,
        layout=places if layout else None,
    )  # fmt: skip
    pictures = data.load("iclevr", "train", model.image_size, limit=limit)
    pictures = pictures.rows(allowed(pictures.labels["objects"]))
    return cgan(
        model,
        pictures,
        discriminator=discriminator,
        augmentation=augmentation,
        auxiliary=auxiliary,
        recogniser=recogniser,
        mismatched=mismatched,
        batch_size=batch_size,
        rate=rate,
        backbone_size=backbone_size,
        anneal_after=anneal_after,
        pixels=pixels,
    )
