"""dcgan-stickers and dcgan-abstract-art: the network of report 000 on its stickers and on the paintings of report 001.

The report's own DCGAN of each is `--discriminator plain --augmentation none --variant plain`.
"""

from __future__ import annotations

from typing import Literal

from train import data
from train.data import sources

from ..recipe import Recipe
from . import command
from .dcgan import dcgan


def stickers(size: int, variants: bool = False, limit: int | None = None) -> data.Pictures:
    """The stickers to learn from, with or without skin-tone variants."""
    pictures = data.load("stickers", "train", size)
    if not variants:
        pictures = pictures.rows(sources.where("stickers", "train", "skin_tone_variant", False))
    return pictures.take(limit or len(pictures))


@command(
    "dcgan-stickers",
    images=310_000,
    summary="A 64-pixel DCGAN that learned to draw stickers from emoji, against a discriminator on frozen features and one on pixels.",
    trained_on="Fluent 3D emoji without their skin-tone variants, on white",
    subject="stickers",
    weakness="Flags, faces, trees and many shapes without a name, in the set's colours; under a grain, some with slanting lines.",
    story="In batches of 32, unheard by the discriminator on pixels, it came after 100,000 pictures to clean shapes of a few kinds (recall "
    ".26 on the choosing latents). From there on in batches of 16 it was heard, which first took away what there was: FD went from 8.8 to "
    "33 at 120,000, to 12 at 200,000 as the rates fell, and to 5.7 when they fell again.",
    data="stickers",
    evaluate_every=10_000,
)
def dcgan_stickers(
    discriminator: Literal["projected", "plain"] = "projected",
    augmentation: str = "translation",
    batch_size: int = 16,
    rate: float = 2e-4,
    backbone_size: int = 64,
    anneal_after: float = 0.85,
    variety: float = 4.0,
    pixels: float = 2.0,
    variants: bool = False,
    limit: int | None = None,
) -> Recipe:
    """The DCGAN of report 000 on stickers, projected (Sauer et al. 2021) or plain.

    Without a folder of data it learns from the 60 stickers that come with the page: enough to see it run.

    Args:
        discriminator: "projected": on frozen features, hinge loss; "plain": the report's, binary cross-entropy.
        augmentation: comma-separated, of translation, colour, cutout; or none.
        batch_size: pictures in a step.
        rate: of both Adams (Radford et al. 2016, section 4; report 000).
        backbone_size: pixels that the frozen network sees.
        anneal_after: share of the run after which the rates fall to zero in a line.
        variety: weight of the generator's penalty for pictures whose shapes or colours are more alike than those of stickers (after Mao et
            al. 2019), 0 for none.
        pixels: weight of what the plain discriminator says to the generator beside the projected one; 0: it watches only.
        variants: the skin-tone variants too, which are half of the set.
        limit: only so many pictures, for a quick try.
    """

    def load(size: int) -> data.Pictures:
        return stickers(size, variants, limit)

    return dcgan(load, discriminator, augmentation, batch_size, rate, backbone_size, anneal_after, variety, pixels)


@command(
    "dcgan-abstract-art",
    images=80_000,
    summary="A 64-pixel DCGAN that learned from abstract paintings, against a discriminator on frozen features and one on pixels.",
    trained_on="2,762 paintings of Abstract Expressionism",
    subject="abstract paintings",
    weakness="Fields, blots and strokes in many palettes; small round marks in rows lie over the busy ones, and no drip comes out clearly.",
    story="Begun from cakes (`--from checkpoints/dcgan-carrot-cake`). After 6,000 paintings KID x 1000 was 214 and recall .26 on the "
    "choosing latents; a run from random weights, unheard by the discriminator on pixels, had come to 195 and .14 after 40,000, and 32,000 "
    "more that heard it led from there to 501 and .07. That one knew a few palettes, under a weave of small squares.",
    data="abstract-art",
    evaluate_every=8_000,
)
def dcgan_abstract_art(
    discriminator: Literal["projected", "plain"] = "projected",
    augmentation: str = "translation",
    batch_size: int = 16,
    rate: float = 2e-4,
    backbone_size: int = 64,
    anneal_after: float = 0.6,
    variety: float = 4.0,
    pixels: float = 2.0,
    limit: int | None = None,
) -> Recipe:
    """The DCGAN of report 000 on the paintings of report 001, projected (Sauer et al. 2021) or plain.

    Args:
        discriminator: "projected": on frozen features, hinge loss; "plain": the report's, binary cross-entropy.
        augmentation: comma-separated, of translation, colour, cutout; or none.
        batch_size: pictures in a step.
        rate: of both Adams (Radford et al. 2016, section 4; report 000).
        backbone_size: pixels that the frozen network sees.
        anneal_after: share of the run after which the rates fall to zero in a line.
        variety: weight of the generator's penalty for pictures whose shapes or colours are more alike than those of paintings (after Mao
            et al. 2019), 0 for none.
        pixels: weight of what the plain discriminator says to the generator beside the projected one; 0: it watches only.
        limit: only so many pictures, for a quick try.
    """
    return dcgan(
        lambda size: data.load("abstract-art", "train", size, limit=limit), discriminator, augmentation, batch_size, rate, backbone_size,
        anneal_after, variety, pixels,
    )  # fmt: skip
