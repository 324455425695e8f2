"""A plane of latents with two numbers: decoded digits as a picture, and real digits as points. Pointing at a place shows the digit there.

The widget has no events.
"""

from __future__ import annotations

from typing import TypedDict

from .base import Widget


class PlaneValue(TypedDict):
    """The plane. None hides the widget."""

    src: str  # `side` by `side` digits, the largest second number on top
    side: int
    reach: float  # both numbers go from -reach to reach
    points: list[list[float]]  # both numbers and the class
    title: str
    note: str


class Plane(Widget):
    VALUE = PlaneValue
    SKELETON = (
        '<section class="plane" hidden><div class="strip-head"><h3></h3><span></span></div><div class="plane-body"><div class="map" '
        'tabindex="0" role="img"><img alt=""></div><figure><canvas width="28" height="28" role="img"></canvas><figcaption></figcaption>'
        '<label><input type="checkbox"> show the decoded digits</label><div class="classes"></div></figure></div></section>'
    )
