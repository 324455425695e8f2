"""How the values of a picture are spread, beside the standard normal density that pure noise has. It follows the filmstrip.

Value: {"low", "high": ends of the bins, "counts": shares by bin, in percent, "title"}; None hides it. Frames may carry `counts`.
"""

from __future__ import annotations

from .base import Widget


class Histogram(Widget):
    SKELETON = '<div class="histogram"></div>'
