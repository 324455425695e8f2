"""How losses and scores went through training. The marker follows the filmstrip of the same channel; a click shows that moment there.

Value: None, or {"lines": [{"name", "points": [[images, value], ...]}], "most"}: a small chart for each line, images seen along the bottom.
Positive values whose highest is more than twenty times the lowest are drawn on a logarithmic scale: the first collapse of a distance would
otherwise hide all that follows.
"""

from __future__ import annotations

from .base import Widget


class LossCurves(Widget):
    SKELETON = '<div class="losses"></div>'
