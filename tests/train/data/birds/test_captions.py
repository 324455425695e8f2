"""Sentences say what is known of a picture, in many ways, and nothing else."""

import random
import re

import pytest

from train.data.birds import Bird, captions, read
from train.data.birds.captions import contradict, describe, misspelt
from train.data.birds.words import BASIC, SHADES

TEMPLATES = [
    "a small red and black bird with a striped grey breast, a dark cap and a short grey and buff cone shaped bill.",
    "this bird has a red belly, black and white wings, yellow legs and a ring around its eye.",
]


def shades(sentence: str) -> set[str]:
    """The colours that a sentence names, by their shades; a longer shade goes before a shorter one that it contains."""
    found = set()
    for shade, colour in sorted(((s, c) for c, all_ in SHADES.items() for s in all_), key=lambda pair: -len(pair[0])):
        if re.search(rf"\b{shade}\b", sentence):
            found.add(colour)
            sentence = re.sub(rf"\b{shade}\b", " ", sentence)
    return found


def test_a_sentence_names_no_colour_that_the_bird_has_not():
    bird = Bird({"primary": ("red",), "wing": ("blue",), "belly": ("red",), "size": ("small",), "bill": ("red",), "bill shape": ("cone",)})
    draw = random.Random(0)
    said = [describe(bird, draw) for _ in range(500)]
    assert len(set(said)) > 250
    # "a bird the color of an orange" is the one thing that is also a colour; a red bird is never like it
    assert set().union(*map(shades, said)) == {"red", "blue"}
    assert any("crimson" in sentence or "scarlet" in sentence for sentence in said)
    assert {len(sentence.split()) > 12 for sentence in said} == {True, False}
    assert all(sentence == sentence.lower() and "  " not in sentence and sentence.strip() == sentence for sentence in said)


def test_sentences_depend_on_the_seed_alone():
    bird = read(TEMPLATES)
    assert [describe(bird, random.Random(seed)) for seed in range(9)] == [describe(bird, random.Random(seed)) for seed in range(9)]


def test_a_bird_of_which_nothing_is_known_is_a_bird():
    assert describe(Bird({}), random.Random(0)) == "a bird"


def test_human_sentences_are_taken_as_often_as_asked():
    bird = Bird({"primary": ("red",)}, human=("This is MY bird.",))
    draw = random.Random(0)
    share = sum(describe(bird, draw, human=0.3) == "this is my bird" for _ in range(2000)) / 2000
    assert share == pytest.approx(0.3, abs=0.04)
    assert describe(Bird({}, human=("This is MY bird.",)), draw, human=0.0) == "this is my bird"


def test_a_contradiction_names_a_basic_colour_that_the_bird_has_not():
    bird = read(TEMPLATES)
    draw = random.Random(0)
    said = [contradict(bird, draw) for _ in range(200)]
    own = {"red", "black", "grey", "buff", "white", "yellow"}
    assert sum(sentence is not None for sentence in said) > 180
    assert all((shades(sentence) - own) & set(BASIC) for sentence in said if sentence)
    assert contradict(Bird({"size": ("small",)}), draw) is None


def test_a_misspelt_sentence_differs_in_one_word_by_one_letter_or_two():
    draw = random.Random(0)
    for _ in range(100):
        found = misspelt("a scarlet bird", draw).split()
        assert found[0] == "a" and sum(a != b for a, b in zip(found, ["a", "scarlet", "bird"], strict=True)) <= 1
        assert all(abs(len(a) - len(b)) <= 1 for a, b in zip(found, ["a", "scarlet", "bird"], strict=True))
    assert misspelt("a bee", draw) == "a bee"


def test_everyday_sentences_use_the_words_that_are_given():
    draw = random.Random(0)
    said = [captions.everyday(["zebra"], draw) for _ in range(300)]
    assert 0.4 < sum("zebra" in sentence for sentence in said) / 300 < 0.9 and len(set(said)) > 150
