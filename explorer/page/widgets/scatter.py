"""Scatter plots of the same things over different axes: each a curve of points, such as a model at the positions of its dial.

Pointing at a point, or moving to it with the arrow keys, reads its figures in every plot; choosing one selects it. Every plot has its
numbers as a table too. Event: `select` ({"key"}).
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .base import Widget
from .chart import Axis


class Point(TypedDict):
    """One point of a plot."""

    key: str  # the same in all plots
    x: float
    y: float
    error: NotRequired[float]  # half the length of its error bar
    text: str  # what is said of it


class Curve(TypedDict):
    """The points of one thing, joined in their order."""

    name: str
    colour: int  # from 0 to 6; curves of one colour are one entry of the legend
    points: list[Point]


class Plot(TypedDict):
    """One plot."""

    title: str
    note: NotRequired[str]
    x: Axis
    y: Axis
    curves: list[Curve]
    references: NotRequired[list[list[float | str]]]  # y and label of horizontal lines


class ScatterValue(TypedDict):
    """The plots. None hides the widget."""

    plots: list[Plot]
    selected: str | None  # the key of the selected point


class Scatter(Widget):
    VALUE = ScatterValue
    SKELETON = '<div class="charts scatter"></div><p class="reading" aria-live="polite"></p>'
