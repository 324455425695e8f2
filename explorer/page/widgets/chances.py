"""The prior's probabilities for the next cell: the likeliest codes as bars. It shows the frame that is selected in the
filmstrip."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .base import Widget


class ChancesValue(TypedDict):
    """A headline, and the probabilities for the cell that is being filled. None hides the widget."""

    title: str
    chances: NotRequired[list[list[float]]]  # pairs of code and probability, as in a frame
    drawn: NotRequired[int]  # the code that was drawn
    place: NotRequired[str]  # of the cell, as text


class Chances(Widget):
    VALUE = ChancesValue
    SKELETON = '<div class="chances" hidden><div class="strip-head"><h3></h3><span></span></div><div class="bars"></div></div>'
