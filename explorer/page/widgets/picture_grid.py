"""Many pictures at once, in even gutters. One is chosen by a click or the arrow keys, and told about in the line below.

The prop `saved` ({"name", "content"}) makes the browser save a file. Events: `stop`, `download` ({"format"}), `submit` ({"seed"}: R was
pressed).
"""

from __future__ import annotations

from typing import TypedDict

from .base import Widget
from .values import Fact, Progress


class Figure(TypedDict):
    """A larger picture below the grid."""

    src: str
    alt: str
    caption: str
    side: int | None  # its pixels, if they are to be seen


class Sample(TypedDict):
    """One picture of the grid."""

    src: str
    alt: str
    title: str
    facts: list[Fact]  # told once it is chosen
    link: list[str] | None  # words, and the query that they lead to
    beside: list[list[str | list[Figure]]]  # rows of larger pictures that belong to it, each with its headline first


class PictureGridValue(TypedDict):
    """The pictures of a request, or those that have come so far."""

    key: str  # of the request; with another one the first picture is chosen again
    side: int  # the pictures' pixels
    pictures: list[Sample]
    walk: bool  # whether there is a way from picture to picture, to be saved as a film
    progress: Progress | None


class PictureGrid(Widget):
    VALUE = PictureGridValue
    SKELETON = (
        '<div class="grid"></div><div class="progress" hidden></div>'
        '<div class="beside"></div><dl class="facts"></dl><div class="save"></div>'
    )
