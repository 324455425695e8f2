"""Two places for a latent, A and B: each holds a seed or a fitted picture, can be rolled anew, and locked against rolling.

Value: {"active": "a" | "b", "a": {"src", "side", "title", "alt", "seed"}, "b": ...}; `seed` is None for a fitted latent. R rolls those that
are not locked. Events: `submit` ({"a": 12, "b": 7}: new seeds), `select` ({"slot"}).
"""

from __future__ import annotations

from .base import Widget


class Slots(Widget):
    SKELETON = '<div class="slots"></div><p class="hint">A fit or a roll goes to the outlined one; click the other to switch.</p>'
