"""dcgan-carrot-cake, dcgan-stickers and dcgan-abstract-art: one recipe on three data sets without labels.

The generator is that of report 000, with 64 pixels. It is trained with a discriminator on frozen features, differentiable augmentation and
averaged weights. With `--discriminator plain --augmentation none` the recipe is the report's own DCGAN.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from train import data
from train.command import command
from train.data import sources
from train.recipe import Recipe

from .bases.latent_gan import dcgan


def stickers(size: int, variants: bool = False, limit: int | None = None) -> data.Pictures:
    """The training pictures of the stickers, with or without skin-tone variants."""
    pictures = data.load("stickers", "train", size)
    if not variants:
        pictures = pictures.rows(sources.where("stickers", "train", "skin_tone_variant", False))
    return pictures.take(limit or len(pictures))


@dataclass(frozen=True)
class Subject:
    """The values in which the three commands differ.

    Attributes:
        anneal_after: the default of this option.
        images, evaluate_every: as in `train.command.Command`.
        summary, trained_on, subject, weakness, story, good_seeds: texts for the card, as in `train.command.Command`.
        load: a function from picture size, `variants` and `limit` to the training pictures.
        variants: whether the command has the option `--variants`.
    """

    anneal_after: float
    images: int
    summary: str
    trained_on: str
    subject: str
    weakness: str
    story: str
    load: Callable[[int, bool, int | None], data.Pictures]
    evaluate_every: int = 5000
    good_seeds: str = ""
    variants: bool = False


SUBJECTS = {
    "carrot-cake": Subject(
        load=lambda size, variants, limit: data.load("carrot-cake", "train", size, limit=limit),
        anneal_after=0.75,  # before, the colours alternate between darker and lighter
        images=200_000,
        summary="A 64-pixel DCGAN that learned carrot cake from 978 photos, against a discriminator on frozen features and one on pixels.",
        trained_on="978 photos of carrot cake",
        subject="carrot cake",
        weakness="Slabs and rounds of cake under frosting, on plates, in photos' colours; blurred, no nut, fork or crumb comes out "
        "clearly.",
        story="The first 36,000 pictures came in batches of 32, without a penalty for a lack of variety, and the discriminator on pixels "
        "did not train the generator: the results were grey plates under a lattice. Then both were switched on, with batches of 16. The "
        "pixels had the weight 0.5 up to 96,000 pictures, where textures became sharper than those of photos, and 2 from there on. The "
        "learning rates fell to zero at 112,000 pictures, and started again. Report 000 trains the same generator in another way: against "
        "a plain DCGAN discriminator, in batches of 128, for 100 epochs.",
        good_seeds="54,86,14,88,58,62,66,74,84,89,6,42",
    ),
    "stickers": Subject(
        load=stickers,
        anneal_after=0.85,
        images=310_000,
        summary="A 64-pixel DCGAN that learned to draw stickers from emoji, against a discriminator on frozen features and one on pixels.",
        trained_on="Fluent 3D emoji without their skin-tone variants, on white",
        subject="stickers",
        weakness="Flags, faces, trees and many shapes without a name, in the set's colours; under a grain, some with slanting lines.",
        story="In batches of 32, while the discriminator on pixels did not train the generator, 100,000 pictures led to clean shapes of a "
        "few kinds (recall .26 on the choosing latents). Then it did, in batches of 16, which first made the pictures worse: FD rose from "
        "8.8 to 33 at 120,000 pictures, fell to 12 at 200,000 as the learning rates fell, and to 5.7 when they fell again.",
        evaluate_every=10_000,
        variants=True,
    ),
    "abstract-art": Subject(
        load=lambda size, variants, limit: data.load("abstract-art", "train", size, limit=limit),
        anneal_after=0.6,
        images=80_000,
        summary="A 64-pixel DCGAN that learned from abstract paintings, against a discriminator on frozen features and one on pixels.",
        trained_on="2,762 paintings of Abstract Expressionism",
        subject="abstract paintings",
        weakness="Fields, blots and strokes in many palettes; small round marks in rows lie over the busy ones, and no drip comes out "
        "clearly.",
        story="The run started from the weights of dcgan-carrot-cake. After 6,000 paintings, KID x 1000 was 214 and recall .26 on the "
        "choosing latents. A run from random weights, in which the discriminator on pixels did not train the generator, had reached 195 "
        "and .14 after 40,000; 32,000 more pictures in which it did made them 501 and .07: a few palettes under a weave of small squares.",
        evaluate_every=8_000,
    ),
}


def _register(name: str, about: Subject) -> None:
    def build(
        discriminator: Literal["projected", "plain"] = "projected",
        augmentation: str = "translation",
        batch_size: int = 16,
        rate: float = 2e-4,
        backbone_size: int = 64,
        anneal_after: float = about.anneal_after,
        variety: float = 4.0,
        pixels: float = 2.0,
        variants: bool = False,
        limit: int | None = None,
    ) -> Recipe:
        """The DCGAN of report 000, with a projected (Sauer et al. 2021) or a plain discriminator.

        Args:
            discriminator: "projected": on frozen features, with the hinge loss; "plain": the report's, with binary cross-entropy.
            augmentation: one or more of translation, colour, cutout, comma-separated; or none. With colour, the augmented
                colours leaked into the generated cakes.
            batch_size: pictures per step.
            rate: learning rate of both Adam optimisers (Radford et al. 2016, section 4; report 000).
            backbone_size: side of the frozen network's input in pixels. With 96, all generated cakes were still alike after
                6,000 pictures; with 64 they were not.
            anneal_after: share of the run after which the learning rates fall linearly to zero.
            variety: weight of the generator's penalty if the shapes or colours of its pictures are more alike than those of real ones
                (after Mao et al. 2019), 0 for none.
            pixels: weight of the plain discriminator in the generator's loss, beside the projected one. With 0 it is still trained, for the
                page, but has no influence. With 0.5 the textures of cakes were sharper than those of photos.
            variants: use the skin-tone variants too, which are half of the data set.
            limit: use only this many pictures, for a quick try.
        """
        return dcgan(
            lambda size: about.load(size, variants, limit),
            discriminator=discriminator,
            augmentation=augmentation,
            batch_size=batch_size,
            rate=rate,
            backbone_size=backbone_size,
            anneal_after=anneal_after,
            variety=variety,
            pixels=pixels,
        )

    if not about.variants:  # remove this option from the command
        signature = inspect.signature(build, eval_str=True)
        build.__signature__ = signature.replace(parameters=[value for key, value in signature.parameters.items() if key != "variants"])
        build.__doc__ = "\n".join(line for line in build.__doc__.splitlines() if not line.strip().startswith("variants:"))
    words = ("summary", "trained_on", "subject", "weakness", "story", "good_seeds")
    card = {word: getattr(about, word) for word in words if getattr(about, word)}
    command(f"dcgan-{name}", about.images, about.evaluate_every, **card, data=name)(build)


for _name, _about in SUBJECTS.items():
    _register(_name, _about)
