"""A picture as its codes: a grid of coloured, numbered cells. Cells are chosen one by one, or painted over to erase or to mix them.

The cells follow the filmstrip. Events: `select` ({"painted": [cells]}) after a stroke, `submit` ({"cell", "codes": rows}) when a code is
put into a cell. The others hear `cell` ({"cell", "code", "mode", ...}).

A code that is put into a cell shows at once: the widget asks the server function `redraw` (model, rows of codes -> a picture) for the
picture alone, while the event brings the rest.
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
    selected: int | None  # the chosen cell; None leaves it as it is
    changed: list[int]  # the cells that differ from what was encoded
    title: str
    note: str
    nearest: list[list[list[float]]] | None  # by cell, pairs of code and distance; None where there is no picture


class CodeMap(Widget):
    VALUE = CodeMapValue
    SKELETON = '<figure class="code-map"><div class="map"></div><figcaption><span></span><span class="note"></span></figcaption></figure>'
