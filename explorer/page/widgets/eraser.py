"""A picture in which a visitor brushes over the parts to erase.

A new picture resets the erased part. Event: `submit` ({"erased": side x side of 0 or 1, row by row}) after each stroke, and after a reset.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .base import Widget


class EraserValue(TypedDict):
    """The picture; None before there is one."""

    src: str
    side: int  # the picture's pixels
    alt: str
    erased: NotRequired[list[int]]  # as in the event: the part that is erased at first


class Eraser(Widget):
    VALUE = EraserValue
    SKELETON = (
        '<div class="eraser"><canvas width="224" height="224" role="img"></canvas>'
        '<button type="button" class="link" hidden>bring it back</button>'
        '<p class="hint">Brush over a part to erase it. The model then draws it again, so that it fits the rest.</p></div>'
    )
