"""The codebook: every code as what it draws where it is at home, with how often it is used. A click asks the map to take it.

The widget hears which cell is chosen, and marks its code and the codes nearest to what the encoder wanted there; it hides where no single
cell is chosen. No events: the map hears `put` ({"code"}).
"""

from __future__ import annotations

from typing import TypedDict

from .base import Widget


class CodebookValue(TypedDict):
    """A model's codes; `Codebook` says where they come from."""

    sheet: str  # the codes' pictures as one data URI
    columns: int  # pictures in a row of the sheet
    colours: list[str]  # by code, "#rrggbb"
    shares: list[float] | None  # by code, of all cells, in percent
    order: list[int]  # the codes as they are listed


class CodebookGrid(Widget):
    VALUE = CodebookValue
    SKELETON = (
        '<div class="codebook"><div class="strip-head"><h3></h3><span></span></div><div class="tiles"></div><p class="hint"></p></div>'
    )
