"""How the values of a picture are spread, beside the standard normal density that pure noise has. It follows the filmstrip."""

from __future__ import annotations

from typing import TypedDict

from .base import Widget


class HistogramValue(TypedDict):
    """The spread of a picture's values. None hides the widget."""

    low: float  # where the bins begin
    high: float  # where they end
    counts: list[float]  # by bin, in percent; frames carry them too
    title: str


class Histogram(Widget):
    VALUE = HistogramValue
    SKELETON = '<div class="histogram"></div>'
