"""resgan-carrot-cake, resgan-stickers and resgan-abstract-art: the data sets of report 000 with a more recent GAN.

The DCGANs of the reports are in `train.recipes.dcgan`. Here the generator is a residual network that is modulated by the latent in every
block. It is trained against two discriminators: a projected one (Sauer et al. 2021) for shapes, and one on patches of pixels for textures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from train import data
from train.command import command
from train.recipe import Recipe

from .bases.residual_gan import residual_gan
from .dcgan import stickers


@dataclass(frozen=True)
class Subject:
    """What differs between the three commands.

    Attributes:
        load: limit -> the pictures to learn from.
        images: how many pictures the shipped checkpoint has seen, or a run is planned for if none is shipped yet.
        card: texts for the card, see `train.command.Command`.
    """

    load: Callable[[int | None], data.Pictures]
    images: int
    card: dict[str, str]


SUBJECTS = {
    "carrot-cake": Subject(
        load=lambda limit: data.load("carrot-cake", "train", 64, limit=limit),
        images=120_000,
        card={
            "summary": "A 64-pixel residual GAN that learned carrot cake from 978 photos.",
            "trained_on": "978 photos of carrot cake",
            "subject": "carrot cake",
            "weakness": "Slices and rounds of cake with layers and frosting, on plates; the crumb is a regular pattern, and some pictures "
            "are stains without a shape.",
        },
    ),
    "stickers": Subject(
        load=lambda limit: stickers(64, limit=limit),
        images=280_000,
        card={
            "summary": "A 64-pixel residual GAN that learned to draw stickers from emoji.",
            "trained_on": "Fluent 3D emoji without their skin-tone variants, on white",
            "subject": "stickers",
        },
    ),
    "abstract-art": Subject(
        load=lambda limit: data.load("abstract-art", "train", 64, limit=limit),
        images=96_000,
        card={
            "summary": "A 64-pixel residual GAN that learned from abstract paintings.",
            "trained_on": "2,762 paintings of Abstract Expressionism",
            "subject": "abstract paintings",
            "weakness": "Strokes, fields of colour and black signs on paper that pass for paintings when small; fine textures are a "
            "regular pattern.",
        },
    ),
}


def _register(name: str, about: Subject) -> None:
    @command(f"resgan-{name}", about.images, 20_000, data=name, **about.card)
    def build(
        augmentation: str = "translation",
        batch_size: int = 32,
        rate: float = 2e-4,
        backbone_size: int = 96,
        patches: float = 1.0,
        anneal_after: float = 0.3,
        limit: int | None = None,
    ) -> Recipe:
        """A residual generator against a projected discriminator (Sauer et al. 2021) and one on patches (Isola et al. 2017), hinge loss.

        Args:
            augmentation: comma-separated, of translation, colour, cutout; or none. With colour, generated cakes had wrong colours.
            batch_size: pictures per step.
            rate: learning rate of all three Adams (Sauer et al. 2021).
            backbone_size: side of the frozen network's input, in pixels.
            patches: weight of the patch discriminator in the generator's loss. With 0, every picture had a pattern like a weave.
            anneal_after: share of the run after which the learning rates fall linearly to zero.
            limit: only so many pictures, for a quick try.
        """
        return residual_gan(
            about.load(limit),
            augmentation=augmentation,
            batch_size=batch_size,
            rate=rate,
            backbone_size=backbone_size,
            patches=patches,
            anneal_after=anneal_after,
        )


for _name, _about in SUBJECTS.items():
    _register(_name, _about)
