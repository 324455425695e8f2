"""When is a reverse step Gaussian? Two data points under noise: where the noisy value came from, exactly, beside one Gaussian.

The server function `look` ({"t", "step", "x"}) returns the value for the sliders' places, None for nonsense.
"""

from __future__ import annotations

from typing import TypedDict

from .base import Widget


class ReverseStepValue(TypedDict):
    """One reverse step; at first the one for the sliders' first places."""

    t: int
    step: int  # timesteps back
    x: float  # at t
    most: int  # timesteps in all
    low: float  # where the densities begin
    high: float  # where they end
    exact: list[float]  # densities at evenly spaced places
    gaussian: list[float]
    said: str  # in words; *these* stand out


class ReverseStep(Widget):
    VALUE = ReverseStepValue
    SKELETON = (
        '<div class="reverse-step"><h3>When is a reverse step Gaussian?</h3><p class="said"></p><div class="plot"></div>'
        '<div class="dials"></div></div>'
    )
