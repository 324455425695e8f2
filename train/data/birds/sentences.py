"""Generates and encodes the sentences for all pictures before a run, so that the text encoder is not needed during it."""

from __future__ import annotations

import random

import torch

from explorer.models import BirdText

from . import Bird, captions


@torch.no_grad()
def written(encoder: BirdText, birds: list[Bird], gist: list[list[str]], count: int, false: int, seed: int = 0):
    """For each picture, the vectors of `count` sentences that match it and of `false` sentences that name a wrong colour:
    (pictures, count, text_size) and (pictures, false, text_size), float16. One of the former is from GIST if there is one."""
    draw, chunks = random.Random(seed), []
    for first in range(0, len(birds), 50):
        sentences = []
        for bird, gists in zip(birds[first : first + 50], gist[first : first + 50], strict=True):
            true = [captions.describe(bird, draw) for _ in range(count)]
            if gists:
                true[-1] = draw.choice(gists).lower()
            wrong = [captions.contradict(bird, draw) or captions.describe(draw.choice(birds), draw) for _ in range(false)]
            sentences += [*true, *wrong]
        order = sorted(range(len(sentences)), key=lambda i: sentences[i].count(" "))  # similar lengths in a batch need less padding
        vectors = torch.empty(len(sentences), encoder.text_size)
        for i in range(0, len(order), 100):
            batch = order[i : i + 100]
            vectors[batch] = encoder.understand([sentences[j] for j in batch])
        chunks.append(vectors.unflatten(0, (-1, count + false)).half())
    vectors = torch.cat(chunks)
    return vectors[:, :count], vectors[:, count:]
