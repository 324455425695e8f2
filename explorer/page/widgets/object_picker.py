"""Selects the objects of a scene: a colour-by-shape table of buttons.

A click adds an object or removes it; at least one stays selected, and at most `most` are. Event: `select` ({"objects": [...]}), after each
click.
"""

from __future__ import annotations

from typing import TypedDict

from .base import Widget

COLOURS = {
    "gray": "#6f6f6f", "red": "#ad2323", "blue": "#2a4bd7", "green": "#1d6914", "brown": "#814a19", "purple": "#8126c0",
    "cyan": "#29b8b8", "yellow": "#e8d52a",
}  # fmt: skip
SHAPES = {
    "cube": '<rect x="5" y="5" width="14" height="14" rx="1.5"/>',
    "sphere": '<circle cx="12" cy="12" r="8"/>',
    "cylinder": '<path d="M6 6.5a6 2.5 0 0 1 12 0v11a6 2.5 0 0 1-12 0z"/>',
}


class ObjectPickerValue(TypedDict):
    """The objects that a model can draw, and the selected ones. None hides the widget."""

    classes: list[str]  # "red cube", ...
    chosen: list[str]
    most: int


class ObjectPicker(Widget):
    VALUE = ObjectPickerValue
    FIXED = ("colours", "shapes")
    SKELETON = '<fieldset class="objects" hidden><legend>Objects</legend><div></div><p class="hint"></p></fieldset>'

    def __init__(self, value=None, **kwargs):
        super().__init__(value, **{"colours": COLOURS, "shapes": SHAPES, **kwargs})
