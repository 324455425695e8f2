"""A map of codes as a grid of coloured, numbered cells. A visitor selects one cell, or paints over cells to erase or to mix them.

The cells show the frame that is selected in the filmstrip. Events: `select` ({"painted": [cells]}) after a stroke, `submit` ({"cell",
"codes": rows}) when a code is put into a cell. The other widgets receive the message `cell` ({"cell", "code", "mode", ...}).

The widget shows the effect of a new code at once: it gets the picture from the server function `redraw` (model, rows of codes -> picture),
while the event updates everything else.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from .base import Widget


class CodeMapValue(TypedDict):
    """A map of codes, row by row."""

    model: str
    side: int  # cells in a row
    codes: list[int]  # by cell; -1 is an erased cell
    colours: list[str]  # by code, "#rrggbb"
    mode: Literal["edit", "fill", "mix"]
    painted: list[int]  # the cells that are erased or mixed in
    selected: int | None  # the selected cell; None leaves the selection unchanged
    changed: list[int]  # the cells that differ from the encoded picture's map
    title: str
    note: str
    nearest: list[list[list[float]]] | None  # by cell, pairs of code and distance; None if the map is not of an encoded picture


class CodeMap(Widget):
    VALUE = CodeMapValue
    SKELETON = '<figure class="code-map"><div class="map"></div><figcaption><span></span><span class="note"></span></figcaption></figure>'
