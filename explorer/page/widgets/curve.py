"""One curve over the steps of a run. Its marker follows the filmstrip; a click shows that step there.

Value: {"points": [[x, y, what is said there]], "most": the largest x, "across", "up": the axes' names, "label": what the curve shows, for
those who hear it, "span": the least height of the scale, "reference": None | [y, label], "ticks": None | [x, ...] marked along the
bottom}; None hides it. Frames carry x as `step`.
"""

from __future__ import annotations

from .base import Widget


class Curve(Widget):
    SKELETON = '<div class="curve"></div>'
