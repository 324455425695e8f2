"""The slots A and B for latents: each holds a seed or a fitted latent. A slot can get a new random seed, unless it is locked.

The key R gives new seeds to the slots that are not locked. Events: `submit` ({"a": 12, "b": 7}: new seeds), `select` ({"slot"}).
"""

from __future__ import annotations

from typing import Literal, TypedDict

from .base import Widget


class Slot(TypedDict):
    """What a slot holds."""

    role: str  # as on the stage; not shown
    src: str
    side: int  # the picture's pixels
    title: str
    note: str  # not shown
    alt: str
    seed: int | None  # None for a fitted latent


class SlotsValue(TypedDict):
    """Both slots."""

    active: Literal["a", "b"]
    rolls: Literal["active", "both"]  # which slots get new seeds with R
    a: Slot
    b: Slot


class Slots(Widget):
    VALUE = SlotsValue
    SKELETON = '<div class="slots"></div><p class="hint">A fit or a new seed goes to the outlined slot; click the other one to switch.</p>'
