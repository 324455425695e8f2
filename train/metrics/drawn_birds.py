"""Generates birds to measure a text-to-image model with: the sentences, the noise, and the judge's predictions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import islice

import torch
from torch import Tensor

from explorer.models import Illustrates, PictureJudge, Understands
from train.data.birds import Bird, captions

from .forced_choice import chosen
from .seeds import SCORING_SEED, SPLIT_SEED, WORDS_SEED

SEEDS, PARAPHRASES = 20, 20


@torch.no_grad()
def drawn(model: Illustrates, encoder: Understands, sentences: Sequence[str], seed: int, stages: int | None = None) -> list[Tensor]:
    """One picture for each sentence: a tensor (sentences, 3, side, side) for each of the first `stages`, or for all."""
    generator = torch.Generator().manual_seed(seed)
    batches: list[list[Tensor]] = []
    for first in range(0, len(sentences), 50):
        batch = list(sentences[first : first + 50])
        z = torch.randn(len(batch), model.latent_size, generator=generator)
        noise = torch.randn(len(batch), len(model.sizes), model.condition_size, generator=generator)
        batches.append(list(islice(model.stages(encoder.understand(batch), z, noise), stages)))
    return [torch.cat(stage) for stage in zip(*batches, strict=True)]


def paraphrases(colour: str, count: int = PARAPHRASES) -> list[str]:
    """`count` different ways to ask for a bird of one colour."""
    generator, sentences = random.Random(f"{WORDS_SEED} {colour}"), {f"a {colour} bird": None}
    while len(sentences) <= count:
        sentences[captions.plain(Bird({"primary": (colour,)}), generator)] = None
    return list(sentences)[1:]


def scoring_sentences(birds: Sequence[Bird]) -> tuple[Tensor, list[str]]:
    """Halve the test split: the pictures' numbers in random order, and a sentence about each picture of the first half."""
    order = torch.randperm(len(birds), generator=torch.Generator().manual_seed(SPLIT_SEED))
    generator = random.Random(SCORING_SEED)
    return order, [captions.describe(birds[row], generator) for row in order[: len(order) // 2].tolist()]


def drawn_as(
    judge: PictureJudge, pictures: Tensor, part: str, colour: str, choices: tuple[str, ...], expected: Tensor | None = None
) -> float:
    """The share of the pictures (count, 3, side, side) for whose part the judge chooses this colour among `choices`. `expected` is that of
    `forced_choice.chosen`."""
    logits = torch.cat([judge.judge(batch)[part] for batch in pictures.split(100)])
    return (chosen(logits, choices, expected) == choices.index(colour)).float().mean().item()
