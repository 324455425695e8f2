"""A picture to erase parts of: what is brushed over is to be made anew.

Value: {"src", "side", "alt"} and, for one that is shown again, "erased" as in the event; None before there is a picture. Another picture
clears the brush. Event: `submit` ({"erased": side x side of 0 or 1, row by row}) after each stroke, and when the brush is cleared.
"""

from __future__ import annotations

from .base import Widget


class Eraser(Widget):
    SKELETON = (
        '<div class="eraser"><canvas width="224" height="224" role="img"></canvas>'
        '<button type="button" class="link" hidden>bring it back</button>'
        '<p class="hint">Brush over a part to erase it: the model makes it anew, in view of the rest.</p></div>'
    )
