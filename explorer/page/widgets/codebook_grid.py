"""The codebook: every code with its picture and how often it is used. A click on a code puts it into the selected cell of the map.

The widget receives the message `cell`, and marks the selected cell's code and the codes nearest to the encoder's vector; it hides in modes
without a selected cell. It has no events, but sends the map the message `put` ({"code"}).
"""

from __future__ import annotations

from typing import TypedDict

from .base import Widget


class CodebookValue(TypedDict):
    """A model's codes, from `Codebook` of the VQ codes tab."""

    sheet: str  # the codes' pictures as one data URI
    columns: int  # pictures in a row of the sheet
    colours: list[str]  # by code, "#rrggbb"
    shares: list[float] | None  # by code, in percent of all cells
    order: list[int]  # of the codes in the grid


class CodebookGrid(Widget):
    VALUE = CodebookValue
    SKELETON = (
        '<div class="codebook"><div class="strip-head"><h3></h3><span></span></div><div class="tiles"></div><p class="hint"></p></div>'
    )
