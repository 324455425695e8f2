"""Example pictures to choose from.

Events: `select` ({"index"}).
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .base import Widget


class Example(TypedDict):
    """An example."""

    src: str
    label: str
    alt: str
    sharp: NotRequired[bool]  # whether the browser enlarges it without smoothing


class ExamplesValue(TypedDict):
    """The examples, and the index of the selected one."""

    items: list[Example]
    selected: int | None


class Examples(Widget):
    VALUE = ExamplesValue
    SKELETON = '<div class="examples"></div>'
