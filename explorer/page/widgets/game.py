"""The game "Which is real?": two pictures side by side, one from a data set, one generated.

Events: `select` ({"index"}: the visitor's choice), `submit` (asks for the next two pictures).
"""

from __future__ import annotations

from typing import TypedDict

from .base import Widget


class GamePicture(TypedDict):
    """One of the two pictures."""

    src: str
    alt: str
    caption: str  # empty until the visitor has chosen


class GameValue(TypedDict):
    """A round. None hides the widget."""

    side: int  # pixels of a side of the pictures
    pictures: list[GamePicture]
    real: int | None  # the index of the real picture; None until the visitor has chosen
    chosen: int | None
    message: str


class Game(Widget):
    VALUE = GameValue
    SKELETON = '<section class="game" hidden><h3>Which is real?</h3><div class="pair"></div><p role="status"></p></section>'
