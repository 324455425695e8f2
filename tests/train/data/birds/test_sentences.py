import random

import torch
from tiny import tiny_text

from train.data.birds import Bird, captions
from train.data.birds.sentences import written

BIRDS = [Bird({"primary": ("red", "grey"), "belly": ("white",)}), Bird({"primary": ("blue", "black")}), Bird({})]


def test_the_sentences_of_a_picture_are_read_in_its_row():
    encoder = tiny_text()
    gist = [["red above"], [], []]
    true, false = written(encoder, BIRDS, gist, 3, 2, seed=4)
    assert true.shape == (3, 3, 8) and false.shape == (3, 2, 8) and true.dtype == torch.float16
    draw, expected = random.Random(4), []
    for bird, gists in zip(BIRDS, gist, strict=True):
        said = [captions.describe(bird, draw) for _ in range(3)]
        if gists:
            said[-1] = draw.choice(gists)
        others = [captions.contradict(bird, draw) or captions.describe(draw.choice(BIRDS), draw) for _ in range(2)]
        expected.append(encoder.understand([*said, *others]))
    assert torch.allclose(torch.cat([true, false], 1).float(), torch.stack(expected), atol=1e-2)
