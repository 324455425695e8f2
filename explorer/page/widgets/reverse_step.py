"""When is a reverse step Gaussian? Two data points under noise: where the noisy value came from, exactly, beside one Gaussian.

Value: what `look` returns for the sliders' first places: {"t", "step", "x", "most", "low", "high", "exact": [density, ...], "gaussian":
[density, ...], "said", "schedule"}. The server function `look` ({"t", "step", "x"}) returns the same, None for nonsense.
"""

from __future__ import annotations

from .base import Widget


class ReverseStep(Widget):
    SKELETON = (
        '<div class="reverse-step"><h3>When is a reverse step Gaussian?</h3><p class="said"></p><div class="plot"></div>'
        '<div class="dials"></div></div>'
    )
