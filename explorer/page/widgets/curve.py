"""One curve over the steps of a run. Its marker is at the frame that is selected in the filmstrip; a click selects
another frame."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .base import Widget


class CurveValue(TypedDict):
    """A curve. None hides the widget."""

    points: list[list[float | str]]  # x, y, and a text about the point; x is `step` in frames
    most: int  # the largest x
    across: str  # the name of the x axis
    up: str  # the name of the y axis
    label: str  # a description of the curve, for screen readers
    span: NotRequired[float]  # the least height of the y axis
    reference: list[float | str] | None  # y and label of a horizontal line
    ticks: NotRequired[list[int]]  # the x to mark on the x axis


class Curve(Widget):
    VALUE = CurveValue
    SKELETON = '<div class="curve"></div>'
