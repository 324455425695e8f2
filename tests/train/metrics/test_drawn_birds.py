"""What is asked of a text-to-image model when it is measured."""

import torch
from tiny import tiny_stackgan, tiny_text

from train.metrics import drawn_birds as drawing
from train.metrics.forced_choice import SIX


def test_paraphrases_differ_name_the_colour_and_are_the_same_every_time():
    for colour in SIX:
        found = drawing.paraphrases(colour)
        assert len(set(found)) == drawing.PARAPHRASES and f"a {colour} bird" not in found
        assert found == drawing.paraphrases(colour)
    assert not set(drawing.paraphrases("red")) & set(drawing.paraphrases("blue"))


def test_every_sentence_gets_a_picture_of_every_stage_and_a_seed_gives_the_same_ones():
    model, encoder = tiny_stackgan(), tiny_text()
    said = [f"a {colour} bird" for colour in SIX]
    (first, second), (again, _), (other, _) = (drawing.drawn(model, encoder, said, seed) for seed in (1, 1, 2))
    assert first.shape == (6, 3, 64, 64) and second.shape == (6, 3, 256, 256)
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_the_sketches_alone_are_the_same_as_those_of_all_stages():
    model, encoder = tiny_stackgan(), tiny_text()
    (alone,), both = (drawing.drawn(model, encoder, ["a red bird"], 1, stages) for stages in (1, None))
    assert torch.equal(alone, both[0])
