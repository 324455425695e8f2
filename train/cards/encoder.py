"""The section of an encoder's card: how close the pictures of its first guesses are to held-out photos, and how long a guess takes."""

from __future__ import annotations

import time
from statistics import median

import torch

from explorer.card import Measure
from explorer.latent import onto_shell, typical_norms
from explorer.models import LatentEncoder
from explorer.zoo import Zoo
from train import data
from train.metrics.first_guesses import first_guesses

from .card import Card

PHOTOS = 20  # the number of photos of the test split


def tell(card: Card) -> None:
    """Add the section. A retrained checkpoint replaces the shipped one only if its error is not larger."""
    card.add(*sections(card.model, card.data))
    card.front["headline"] = card.checkpoint.chosen["error"]


def sections(model: LatentEncoder, name: str) -> tuple[list[str], list[dict]]:
    """Lines of markdown, and rows for `model-index`.

    Args:
        name: the name of the data set.
    """
    generator = Zoo().load(model.generator)
    photos = data.load(name, "test", model.image_size, limit=PHOTOS)
    photos = photos.batch(torch.arange(len(photos)))["images"]
    scores, milliseconds = first_guesses(model, generator, photos), _milliseconds(model, generator, photos)
    lines = [
        "## First guesses",
        "",
        f"For each of {len(photos)} held-out photos (split test), {model.generator} generates a picture from a first guess of the photo's "
        "latent, without any search. The table has the PSNR of these pictures in dB. The linear guess is that of `explorer.survey`, a "
        "ridge regression on 256 generated pictures.",
        "",
        "| guess | median | lowest | highest |",
        "|---|---|---|---|",
        *(f"| {guess} | {median(decibels):.2f} | {min(decibels):.2f} | {max(decibels):.2f} |" for guess, decibels in scores.items()),
        "",
        f"Estimating a latent and generating its picture take {milliseconds:.0f} ms (median over the photos, one at a time).",
        "",
    ]
    value = round(median(scores["encoder"]), 2)
    quantity = "median PSNR of first guesses, dB"
    return lines, [Measure("psnr", value, n=len(photos), split="test", milliseconds=round(milliseconds, 1), quantity=quantity).row]


@torch.inference_mode()
def _milliseconds(model: LatentEncoder, generator, photos: torch.Tensor) -> float:
    norms, milliseconds = typical_norms(model.latent_size), []
    for photo in photos:
        start_time = time.perf_counter()
        generator.generate(onto_shell(model.estimate(photo[None]), norms))
        milliseconds.append(1000 * (time.perf_counter() - start_time))
    return median(milliseconds)
