"""The filmstrip: all frames of a run, sent once. The browser scrubs, steps through and plays them without the server.

The prop `saved` ({"name", "content"}) makes the browser save a file. Events: `select` ({"index"}) if `pick` is set, `download`
({"format"}).
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .base import Widget
from .values import Frame


class FilmstripValue(TypedDict):
    """A run. None hides the widget."""

    title: str
    side: int  # the pictures' pixels
    frames: list[Frame]
    selected: int
    pick: NotRequired[str]  # what a click on a frame does, as text; without it a click only shows the frame
    note: NotRequired[str]  # a text beside the title, if there is no `pick`
    film: NotRequired[bool]  # whether the run can be saved as an animation


class Filmstrip(Widget):
    VALUE = FilmstripValue
    SKELETON = '<div class="filmstrip"></div>'
