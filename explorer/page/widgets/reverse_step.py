"""The figure "When is a reverse step Gaussian?": the exact density of a reverse step for data at two points, beside a Gaussian density.

The server function `look` ({"t", "step", "x"}) returns the value for the sliders' settings, or None if they are invalid.
"""

from __future__ import annotations

from typing import TypedDict

from .base import Widget


class ReverseStepValue(TypedDict):
    """One reverse step. The sliders start with its settings."""

    t: int
    step: int  # timesteps back
    x: float  # the value of x_t
    most: int  # the number of timesteps
    low: float  # the first position
    high: float  # the last position
    exact: list[float]  # the exact density at evenly spaced positions
    gaussian: list[float]  # the Gaussian's
    sentence: str  # what the figure shows; words between * are emphasised


class ReverseStep(Widget):
    VALUE = ReverseStepValue
    SKELETON = (
        '<div class="reverse-step"><h3>When is a reverse step Gaussian?</h3><p class="sentence"></p><div class="plot"></div>'
        '<div class="dials"></div></div>'
    )
