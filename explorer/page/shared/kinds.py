"""What a visitor or a program tells a prior, checked: the class, the seed, the temperature, how many codes it may choose from."""

from __future__ import annotations

from typing import Any

from explorer.codes import TEMPERATURES

from .checks import choice, number, whole
from .conditions import ANY
from .studio import SEEDS, Studio


def settings(studio: Studio, model: str, label: Any, seed: Any, temperature: Any, top: Any) -> dict[str, Any]:
    """The settings, each checked; an empty or null `top` stands for all codes."""
    network = studio.coder(model)
    return {
        "label": choice("class", label, [ANY, *network.classes]),
        "seed": whole("seed", seed, 0, SEEDS),
        "temperature": number("temperature", temperature, *TEMPERATURES),
        "top": None if top in (None, 0) else whole("top", top, 1, network.codebook_size),
    }
