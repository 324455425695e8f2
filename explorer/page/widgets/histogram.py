"""The histogram of a picture's values, and the standard normal density, which pure noise has. It shows the
frame that is selected in the filmstrip."""

from __future__ import annotations

from typing import TypedDict

from .base import Widget


class HistogramValue(TypedDict):
    """A histogram. None hides the widget."""

    low: float  # the lower edge of the first bin
    high: float  # the upper edge of the last bin
    counts: list[float]  # by bin, in percent; frames have them too
    title: str


class Histogram(Widget):
    VALUE = HistogramValue
    SKELETON = '<div class="histogram"></div>'
