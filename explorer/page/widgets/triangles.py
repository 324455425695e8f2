"""Small triangles, one for each thing, whose corners stand for three qualities: the farther the filled triangle reaches to a corner, the
more of that quality."""

from __future__ import annotations

from typing import TypedDict

from .base import Widget


class Triangle(TypedDict):
    """One thing."""

    name: str
    colour: int  # from 0 to 6
    shares: list[float]  # of each quality, from 0 to 1
    notes: list[str]  # the figure of each quality, as text
    claim: str  # a line below


class TrianglesValue(TypedDict):
    """The triangles. None hides the widget."""

    title: str
    note: str
    corners: list[str]  # the names of the three qualities: above, right, left
    triangles: list[Triangle]


class Triangles(Widget):
    VALUE = TrianglesValue
    SKELETON = '<h4></h4><p class="note"></p><div class="triangles"></div>'
