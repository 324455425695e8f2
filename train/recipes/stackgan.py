"""stackgan-birds and stackgan-birds-paper: text-to-image GANs for birds.

The paper (Zhang et al. 2017) trains two GANs one after the other, whose discriminators also reject pairs of a picture and a mismatched
sentence. stackgan-birds-paper is the first of the two stages. stackgan-birds has both stages and the paper's conditioning augmentation, and
adds techniques for small data sets and short training: a discriminator on frozen features (Sauer et al. 2021) with a projection of the
sentence at every scale (Miyato and Koyama 2018), augmentation by translation (Zhao et al. 2020), sentences that modulate every block (Tao
et al. 2022), and averaged weights. Colour augmentation is not used, because it leaked into generated pictures. Optionally there is a second
discriminator on patches of pixels (Isola et al. 2017).

All sentences are generated and encoded before the run. Half of the mismatched sentences are true of another picture, half name a wrong
colour.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import torch

from explorer.models import BirdText, StackGAN
from explorer.zoo import inspect
from train import data
from train.command import command
from train.data.birds import records as bird_records
from train.data.birds.sentences import written
from train.parts.augment import augmentations
from train.parts.backbone import BACKBONE
from train.parts.paper_discriminator import PaperDiscriminator
from train.parts.patches import PatchDiscriminator
from train.parts.projected import ProjectedDiscriminator
from train.recipe import Recipe, linear

from .bases.stackgan import PaperStackGANRecipe, ProjectedStackGANRecipe, StackGANRecipe

RARE = {"red": 3, "blue": 3, "green": 3, "orange": 3}  # how often a picture with a rare main colour is repeated in an epoch


def _recipe(
    kind: type[StackGANRecipe],
    model: StackGAN,
    *,
    text: str,
    size: int,
    said: int,
    contradicted: int,
    limit: int | None,
    **settings,
) -> StackGANRecipe:
    """Generate and encode the sentences, load the pictures, and build the recipe of a class `kind`. `settings` are its other fields."""
    encoder = _encoder(text)
    birds, gist = bird_records.describe("train", limit), bird_records.sentences("train", "captions_gist", limit)
    true, false = written(encoder, birds, gist, said, contradicted)
    model.normalise_with(true.flatten(0, 1))
    true, false = (model.normalised(vectors.float()).half() for vectors in (true, false))
    pictures = data.load("birds", "train", size, limit=limit)
    rows = torch.tensor([row for row, bird in enumerate(birds) for _ in range(RARE.get(bird.colours[0], 1) if bird.colours else 1)])
    pictures = pictures.rows(rows).labelled({"row": rows})
    return kind(model=model, data=pictures, metric="kid", encoder=encoder, true=true, false=false, size=size, **settings)


def _encoder(folder: str) -> BirdText:
    if not Path(folder).is_dir():
        raise ValueError(
            f"there is no text encoder in {folder}: train one with `python -m train text-birds`, or name its folder with --text"
        )
    checkpoint = inspect(folder)
    return checkpoint.model_class.from_pretrained(checkpoint.folder, **checkpoint.config).requires_grad_(False)


@command(
    "stackgan-birds",
    images=180_000,
    summary="A sentence becomes a bird: a sketch of 64 pixels, and a picture of 256.",
    weakness="Some pictures show a twig and no bird; heads and feet often melt; grounds can look criss-crossed.",
    story="Stage I saw 180,000 pictures. Stage II, with Stage I fixed, saw 40,000 of 128 pixels; the weights of 19,968, whose frozen "
    "network saw 96 pixels until then, were taken on, and saw 20,000 of 256, with a frozen network at 192. KID in features that see 64 "
    "pixels chose the weights.",
    trained_on="8,855 photos of 150 bird species, and sentences written from their attributes",
    subject="birds",
    data="birds",
    evaluate_every=10_000,
)
def stackgan_birds(
    stage: int = 1,
    size: int = 64,
    upsampling: Literal["nearest", "pixelshuffle"] = "nearest",
    text: str = "checkpoints/text-birds",
    augmentation: str = "translation",
    batch_size: int = 32,
    rate: float = 2e-4,
    divergence: float = 1.0,
    backbone_size: int = 0,
    pixels: float = 0.0,
    anneal_after: float = 0.7,
    said: int = 8,
    contradicted: int = 3,
    limit: int | None = None,
) -> Recipe:
    """Train one stage of StackGAN against a discriminator on frozen features.

    Args:
        stage: 1, or 2, which needs a trained Stage I (`--from`).
        size: side of the pictures in pixels: 64 for Stage I; 128, then 256 for Stage II.
        upsampling: how the side of feature maps is doubled: "nearest" (Zhang et al. 2017) or "pixelshuffle" (Shi et al. 2016).
        text: the folder of the text encoder.
        augmentation: one or more of translation, colour, cutout, comma-separated; or none.
        batch_size: pictures per step.
        rate: learning rate of both Adam optimisers.
        divergence: weight of the KL term of conditioning augmentation (Zhang et al. 2017, eq. 4: 1).
        backbone_size: side of the frozen network's input in pixels; 0 means 96, 128 or 192 for the sizes 64, 128 and 256.
        pixels: weight of a discriminator on patches of 46 pixels in the generator's loss, beside the projected one; 0 for none.
        anneal_after: share of the run after which the learning rates fall linearly to zero.
        said: number of generated sentences that match a picture.
        contradicted: number of generated sentences that name a wrong colour.
        limit: use only this many pictures, for a quick try.
    """
    if (stage, size) not in ((1, 64), (2, 128), (2, 256)):
        raise ValueError(f"stage {stage} with size {size}; expected stage 1 with size 64, or stage 2 with 128 or 256")
    encoder_size = _encoder(text).text_size
    model = StackGAN(encoder_size, upsampling=upsampling, sizes=(64,) if stage == 1 else (64, size))
    name = "first" if stage == 1 else "second"
    parts = {name: getattr(model, name), "projected": ProjectedDiscriminator(backbone_size or BACKBONE[size], conditions=encoder_size)}
    if pixels:
        parts["patches"] = PatchDiscriminator()
    return _recipe(
        ProjectedStackGANRecipe,
        model,
        text=text, size=size, said=said, contradicted=contradicted, limit=limit, parts=parts,
        optimizers={key: torch.optim.Adam(part.parameters(), lr=rate, betas=(0.0, 0.9)) for key, part in parts.items()},
        batch_size=batch_size,
        averaged=(name,),
        rates=dict.fromkeys(parts, rate),
        rate=linear(anneal_after),
        divergence=divergence,
        augmentations=augmentations(augmentation),
        stage=stage,
        pixels=pixels,
    )  # fmt: skip


@command(
    "stackgan-birds-paper",
    images=215_000,
    summary="Stage I of StackGAN as published, at half its width: what an ordinary discriminator teaches in as many hours.",
    weakness="Textures in the asked colours, and hardly a bird.",
    story="It had as much time as Stage I of stackgan-birds takes on the same core: 92 minutes, reckoned from the 33 pictures a second of "
    "that stage's PixelShuffle variant there. The weights of a moment measured better than their average.",
    trained_on="8,855 photos of 150 bird species, and sentences written from their attributes",
    subject="birds",
    data="birds",
    evaluate_every=10_000,
)
def stackgan_birds_paper(
    upsampling: Literal["nearest", "pixelshuffle"] = "nearest",
    text: str = "checkpoints/text-birds",
    batch_size: int = 64,
    rate: float = 2e-4,
    divergence: float = 1.0,
    said: int = 8,
    contradicted: int = 3,
    limit: int | None = None,
) -> Recipe:
    """Stage I of the paper, trained on this project's sentences.

    Args:
        upsampling: how the side of feature maps is doubled: "nearest" (Zhang et al. 2017) or "pixelshuffle" (Shi et al. 2016).
        text: the folder of the text encoder.
        batch_size: pictures per step (Zhang et al. 2017, section 3.5).
        rate: learning rate of both Adam optimisers, with beta1 = 0.5 (Zhang et al. 2017, section 3.5).
        divergence: weight of the KL term (Zhang et al. 2017, eq. 4: 1).
        said: number of generated sentences that match a picture.
        contradicted: number of generated sentences that name a wrong colour.
        limit: use only this many pictures, for a quick try.
    """
    size = _encoder(text).text_size
    model = StackGAN(size, channels=(512, 256, 128, 64, 32), second_channels=(), upsampling=upsampling, paper=True)
    parts = {"first": model.first, "discriminator": PaperDiscriminator(size)}
    return _recipe(
        PaperStackGANRecipe,
        model,
        text=text,
        size=64,
        said=said,
        contradicted=contradicted,
        limit=limit,
        parts=parts,
        optimizers={name: torch.optim.Adam(part.parameters(), lr=rate, betas=(0.5, 0.999)) for name, part in parts.items()},
        batch_size=batch_size,
        averaged=("first",),
        compare_raw=True,
        rates=dict.fromkeys(parts, rate),
        divergence=divergence,
    )
