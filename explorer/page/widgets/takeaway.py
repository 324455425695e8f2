"""The takeaway: a link that restores the state, code that reproduces the picture, and a file to download.

The prop `keys` is a sentence about the keyboard. The widget has no events, because everything happens in the browser.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .base import Widget


class File(TypedDict):
    """A file to save."""

    label: str  # of the button
    name: str
    content: str


class TakeawayValue(TypedDict):
    """The takeaway of a state."""

    query: str  # of the link
    follows: NotRequired[str]  # the key of the link's state that becomes the `step` of the filmstrip's frame
    codes: list[list[str]]  # title and code; the browser replaces ADDRESS in the code by the page's address
    file: File


class Takeaway(Widget):
    VALUE = TakeawayValue
    SKELETON = '<div class="takeaway"></div><div class="codes" hidden></div><p class="hint keys"></p>'
