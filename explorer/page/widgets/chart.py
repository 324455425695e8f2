"""Charts of one or several series over a common axis: the curves of a training, of a fit, of a noise schedule.

A marker on every series is at the frame that is selected in the filmstrip of the same channel; a click on a chart selects another frame.
Pointing at a chart reads its numbers; every chart has them as a table too, and can be saved as SVG and as CSV. Another widget of the
channel can send the charts in a message "charts" (a `ChartValue`), when they are computed in the browser.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .base import Widget


class Series(TypedDict):
    """One curve."""

    name: str
    points: list[list[float]]  # x and y; x is `step` in frames
    texts: NotRequired[list[str]]  # for each point, what is said of it when it is selected, in place of its numbers
    errors: NotRequired[list[float]]  # for each point, half the length of its error bar
    pictures: NotRequired[list[str]]  # for each point, a picture to show beside the pointer
    hidden: NotRequired[bool]  # it is drawn only if the visitor selects it in the legend


class Axis(TypedDict):
    """One axis."""

    label: str  # with its unit
    range: NotRequired[list[float]]  # its ends; without this key they follow from the points
    least: NotRequired[float]  # its least length
    log: NotRequired[bool]  # a logarithmic scale; all values must be positive


class Panel(TypedDict):
    """One chart."""

    title: str
    note: NotRequired[str]  # a line below the title
    series: list[Series]
    x: Axis
    y: Axis
    description: NotRequired[str]  # for screen readers; without this key, the first and the last value of each series
    ships: NotRequired[float]  # the x of what ships
    references: NotRequired[list[list[float | str]]]  # y and label of horizontal lines
    marks: NotRequired[list[float]]  # the x to mark on the x axis
    wide: NotRequired[bool]  # takes the whole width


class ChartValue(TypedDict):
    """The charts. None hides the widget."""

    panels: list[Panel]


class Chart(Widget):
    VALUE = ChartValue
    SKELETON = '<div class="charts"></div>'
