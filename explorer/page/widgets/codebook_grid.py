"""The codebook: every code as what it draws where it is at home, with how often it is used. A click asks the map to take it.

Value: what `codebooks.Codebook.value` returns. The widget hears which cell is chosen, and marks its code and the codes nearest to what the
encoder wanted there; it hides where no single cell is chosen. No events: the map hears `put` ({"code"}).
"""

from __future__ import annotations

from .base import Widget


class CodebookGrid(Widget):
    SKELETON = (
        '<div class="codebook"><div class="strip-head"><h3></h3><span></span></div><div class="tiles"></div><p class="hint"></p></div>'
    )
