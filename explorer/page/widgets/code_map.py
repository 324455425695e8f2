"""A picture as its codes: a grid of coloured, numbered cells. Cells are chosen one by one, or painted over to erase or to mix them.

Value: {"model", "side", "codes": [...], "colours": [by code], "mode": "edit" | "fill" | "mix", "painted": [cells], "selected": cell,
"changed": [cells], "title", "note", "nearest": [[code, distance], ...] by cell | None}; a code of -1 is an erased cell. The cells follow
the filmstrip. Events: `select` ({"painted": [cells]}) after a stroke, `submit` ({"cell", "codes": rows}) when a code is put into a cell.
The others hear `cell` ({"cell", "code", "mode", ...}).

A code that is put into a cell shows at once: the widget asks the server function `redraw` (model, rows of codes -> a picture) for the
picture alone, while the event brings the rest.
"""

from __future__ import annotations

from .base import Widget


class CodeMap(Widget):
    SKELETON = '<figure class="code-map"><div class="map"></div><figcaption><span></span><span class="note"></span></figcaption></figure>'
