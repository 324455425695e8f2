"""Curves of losses and metrics over training. The marker is at the frame that is selected in the filmstrip of
the same channel; a click on the curve selects another frame.

If all values are positive and the highest is more than twenty times the lowest, the scale is logarithmic: otherwise the steep fall at the
beginning would flatten the rest of the curve.
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
