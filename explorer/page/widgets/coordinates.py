"""The latent itself: one cell with one bar for each of its numbers, up for positive, down for negative. A click sweeps that number.

Value: {"z": [...], "selected": [...], "title", "note"}; the bars follow the filmstrip. Events: `select` ({"index", "add"}).
"""

from __future__ import annotations

from .base import Widget


class Coordinates(Widget):
    SKELETON = (
        '<figure class="coordinates"><div class="cells"></div><figcaption><span></span><span class="note"></span></figcaption></figure>'
    )
