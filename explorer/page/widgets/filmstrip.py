"""The filmstrip: all frames of a run, sent once, then scrubbed, stepped through and played in the browser without the server.

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
    pick: NotRequired[str]  # what a click does beyond showing the frame; without it a click does nothing else
    note: NotRequired[str]  # something else that is said beside the title
    film: NotRequired[bool]  # whether the run can be saved as an animation


class Filmstrip(Widget):
    VALUE = FilmstripValue
    SKELETON = '<div class="filmstrip"></div>'
