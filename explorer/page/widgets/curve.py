"""One curve over the steps of a run. Its marker follows the filmstrip; a click shows that step there."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .base import Widget


class CurveValue(TypedDict):
    """A curve. None hides the widget."""

    points: list[list[float | str]]  # x, y, and what is said there; frames carry x as `step`
    most: int  # the largest x
    across: str  # the axes' names
    up: str
    label: str  # what the curve shows, for those who hear it
    span: NotRequired[float]  # the least height of the scale
    reference: list[float | str] | None  # y and label of a line across
    ticks: NotRequired[list[int]]  # x that are marked along the bottom


class Curve(Widget):
    VALUE = CurveValue
    SKELETON = '<div class="curve"></div>'
