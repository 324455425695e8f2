"""Generates sentences about a bird from the annotations of its picture.

`describe` describes a `Bird` in one of many styles: short or long, in any order, with different words for colours (crimson, azure, the
colour of snow), parts and sizes. `everyday` generates sentences about birds, colours and other things, for the distillation of a text
encoder. All choices are made with a `random.Random`.

If a picture has human sentences, these are used too. They were collected by Reed et al. 2016, "Learning Deep Representations of
Fine-grained Visual Descriptions".
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from . import Bird
from .words import BASIC, BILLS, LENGTHS, LIKE, MARKS, PARTS, PATTERNS, PLURAL, SHADES, SHAPES, SIZES


def _colour(value: str, draw: random.Random) -> str:
    words = SHADES.get(value, (value,))
    return words[0] if draw.random() < 0.5 else draw.choice(words)


def _coloured(values: Sequence[str], draw: random.Random) -> str:
    chosen = list(values[:2])
    if len(chosen) == 2 and draw.random() < 0.4:
        draw.shuffle(chosen)
    return draw.choice((" and ", " and ", " and ", ", ")).join(_colour(value, draw) for value in chosen)


def _article(words: str) -> str:
    return ("an " if words[0] in "aeiou" else "a ") + words


def _part(bird: Bird, key: str, draw: random.Random) -> str:
    """A phrase about one part: "a streaked tan breast", "long yellow legs"."""
    word = draw.choice(PARTS[key])
    colours = _coloured(bird.traits[key], draw)
    said = [colours, word]
    pattern = bird.traits.get(f"{key} pattern", ())
    if pattern and pattern[0] in PATTERNS and draw.random() < 0.7:
        said.insert(0, draw.choice(PATTERNS[pattern[0]]))
    if key == "bill":
        said[:-1] = _bill(bird, draw, colours)
    if draw.random() < 0.12 and key != "bill":
        are = "are" if PLURAL.search(word) else "is"
        return f"{draw.choice(('its', 'the'))} {word} {are} {' '.join(said[:-1])}"
    phrase = " ".join(said)
    return phrase if PLURAL.search(word) else _article(phrase)


def _bill(bird: Bird, draw: random.Random, colours: str = "") -> list[str]:
    said = [colours] if colours else []
    for key, words in (("bill length", LENGTHS), ("bill shape", BILLS)):
        value = bird.traits.get(key, ("",))[0]
        if value in words and draw.random() < 0.6:
            said.insert(0 if key == "bill length" else len(said), draw.choice(words[value]))
    return said


def _whole(bird: Bird, draw: random.Random) -> str:
    """A phrase about the whole bird, with or without its size and colours: "small red and black bird"."""
    said = []
    size = bird.traits.get("size", ("",))[0]
    if size in SIZES and draw.random() < 0.5:
        said.append(draw.choice(SIZES[size]))
    if bird.colours and draw.random() < 0.75:
        said.append(_coloured(bird.colours, draw))
    shape = bird.traits.get("shape", ("",))[0].removesuffix("-like")
    noun = "bird"
    if shape in SHAPES and draw.random() < 0.3:
        noun = draw.choice((f"{shape}-like bird", f"bird like a {shape}"))
    return " ".join([*said, noun])


def plain(bird: Bird, draw: random.Random) -> str:
    """A short sentence about the whole bird: "a red bird", "a bird as red as a ripe tomato", "crimson bird"."""
    if not bird.colours:
        return _article(_whole(bird, draw))
    first = bird.colours[0]
    colours = _coloured(bird.colours, draw)
    way = draw.random()
    if way < 0.45:
        return _article(f"{colours} bird")
    if way < 0.6 and first in LIKE and len(bird.colours) == 1:
        like = draw.choice(LIKE[first])
        return draw.choice((f"a bird as {first} as {like}", f"a bird the color of {like}", f"{_article(first)} bird like {like}"))
    body = draw.choice(("plumage", "feathers", "body", "coat"))
    place = draw.choice(("on a branch", "in the grass", "by the sea", "in the sky", "on the water", "on a perch"))
    manner = draw.choice(("beautiful", "pretty", "lovely", "fluffy", "cute", "wild", "lone"))
    return draw.choice(
        (
            f"{colours} bird",
            f"this bird is {colours}",
            f"a bird that is {colours}",
            f"a bird with {_article(colours) if body in ('body', 'coat') else colours} {body}",
            f"the bird is mostly {colours}",
            f"a {manner} {colours} bird",
            f"a photo of {_article(colours)} bird",
            f"{_article(colours)} bird {place}",
        )
    )


def describe(bird: Bird, draw: random.Random, human: float = 0.3) -> str:
    """A random sentence about the bird, in lower case and without a full stop at the end.

    Args:
        bird: the annotations of a picture.
        draw: the random generator.
        human: probability of returning one of the picture's human sentences, if it has any; 1 if it has no other annotations.
    """
    if bird.human and (not bird.traits or draw.random() < human):
        return draw.choice(bird.human).strip().lower().rstrip(".")
    parts = [key for key in PARTS if bird.traits.get(key)]
    if not parts or draw.random() < 0.25:
        return plain(bird, draw)
    count = min(len(parts), draw.choice((1, 1, 2, 2, 3, 3, 4, 5)))
    weights = [0.3 if key in ("eye", "forehead", "underparts", "upperparts") else 1.0 for key in parts]
    chosen: list[str] = []
    while len(chosen) < count:
        key = draw.choices(parts, weights)[0]
        if key not in chosen:
            chosen.append(key)
    said = [_part(bird, key, draw) for key in chosen]
    mark = bird.traits.get("head pattern", ("",))[0]
    if mark in MARKS and draw.random() < 0.4:
        said.append(draw.choice(MARKS[mark]))
    statements = [phrase for phrase in said if phrase.startswith(("its ", "the "))]
    things = [phrase for phrase in said if phrase not in statements]
    listed = _listed(things, draw)
    whole = _whole(bird, draw)
    if not things:
        return _listed([draw.choice((f"this is {_article(whole)}", f"this {whole} is shown")), *statements], draw)
    way = draw.random()
    if way < 0.4:
        sentence = f"{draw.choice((_article(whole), f'this {whole}', f'this is {_article(whole)}'))} with {listed}"
    elif way < 0.7:
        sentence = f"{draw.choice(('this bird has', 'the bird has', 'it has', f'this {whole} has', 'a bird that has'))} {listed}"
    elif way < 0.8 and bird.colours:
        sentence = f"this bird is {_coloured(bird.colours, draw)}, with {listed}"
    elif way < 0.9:
        sentence = f"{listed} on {_article(whole)}"
    else:
        sentence = re.sub(r"\b(?:an?|its|this|the) ", "", f"{whole}, {listed}")
    return ", ".join([sentence, *statements])


def _listed(phrases: Sequence[str], draw: random.Random) -> str:
    if len(phrases) < 2:
        return "".join(phrases)
    return draw.choice((", ", ", ", " and ")).join(phrases[:-1]) + draw.choice((" and ", " and ", ", and ", ", ", " with ")) + phrases[-1]


def contradict(bird: Bird, draw: random.Random) -> str | None:
    """A sentence that names a wrong colour: one of the bird's colours is replaced by a colour that the bird does not have. None if the bird
    has no colour, or if no such sentence was found."""
    keys = ("primary", *PARTS)
    present = {value for key in keys for value in bird.traits.get(key, ()) if value in SHADES}
    free = [colour for colour in BASIC if colour not in present]
    if not present or not free:
        return None
    old = bird.colours[0] if bird.colours and draw.random() < 0.6 else draw.choice(sorted(present))
    new = draw.choice(free)
    traits = {
        key: tuple(new if value == old else value for value in values) if key in keys else values
        for key, values in bird.traits.items()
        if key not in keys or old in values or draw.random() < 0.5
    }
    other = replace(bird, traits=traits, human=())
    for _ in range(8):
        sentence = describe(other, draw)
        if any(re.search(rf"\b{shade}\b", sentence) for shade in SHADES[new]):
            return sentence
    return None


def misspelt(sentence: str, draw: random.Random) -> str:
    """The sentence with a random typing error: one letter of a longer word is missing, doubled, wrong, or swapped with the next one."""
    words = sentence.split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 3]
    if not long:
        return sentence
    i = draw.choice(long)
    word, at = words[i], draw.randrange(1, len(words[i]) - 1)
    words[i] = draw.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + draw.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return " ".join(words)


def everyday(words: Sequence[str], draw: random.Random) -> str:
    """A random sentence about birds and colours that contains some of `words`, for distillation."""
    colour = draw.choice(sorted(SHADES))
    shade, part, word, other = _colour(colour, draw), draw.choice(PARTS[draw.choice(sorted(PARTS))]), draw.choice(words), draw.choice(words)
    like = draw.choice(LIKE.get(colour, (word,)))
    size = draw.choice(SIZES[draw.choice(sorted(SIZES))])
    return draw.choice(
        (
            f"a {shade} bird",
            f"a {word} bird",
            f"a bird the color of {like}",
            f"a bird as {shade} as {like}",
            f"{size} {word} with {_article(shade)} {part}",
            f"the {word} {other}",
            f"{word}",
            f"{word} and {other}",
            f"a {shade} {word}",
            f"please draw me a {shade} bird with a {word}",
            f"i would like to see {_article(shade)} bird",
            f"the {part} is {shade}",
            f"not a {word} but a bird",
            f"a bird near a {word}",
            f"a bird from {word}",
            f"a {word} with wings",
            f"what about {_article(size)} bird with {shade} {part}",
            f"{shade} {part}, {word} {other}",
            f"a bird like a {word}",
            f"{like} is {shade}",
        )
    )
