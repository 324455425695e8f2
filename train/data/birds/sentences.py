"""The vectors of a picture's sentences, written and read before a run, so that the text encoder costs nothing in it."""

from __future__ import annotations

import random

import torch

from explorer.models import BirdText

from . import Bird, captions


@torch.no_grad()
def written(encoder: BirdText, birds: list[Bird], gist: list[list[str]], count: int, false: int, seed: int = 0):
    """Vectors of `count` true sentences for every picture, the last of them GIST's where there is one, and of `false` untrue ones:
    (pictures, count, text_size) and (pictures, false, text_size), float16."""
    draw, found = random.Random(seed), []
    for first in range(0, len(birds), 50):
        said = []
        for bird, gists in zip(birds[first : first + 50], gist[first : first + 50], strict=True):
            true = [captions.describe(bird, draw) for _ in range(count)]
            if gists:
                true[-1] = draw.choice(gists).lower()
            other = [captions.contradict(bird, draw) or captions.describe(draw.choice(birds), draw) for _ in range(false)]
            said += [*true, *other]
        order = sorted(range(len(said)), key=lambda i: said[i].count(" "))  # alike long ones together: less to read
        vectors = torch.empty(len(said), encoder.text_size)
        for i in range(0, len(order), 100):
            chosen = order[i : i + 100]
            vectors[chosen] = encoder.understand([said[j] for j in chosen])
        found.append(vectors.unflatten(0, (-1, count + false)).half())
    vectors = torch.cat(found)
    return vectors[:, :count], vectors[:, count:]
