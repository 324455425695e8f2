"""cnn-mnist, sgan-mnist, vaegan-mnist and fixmatch-mnist: digit classifiers that have seen 25 to 1,000 labels (report 001, question 1).

A step of a run is an iteration of the report for each number of labels. Another `--draw` labels other digits, the same ones in all recipes.
"""

from __future__ import annotations

import copy
import math
from typing import Any

import torch

from explorer.few_labels import HALF, RATE, Labelled
from explorer.models import SGAN, VAEGAN, FewLabels
from train import data
from train.command import command
from train.recipe import Recipe

from .bases.few_labels import (
    EXTRA,
    PER_LABELLED,
    Distorted,
    FewLabelsRecipe,
    FixMatchRecipe,
    SGANRecipe,
    VAEGANRecipe,
    labelled_digits,
    of_each_count,
    test_digits,
)

ITERATIONS = 600  # of the report
RATES = {"encoder": 1e-3, "decoder": 1e-3}  # at the tutorial's rate, the dense autoencoder hardly learns in 600 iterations


def _recipe(
    kind: type[FewLabelsRecipe], model: FewLabels, draw: int, batch_size: int, limit: int | None, augmented: bool = False, **more: Any
) -> FewLabelsRecipe:
    parts, optimisers = of_each_count(model)
    pictures = data.load("mnist", "train", 28, channels=1, limit=limit)
    return kind(
        model=model,
        parts=parts,
        optimizers=optimisers,
        data=pictures,
        batch_size=batch_size,
        rates={name: RATES.get(name.rpartition("_")[0], RATE) for name in optimisers},
        labelled=labelled_digits(pictures, draw, (EXTRA, *model.counts), Distorted if augmented else Labelled),
        test=test_digits(limit),
        **more,
    )


@command(
    "cnn-mnist",
    images=HALF * ITERATIONS,
    evaluate_every=HALF * 100,
    summary="A classifier of digits that has seen nothing but a few labels.",
    trained_on="25, 50, 100 or 1,000 labelled digits of MNIST",
    data="mnist",
    story="The network of report 001, on each number of labels for as many iterations as there. The last step's weights ship.",
)
def cnn_mnist(draw: int = 0, augmented: bool = False, batch_size: int = HALF, limit: int | None = None) -> Recipe:
    """The classifier of report 001 alone, on 25, 50, 100 and 1,000 labels.

    Args:
        draw: which digits are labelled.
        augmented: whether labelled digits are shifted, turned, scaled and sheared.
        batch_size: labelled digits per step.
        limit: use only this many pictures, for a quick try.
    """
    return _recipe(FewLabelsRecipe, FewLabels(), draw, batch_size, limit, augmented)


@command(
    "sgan-mnist",
    images=HALF * ITERATIONS,
    evaluate_every=HALF * 100,
    summary="A classifier of digits that is also the discriminator of a GAN: 60,000 digits without labels help it.",
    weakness="After 600 iterations, about half of what its generator draws can be read as a digit.",
    story="As in report 001, with the settings of the tutorial that it cites, and with Keras's first weights: with PyTorch's own, the "
    "generator draws black squares. The generator is the one that learned with 100 labels. The last step's weights ship.",
    trained_on="25, 50, 100 or 1,000 labelled digits of MNIST, and 60,000 without labels",
    subject="digits",
    data="mnist",
)
def sgan_mnist(draw: int = 0, matching: bool = False, augmented: bool = False, batch_size: int = HALF, limit: int | None = None) -> Recipe:
    """The SGAN of report 001, on 25, 50, 100 and 1,000 labels.

    Args:
        draw: which digits are labelled.
        matching: whether the generator matches features (Salimans et al. 2016).
        augmented: whether labelled digits are shifted, turned, scaled and sheared.
        batch_size: real digits per step of the discriminator; the generator gets twice as many latents.
        limit: use only this many pictures, for a quick try.
    """
    return _recipe(SGANRecipe, SGAN(), draw, batch_size, limit, augmented, matching=matching)


@command(
    "vaegan-mnist",
    images=HALF * ITERATIONS,
    evaluate_every=HALF * 100,
    summary="A classifier of digits that is also the discriminator of a VAE-GAN, whose latent has two numbers.",
    weakness="It reads fewer digits than the classifier alone; its decoder draws blurred digits, and often a sign that is none.",
    story="As in report 001, which gives neither weights of the losses nor rates. The distance of a reconstruction is measured in pixels "
    "there, where the paper has features of the discriminator. The autoencoder is the one that learned with 100 labels.",
    trained_on="25, 50, 100 or 1,000 labelled digits of MNIST, and 60,000 without labels",
    subject="digits",
    data="mnist",
)
def vaegan_mnist(
    draw: int = 0, convolutional: bool = False, augmented: bool = False, batch_size: int = HALF, limit: int | None = None
) -> Recipe:
    """The VAE-GAN of report 001, on 25, 50, 100 and 1,000 labels.

    Args:
        draw: which digits are labelled.
        convolutional: whether the autoencoder has convolutions and 16 numbers in a latent, in place of dense layers and two numbers.
        augmented: whether labelled digits are shifted, turned, scaled and sheared.
        batch_size: real digits per step.
        limit: use only this many pictures, for a quick try.
    """
    model = VAEGAN(latent_size=16 if convolutional else 2, convolutional=convolutional)
    return _recipe(VAEGANRecipe, model, draw, batch_size, limit, augmented)


@command(
    "fixmatch-mnist",
    images=32 * PER_LABELLED * 2000,
    evaluate_every=32 * PER_LABELLED * 500,
    summary="A classifier of digits that labels the other 60,000 itself where it is sure.",
    story="FixMatch (Sohn et al. 2020) with the report's classifier, batch norm and an averaged teacher. It began with PyTorch's own first "
    "weights. Its accuracy was still rising at the end of the run.",
    trained_on="25, 50, 100 or 1,000 labelled digits of MNIST, and 60,000 without labels",
    data="mnist",
)
def fixmatch_mnist(draw: int = 0, batch_size: int = 32 * PER_LABELLED, rate: float = 1e-3, limit: int | None = None) -> Recipe:
    """Confident guesses of an averaged classifier (FixMatch), on 25, 50, 100 and 1,000 labels.

    Args:
        draw: which digits are labelled.
        batch_size: digits without labels per step; a seventh as many with labels.
        rate: the learning rate of Adam, which falls to a fifth along a cosine.
        limit: use only this many pictures, for a quick try.
    """
    model = FewLabels(norm=True)
    recipe = _recipe(FixMatchRecipe, model, draw, batch_size, limit)
    # The model's classifiers are the averages; students learn.
    recipe.teachers = {count: recipe.parts[f"classifier_{count}"].requires_grad_(False).eval() for count in recipe.labelled}
    for count, teacher in recipe.teachers.items():
        recipe.parts[f"classifier_{count}"] = copy.deepcopy(teacher).requires_grad_(True)
    recipe.optimizers = {name: torch.optim.Adam(part.parameters(), rate) for name, part in recipe.parts.items()}
    recipe.rates = dict.fromkeys(recipe.optimizers, rate)
    recipe.rate = falling
    return recipe


def falling(done: float) -> float:
    """The schedule of Sohn et al. 2020, section 2.4: cos(7 pi done / 16), from 1 to about 0.2."""
    return math.cos(7 * math.pi * done / 16)
