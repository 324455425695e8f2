"""A latent as a bar chart: a cell for each number, with a bar that goes up if the number is positive. A click on a cell sweeps its number.

The bars show the latent of the frame that is selected in the filmstrip. Events: `select` ({"index", "add"}).
"""

from __future__ import annotations

from typing import TypedDict

from .base import Widget


class CoordinatesValue(TypedDict):
    """A latent. None hides the widget."""

    z: list[float]
    selected: list[int]  # indices of the coordinates to sweep
    title: str
    note: str


class Coordinates(Widget):
    VALUE = CoordinatesValue
    SKELETON = (
        '<figure class="coordinates"><div class="cells"></div><figcaption><span></span><span class="note"></span></figcaption></figure>'
    )
