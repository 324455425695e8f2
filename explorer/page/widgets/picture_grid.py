"""A grid of pictures. A click or the arrow keys select one, and the line below shows its facts.

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
    side: int | None  # its pixels, if the browser is to enlarge it without smoothing


class Sample(TypedDict):
    """One picture of the grid."""

    src: str
    alt: str
    title: str
    facts: list[Fact]  # shown while it is selected
    link: list[str] | None  # the text and the query of a link
    beside: list[list[str | list[Figure]]]  # rows of larger pictures, each a headline and its figures


class PictureGridValue(TypedDict):
    """The pictures of a request that are drawn so far."""

    key: str  # of the request; a new key selects the first picture again
    side: int  # the pictures' pixels
    pictures: list[Sample]
    walk: bool  # whether an interpolation between the pictures can be downloaded
    progress: Progress | None


class PictureGrid(Widget):
    VALUE = PictureGridValue
    SKELETON = (
        '<div class="grid"></div><div class="progress" hidden></div>'
        '<div class="beside"></div><dl class="facts"></dl><div class="save"></div>'
    )
