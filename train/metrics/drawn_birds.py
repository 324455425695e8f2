"""What is asked of a text-to-image model when it is measured: the sentences, the noise, and what a judge reads in the pictures."""

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
    """One picture for each sentence, of the first `stages` or all: for every side in `sizes` (sentences, 3, side, side)."""
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
    """How the test split is halved, and what is drawn: the pictures' numbers, shuffled, and a sentence about each of the first half."""
    order = torch.randperm(len(birds), generator=torch.Generator().manual_seed(SPLIT_SEED))
    generator = random.Random(SCORING_SEED)
    return order, [captions.describe(birds[row], generator) for row in order[: len(order) // 2].tolist()]


def read(judge: PictureJudge, pictures: Tensor, part: str, colour: str, choices: tuple[str, ...], expected: Tensor | None = None) -> float:
    """In how many of (count, 3, side, side) pictures the judge, which must choose, sees the colour there: a share. `expected`: as of
    `forced_choice.chosen`."""
    logits = torch.cat([judge.judge(batch)[part] for batch in pictures.split(100)])
    return (chosen(logits, choices, expected) == choices.index(colour)).float().mean().item()
