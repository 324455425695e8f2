"""lab-digits, lab-stacked, lab-art and lab-live: the GANs of the training lab.

`train.recipes.bases.arms` has the arms and their sources.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from explorer import digits
from explorer.zoo import Zoo
from train import data
from train.command import command
from train.metrics.features import ImageNetFeatures
from train.parts.lab_networks import LabGAN, LiveGAN, PaintingGAN
from train.recipe import Recipe

from .bases.arms import DIGITS, LIVE, PAINTINGS, Arm
from .bases.lab import Yardstick, lab

HELD_OUT_TEST = 1000  # digits of the test split
HELD_OUT = 500  # digits of the page's sheet, which the browser does not train on either
JUDGED = 500  # paintings
EVERY = 11  # one painting of eleven is held out
DIGITS_COMPARED = f"features of judge-mnist, n = {HELD_OUT_TEST:,}, test split"
LIVE_COMPARED = f"features of judge-mnist on digits enlarged to 28 pixels, n = {HELD_OUT_TEST:,}, test split"
ART_COMPARED = f"features of EfficientNet-Lite0 at 224 pixels, n = {JUDGED}, train split"


@command("lab-digits", images=64 * 4000, evaluate_every=64 * 100, lab=True, summary="A small GAN on digits.", data="mnist")
def lab_digits(arm: str = "non-saturating", batch_size: int = 64, limit: int | None = None) -> Recipe:
    """A GAN on digits of 28 pixels, trained in one of the ways that `--arm` names.

    Args:
        arm: minimax, non-saturating, wgan, wgan-gp, spectral-norm, r1, two-rates, packed, minimax-strong, non-saturating-strong,
            generator-strong or discriminator-frozen.
        batch_size: real pictures for each step of the discriminator; `--images` counts those of all its steps.
        limit: use only this many pictures, for a quick try.
    """
    chosen = _arm(DIGITS, arm)
    model = LabGAN(1, norm=chosen.norm, pictures=chosen.pictures, noise=chosen.noise)
    pictures = data.load("mnist", "train", 28, channels=1, limit=limit)
    return lab(model, pictures, chosen, batch_size=batch_size, yardstick=lambda: _digits(1), compared=DIGITS_COMPARED)


@command("lab-stacked", images=64 * 4000, evaluate_every=64 * 100, lab=True, summary="A small GAN on stacked digits.", data="mnist")
def lab_stacked(arm: str = "non-saturating", batch_size: int = 64, limit: int | None = None) -> Recipe:
    """A GAN on stacked digits: three digits as red, green and blue, hence 1,000 modes (Metz et al. 2017).

    Args:
        arm: as lab-digits.
        batch_size: real pictures for each step of the discriminator; `--images` counts those of all its steps.
        limit: use only this many pictures, for a quick try.
    """
    chosen = _arm(DIGITS, arm)
    model = LabGAN(3, norm=chosen.norm, pictures=chosen.pictures, noise=chosen.noise)
    pictures = data.Pictures(data.InMemory(stacked(_all(data.load("mnist", "train", 28, channels=1, limit=limit)))))
    return lab(model, pictures, chosen, batch_size=batch_size, yardstick=lambda: _digits(3), compared=DIGITS_COMPARED)


@command("lab-art", images=64 * 4000, evaluate_every=64 * 200, lab=True, summary="The GAN of report 001 on paintings.", data="abstract-art")
def lab_art(arm: str = "dcgan", width: int = 256, batch_size: int = 64, limit: int | None = None) -> Recipe:
    """The GAN of report 001, question 2, on paintings of 64 pixels, trained in one of the ways that `--arm` names.

    Args:
        arm: dcgan, dcgan-noise, wgan, wgan-paper, wgan-slow, wgan-slowest, wgan-no-bn, wgan-noise, wgan-gp-2, wgan-gp-5, wgan-gp-10 or
            wgan-gp-paper.
        width: maps of the generator at 4 pixels; the report's have 1024.
        batch_size: real pictures for each step of the discriminator (the report: 128); `--images` counts those of all its steps.
        limit: use only this many pictures, for a quick try.
    """
    chosen = _arm(PAINTINGS, arm)
    paintings = data.load("abstract-art", "train", 64, limit=limit)
    held_out = torch.arange(0, len(paintings), EVERY)
    trained = torch.tensor([i for i in range(len(paintings)) if i % EVERY])
    model = PaintingGAN(width, chosen.norm, chosen.noise)
    pictures = paintings.rows(trained)
    yardstick = lambda: _paintings(pictures, paintings.batch(held_out)["images"])  # noqa: E731
    return lab(model, pictures, chosen, batch_size=batch_size, yardstick=yardstick, compared=ART_COMPARED)


@command(
    "lab-live", images=64 * 4000, evaluate_every=64 * 200, lab=True, weights=True, summary="The GAN that a browser trains.", data="mnist"
)
def lab_live(side: int = 16, batch_size: int = 64, limit: int | None = None) -> Recipe:
    """The GAN that a visitor trains in the browser, trained here on the same digits: the state that its presets begin with.

    Args:
        side: pixels of a side of its pictures, 16 or 28.
        batch_size: pictures for each step.
        limit: use only this many pictures, for a quick try.
    """
    sheet = resized(digits.read("train")[0], side)
    trained = sheet[: len(sheet) - HELD_OUT][:limit]
    yardstick = lambda: _small_digits(side, sheet[-HELD_OUT:])  # noqa: E731
    return lab(
        LiveGAN(side), data.Pictures(data.InMemory(trained)), LIVE, batch_size=batch_size, yardstick=yardstick, compared=LIVE_COMPARED
    )


def resized(images: Tensor, side: int) -> Tensor:
    """(count, 28, 28) uint8 -> (count, 1, side, side) uint8, by antialiased bilinear resizing."""
    small = F.interpolate(images[:, None].float(), (side, side), mode="bilinear", antialias=True)
    return small.round().clamp(0, 255).byte()


def _arm(arms: dict[str, Arm], name: str) -> Arm:
    if name not in arms:
        raise ValueError(f"arm is {name!r}; expected one of {', '.join(arms)}")
    return arms[name]


def _all(pictures: data.Pictures) -> Tensor:
    return pictures.fetch(torch.arange(len(pictures)))


def stacked(images: Tensor, seed: int = 0) -> Tensor:
    """Three random digits for each of (count, 1, 28, 28): (count, 3, 28, 28)."""
    generator = torch.Generator().manual_seed(seed)
    return torch.cat([images[torch.randperm(len(images), generator=generator)] for _ in range(3)], 1)


def _digits(channels: int) -> Yardstick:
    """Digits of the test split in the features of judge-mnist. Of stacked digits, the judge sees one channel at a time."""
    judge = Zoo().load("judge-mnist")
    test = _all(data.load("mnist", "test", 28, channels=1, limit=HELD_OUT_TEST))
    real = (test if channels == 1 else stacked(test, 1)).float() / 127.5 - 1

    def features(pictures: Tensor) -> Tensor:
        return torch.cat([judge.embed(part) for part in pictures.split(1, 1)], 1)

    def classify(pictures: Tensor) -> Tensor:
        classes = [judge.judge(part)["class"].argmax(1) for part in pictures.split(1, 1)]
        return sum(digit * 10**i for i, digit in enumerate(classes))

    return Yardstick({"": features}, real, real, classify, 10**channels)


def _small_digits(side: int, held_out: Tensor) -> Yardstick:
    """Digits of the test split, made as small as the generated ones; the judge sees both enlarged to 28 pixels."""
    judge = Zoo().load("judge-mnist")
    enlarged = lambda pictures: F.interpolate(pictures, (28, 28), mode="bilinear")  # noqa: E731
    test = _all(data.load("mnist", "test", 28, channels=1, limit=HELD_OUT_TEST))
    return Yardstick(
        {"": lambda pictures: judge.embed(enlarged(pictures))},
        resized(test[:, 0], side).float() / 127.5 - 1,
        held_out.float() / 127.5 - 1,
        lambda pictures: judge.judge(enlarged(pictures))["class"].argmax(1),
        10,
    )


def _paintings(pictures: data.Pictures, held_out: Tensor) -> Yardstick:
    """500 of the training pictures, in the features of EfficientNet-Lite0 at 224 pixels and of judge-pictures."""
    real = pictures.batch(torch.linspace(0, len(pictures) - 1, min(JUDGED, len(pictures))).long())["images"]
    return Yardstick({"": ImageNetFeatures(224), "judge_": Zoo().load("judge-pictures").embed}, real, held_out)
