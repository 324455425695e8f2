"""The attributes of the birds in CUB-200-2011, merged from three sources.

Each picture has attributes ("belly: yellow", "bill: hooked"). Most pictures also have a few template sentences made from attributes, which
have more colours. For each species, it is known how often its pictures have an attribute. `read` merges all three into a `Bird`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .words import SHADES

HELD_OUT = 20  # one training picture in 20 is held out to choose the checkpoint
_MARKED = {
    "dark cap": "cap",
    "ring around": "eyering",
    "eyebrow": "eyebrow",
    "line through": "eyeline",
    "mask": "masked",
    "crest": "crested",
}
_COLOUR = "|".join(SHADES)
_COLOURED = rf"(?:{_COLOUR})(?: and (?:{_COLOUR}))*"
_PART = re.compile(rf"(?:\b(striped|spotted|speckled) )?\b({_COLOURED}) (wings|breast|belly|back|tail|nape|crown|throat|legs)\b")
_WHOLE = re.compile(rf"^an? (?:(tiny|small|medium sized|large|very large) )?(?:({_COLOURED}) )?bird\b")
_BILL = re.compile(rf"\b(short|medium|long) (?:({_COLOURED}) )?(?:(cone shaped|pointed|dagger|hooked|needle|spatulate) )?bill\b")
_SIZE = {"tiny": "very small", "small": "small", "medium sized": "medium", "large": "large", "very large": "very large"}
_LENGTH = {"short": "shorter_than_head", "medium": "about_the_same_as_head", "long": "longer_than_head"}
_SHAPE = {"cone shaped": "cone", "pointed": "all-purpose"}


@dataclass(frozen=True)
class Bird:
    """The annotations of one picture.

    Attributes:
        traits: values by CUB's name of the attribute, such as {"primary": ("red",), "wing": ("black",), "wing pattern": ("striped",),
            "size": ("small",), "bill shape": ("cone",), "head pattern": ("crested",)}.
        human: sentences that people wrote about this picture.
    """

    traits: Mapping[str, tuple[str, ...]]
    human: tuple[str, ...] = ()

    @property
    def colours(self) -> tuple[str, ...]:
        """The colours of the whole bird, the main one first."""
        return self.traits.get("primary", ())


def trait(name: str) -> tuple[str, str]:
    """Convert CUB's name of an attribute to a trait and its value: "has_upper_tail_color::red" -> ("tail", "red")."""
    group, _, value = name.partition("::")
    group = group.removeprefix("has_").removesuffix("_color").replace("upper_tail", "tail").replace("_", " ")
    if group == "size":
        value = value.partition("_(")[0].replace("_", " ")
    return group, value


def read(
    sentences: Sequence[str],
    attributes: Sequence[int] = (),
    names: Mapping[str, str] | None = None,
    usual: Sequence[float] = (),
    human: Sequence[str] = (),
) -> Bird:
    """Merge the annotations of a picture.

    Args:
        sentences: the template sentences. They have priority over all other sources.
        attributes: CUB's ids (from 1) of the picture's attributes.
        names: the attributes' names by id.
        usual: for each id, the percentage of the species' pictures that have this attribute. Attributes with at least 60 percent are used
            for traits that are in no other source.
        human: sentences that people wrote about the picture.
    """
    traits: dict[str, list[str]] = {}

    def add(where: dict[str, list[str]], key: str, *values: str) -> None:
        known = where.setdefault(key, [])
        known += [value for value in values if value and value not in known]

    for sentence in sentences:
        if whole := _WHOLE.search(sentence):
            add(traits, "size", _SIZE.get(whole[1] or "", ""))
            add(traits, "primary", *(whole[2] or "").split(" and "))
        for pattern, colours, part in _PART.findall(sentence):
            part = part.removesuffix("s") if part in ("wings", "legs") else part
            add(traits, part, *colours.split(" and "))
            add(traits, f"{part} pattern", "spotted" if pattern == "speckled" else pattern)
        for length, colours, shape in _BILL.findall(sentence):
            add(traits, "bill length", _LENGTH[length])
            add(traits, "bill", *colours.split(" and "))
            add(traits, "bill shape", _SHAPE.get(shape, shape))
        for words, mark in _MARKED.items():
            if words in sentence:
                add(traits, "head pattern", mark)
    traits = {key: values for key, values in traits.items() if values}
    names = names or {}
    seen: dict[str, list[str]] = {}
    for number in attributes:
        add(seen, *trait(names.get(str(number), "")))
    common: dict[str, list[str]] = {}
    for number, percent in sorted(enumerate(usual, 1), key=lambda pair: -pair[1]):
        if percent >= 60:
            add(common, *trait(names.get(str(number), "")))
    merged = {**common, **seen, **traits}
    merged.pop("", None)
    if len({tuple(merged.get(part, ())) for part in ("crown", "nape", "throat")}) == 1 and merged.get("crown"):
        merged["head"] = merged["crown"]
    return Bird({key: tuple(values) for key, values in merged.items()}, tuple(human))


def without_species(caption: str, species: str) -> str:
    """Remove the species' name from the beginning of a caption, and replace it, or its last word, by "bird" elsewhere."""
    caption = caption.partition(":")[2].strip() or caption
    words = species.lower().replace("-", " ").split()
    pattern = r"[\s-]+".join(map(re.escape, words))
    caption = re.sub(rf"\b{pattern}s?\b", "bird", caption.lower())
    return re.sub(rf"\b{re.escape(words[-1])}s?\b", "bird", caption)
