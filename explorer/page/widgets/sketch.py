"""A canvas on which the visitor draws a digit. Event: `submit` ({"ink": 56 x 56 numbers from 0 to 255, row by row}) after each stroke."""

from __future__ import annotations

from .base import Widget

SIDE = 56


class Sketch(Widget):
    VALUE = None
    SKELETON = (
        '<div class="sketch"><canvas width="224" height="224" aria-label="Draw a digit here" role="img"></canvas>'
        '<button type="button" class="link">clear the slate</button>'
        '<p class="hint">Draw a digit here, or upload a photo of one: the app finds the digit, centres it and, if it is dark, inverts it.'
        "</p></div>"
    )
