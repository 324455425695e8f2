"""Pictures to fit: a few free photos and one that the model draws itself.

Events: `select` ({"index"}).
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .base import Widget


class Example(TypedDict):
    """A picture to choose."""

    src: str
    label: str
    alt: str
    sharp: NotRequired[bool]  # whether its pixels are to be seen


class ExamplesValue(TypedDict):
    """The pictures, and which of them is in work."""

    items: list[Example]
    selected: int | None


class Examples(Widget):
    VALUE = ExamplesValue
    SKELETON = '<div class="examples"></div>'
