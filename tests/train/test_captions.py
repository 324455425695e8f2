"""Sentences say what is known of a picture, in many ways, and nothing else."""

import random
import re

import pytest

from train import captions
from train.captions import BASIC, COLOURS, Bird, contradict, describe, misspelt, read, trait, without_species

TEMPLATES = [
    "a small red and black bird with a striped grey breast, a dark cap and a short grey and buff cone shaped bill.",
    "this bird has a red belly, black and white wings, yellow legs and a ring around its eye.",
]


def test_templates_are_read_into_traits():
    assert read(TEMPLATES).traits == {
        "size": ("small",),
        "primary": ("red", "black"),
        "breast": ("grey",),
        "breast pattern": ("striped",),
        "head pattern": ("cap", "eyering"),
        "bill length": ("shorter_than_head",),
        "bill": ("grey", "buff"),
        "bill shape": ("cone",),
        "belly": ("red",),
        "wing": ("black", "white"),
        "leg": ("yellow",),
    }


def test_a_template_goes_before_an_attribute_and_an_attribute_before_what_is_usual():
    names = {"1": "has_belly_color::blue", "2": "has_back_color::white", "3": "has_back_color::brown", "4": "has_upper_tail_color::grey"}
    bird = read(TEMPLATES[1:], [1, 2], names, [0.0, 10.0, 90.0, 61.0])
    assert bird.traits["belly"] == ("red",) and bird.traits["back"] == ("white",) and bird.traits["tail"] == ("grey",)
    assert trait("has_size::very_small_(3_-_5_in)") == ("size", "very small")


def test_a_head_is_what_crown_nape_and_throat_agree_on():
    said = "this bird has a blue crown, a blue nape and a blue throat."
    assert read([said]).traits["head"] == ("blue",)
    assert "head" not in read([said.replace("blue throat", "red throat")]).traits


def shades(sentence: str) -> set[str]:
    """The colours that a sentence names, by their shades; a longer shade goes before a shorter one that it contains."""
    found = set()
    for shade, colour in sorted(((s, c) for c, all_ in COLOURS.items() for s in all_), key=lambda pair: -len(pair[0])):
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


def test_the_species_name_is_taken_out_of_a_sentence():
    caption = (
        "Black-throated Blue Warbler: blue back; like other warblers it has a white belly, unlike the Black throated Blue Warbler's mate."
    )
    found = without_species(caption, "Black throated Blue Warbler")
    assert "warbler" not in found and found.startswith("blue back")
    assert without_species("cardinal with a crest", "Cardinal") == "bird with a crest"


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
