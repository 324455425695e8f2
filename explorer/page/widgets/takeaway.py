"""What a visitor can take along: a link that restores the state, code that makes the same picture, and a file.

The prop `keys` says what the keyboard does. No events: everything happens in the browser.
"""

from __future__ import annotations

from typing import TypedDict

from .base import Widget


class File(TypedDict):
    """A file to save."""

    label: str  # of the button
    name: str
    content: str


class TakeawayValue(TypedDict):
    """What belongs to a state."""

    query: str  # of the link
    codes: list[list[str]]  # title and text; ADDRESS in the text becomes the page's own
    file: File


class Takeaway(Widget):
    VALUE = TakeawayValue
    SKELETON = '<div class="takeaway"></div><div class="codes" hidden></div><p class="hint keys"></p>'
