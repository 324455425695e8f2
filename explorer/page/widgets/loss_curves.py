"""How losses and scores went through training. The marker follows the filmstrip of the same channel; a click shows that moment there.

Positive values whose highest is more than twenty times the lowest are drawn on a logarithmic scale: the first collapse of a distance would
otherwise hide all that follows.
"""

from __future__ import annotations

from typing import TypedDict

from .base import Widget


class Line(TypedDict):
    """One small chart."""

    name: str
    points: list[list[float]]  # pictures seen, value


class LossCurvesValue(TypedDict):
    """The charts. None hides the widget."""

    lines: list[Line]
    most: int  # pictures seen in all


class LossCurves(Widget):
    VALUE = LossCurvesValue
    SKELETON = '<div class="losses"></div>'
