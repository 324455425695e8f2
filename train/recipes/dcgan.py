"""dcgan-carrot-cake, dcgan-stickers and dcgan-abstract-art: one recipe on three sets of pictures without labels.

It is the generator of report 000 at 64 pixels, trained against a discriminator on frozen features with differentiable augmentation and an
average of the weights. Each command with `--discriminator plain --augmentation none` is the report's own DCGAN.
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
    """The stickers to learn from, with or without skin-tone variants."""
    pictures = data.load("stickers", "train", size)
    if not variants:
        pictures = pictures.rows(sources.where("stickers", "train", "skin_tone_variant", False))
    return pictures.take(limit or len(pictures))


@dataclass(frozen=True)
class Subject:
    """What differs between the three commands.

    Attributes:
        anneal_after: share of the run after which the rates fall to zero in a line, by default.
        images: how many pictures the shipped checkpoint has seen.
        evaluate_every: pictures between two measurements.
        summary, trained_on, subject, weakness, story, good_seeds: for the card, see `train.command.Command`.
        load: size, whether with variants, limit -> the pictures to learn from.
        variants: whether the command has an option for variants.
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
        anneal_after=0.75,  # until then colours swing from darker to lighter
        images=200_000,
        summary="A 64-pixel DCGAN that learned carrot cake from 978 photos, against a discriminator on frozen features and one on pixels.",
        trained_on="978 photos of carrot cake",
        subject="carrot cake",
        weakness="Slabs and rounds of cake under frosting, on plates, in photos' colours; blurred, no nut, fork or crumb comes out "
        "clearly.",
        story="The first 36,000 pictures came in batches of 32, without a penalty for a lack of variety and unheard by the discriminator "
        "on pixels: plates in grey with a lattice over them. From there on both were added, with batches of 16; the pixels weighed 0.5 up "
        "to 96,000 pictures, where the textures were sharper than those of photos, and 2 from there on. The rates fell to zero up to "
        "112,000, and began anew.",
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
        story="In batches of 32, unheard by the discriminator on pixels, it came after 100,000 pictures to clean shapes of a few kinds "
        "(recall .26 on the choosing latents). From there on in batches of 16 it was heard, which first took away what there was: FD went "
        "from 8.8 to 33 at 120,000, to 12 at 200,000 as the rates fell, and to 5.7 when they fell again.",
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
        story="Begun from cakes (`--from checkpoints/dcgan-carrot-cake`). After 6,000 paintings KID x 1000 was 214 and recall .26 on the "
        "choosing latents; a run from random weights, unheard by the discriminator on pixels, had come to 195 and .14 after 40,000, and "
        "32,000 more that heard it led from there to 501 and .07. That one knew a few palettes, under a weave of small squares.",
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
        """The DCGAN of report 000, projected (Sauer et al. 2021) or plain.

        Args:
            discriminator: "projected": on frozen features, hinge loss; "plain": the report's, binary cross-entropy.
            augmentation: comma-separated, of translation, colour, cutout; or none. Colour leaked into the cakes when it was tried.
            batch_size: pictures in a step.
            rate: of both Adams (Radford et al. 2016, section 4; report 000).
            backbone_size: pixels that the frozen network sees. At 96 the cakes were still all alike after 6,000 pictures, at 64 not.
            anneal_after: share of the run after which the rates fall to zero in a line.
            variety: weight of the generator's penalty for pictures whose shapes or colours are more alike than those of real ones (after
                Mao et al. 2019), 0 for none.
            pixels: weight of what the plain discriminator says to the generator beside the projected one; 0: it watches only. With 0.5 the
                textures of cakes stayed sharper than those of photos.
            variants: the skin-tone variants too, which are half of the set.
            limit: only so many pictures, for a quick try.
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

    if not about.variants:  # the command then has no such option
        signature = inspect.signature(build, eval_str=True)
        build.__signature__ = signature.replace(parameters=[value for key, value in signature.parameters.items() if key != "variants"])
        build.__doc__ = "\n".join(line for line in build.__doc__.splitlines() if not line.strip().startswith("variants:"))
    words = ("summary", "trained_on", "subject", "weakness", "story", "good_seeds")
    card = {word: getattr(about, word) for word in words if getattr(about, word)}
    command(f"dcgan-{name}", about.images, about.evaluate_every, **card, data=name)(build)


for _name, _about in SUBJECTS.items():
    _register(_name, _about)
