"""Words for a bird's colours, parts, sizes and marks, by their names in CUB-200-2011."""

from __future__ import annotations

import re

SHADES: dict[str, tuple[str, ...]] = {
    "red": (
        "red", "crimson", "scarlet", "bright red", "ruby", "deep red", "cherry red", "blood red", "vermilion", "vivid red",
        "reddish", "maroon", "ruby red", "wine red"
    ),
    "blue": (
        "blue", "azure", "bright blue", "sky blue", "cobalt", "navy blue", "sapphire", "cerulean", "deep blue", "indigo", "bluish",
        "royal blue", "turquoise", "navy"
    ),
    "yellow": (
        "yellow", "golden", "bright yellow", "lemon yellow", "canary yellow", "sunny yellow", "lemon", "mustard", "yellowish", "gold"
    ),
    "black": (
        "black", "jet black", "coal black", "ebony", "pitch black", "inky black", "deep black", "raven black", "blackish", "dark",
        "sooty"
    ),
    "white": ("white", "snow white", "snowy", "ivory", "pure white", "bright white", "milky white", "whitish", "pale", "chalky white"),
    "brown": (
        "brown", "chestnut", "chocolate brown", "dark brown", "earthy brown", "brownish", "cinnamon", "coffee brown", "umber",
        "mahogany", "auburn", "bronze"
    ),
    "grey": ("grey", "gray", "ash grey", "slate gray", "silver", "silvery", "smoky gray", "greyish", "dull grey"),
    "buff": ("buff", "tan", "beige", "sandy", "light brown", "cream", "pale brown", "fawn"),
    "orange": ("orange", "bright orange", "amber", "tangerine", "fiery orange", "pumpkin orange"),
    "green": ("green", "emerald", "bright green", "leaf green", "grass green", "deep green", "greenish"),
    "olive": ("olive", "olive green", "mossy green", "yellowish green", "drab green"),
    "rufous": ("rufous", "rusty", "reddish brown", "russet", "rust coloured"),
    "purple": ("purple", "violet", "plum", "lilac"),
    "pink": ("pink", "rosy", "rose coloured", "salmon pink"),
    "iridescent": ("iridescent", "glossy", "shiny", "shimmering"),
}  # fmt: skip
BASIC = ("red", "blue", "yellow", "black", "white", "brown", "grey", "orange", "green")
LIKE: dict[str, tuple[str, ...]] = {
    "red": ("a ripe tomato", "blood", "a fire truck", "a cherry", "a strawberry", "a ruby"),
    "blue": ("the sky", "the sea", "the ocean", "a sapphire", "denim", "a summer sky"),
    "yellow": ("a lemon", "the sun", "a canary", "butter", "a banana", "a sunflower"),
    "black": ("coal", "the night", "ink", "soot", "tar", "a raven"),
    "white": ("snow", "milk", "paper", "chalk", "a cloud", "cotton"),
    "brown": ("chocolate", "coffee", "wood", "bark", "a chestnut", "mud"),
    "grey": ("ash", "stone", "smoke", "a rainy day", "slate"),
    "orange": ("a pumpkin", "an orange", "a carrot", "fire"),
    "green": ("grass", "a leaf", "an emerald", "a lime"),
    "buff": ("sand", "straw", "parchment"),
    "pink": ("a rose", "a flamingo"),
    "purple": ("a plum", "lavender"),
}
PARTS: dict[str, tuple[str, ...]] = {
    "wing": ("wings", "wing feathers", "wings"),
    "breast": ("breast", "chest", "breast"),
    "belly": ("belly", "stomach", "abdomen", "belly", "tummy"),
    "back": ("back", "back", "mantle"),
    "tail": ("tail", "tail feathers", "rectrices"),
    "nape": ("nape", "neck", "back of the neck"),
    "crown": ("crown", "top of the head", "crown", "cap"),
    "throat": ("throat", "throat", "chin"),
    "leg": ("legs", "feet", "tarsi", "feet and legs"),
    "bill": ("bill", "beak"),
    "forehead": ("forehead", "front of the head"),
    "eye": ("eyes",),
    "head": ("head", "face"),
    "underparts": ("underparts", "underside", "front"),
    "upperparts": ("upperparts", "upper body"),
}
PLURAL = re.compile(r"(wings|feathers|rectrices|legs|feet|tarsi|eyes|parts)$")
PATTERNS: dict[str, tuple[str, ...]] = {
    "striped": ("striped", "streaked", "barred"),
    "spotted": ("spotted", "speckled", "mottled"),
    "multi-colored": ("mixed", "multicolored"),
}
SIZES: dict[str, tuple[str, ...]] = {
    "very small": ("tiny", "very small", "little", "small"),
    "small": ("small", "little", "smallish"),
    "medium": ("medium sized", "medium-sized", "mid-sized", "midsize"),
    "large": ("large", "big", "sizable"),
    "very large": ("very large", "huge", "enormous"),
}
LENGTHS: dict[str, tuple[str, ...]] = {
    "shorter_than_head": ("short", "small", "tiny", "stubby"),
    "about_the_same_as_head": ("medium", "medium length", "average"),
    "longer_than_head": ("long", "very long", "lengthy"),
}
BILLS: dict[str, tuple[str, ...]] = {
    "cone": ("cone shaped", "conical", "thick", "triangular"),
    "all-purpose": ("pointed", "straight", "sharp", "thin"),
    "dagger": ("dagger like", "sharp", "straight", "pointy"),
    "hooked_seabird": ("hooked", "curved", "hook-tipped"),
    "hooked": ("hooked", "curved"),
    "needle": ("needle like", "thin", "needle thin"),
    "spatulate": ("spatulate", "flat", "broad", "duck-like"),
    "curved_(up_or_down)": ("curved", "bent"),
    "specialized": ("unusual", "specialized", "odd"),
}
SHAPES = ("duck", "owl", "gull", "hummingbird", "pigeon", "hawk", "sandpiper", "swallow")
MARKS: dict[str, tuple[str, ...]] = {
    "cap": ("a dark cap", "a capped head"),
    "eyering": ("a ring around its eye", "an eye ring", "rings around the eyes"),
    "eyebrow": ("an eyebrow stripe", "a line above the eye"),
    "eyeline": ("a line through its eye", "an eye line"),
    "masked": ("a mask", "a dark mask over its eyes"),
    "crested": ("a crest", "a crest on its head", "a crested head"),
}
