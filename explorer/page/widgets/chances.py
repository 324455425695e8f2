"""What the prior thinks of the next cell: the likeliest codes as bars. It follows the filmstrip.

Value: None, or {"title"}; frames carry `chances`: [[code, probability], ...] and `drawn`, the code that was drawn.
"""

from __future__ import annotations

from .base import Widget


class Chances(Widget):
    SKELETON = '<div class="chances" hidden><div class="strip-head"><h3></h3><span></span></div><div class="bars"></div></div>'
