"""The stage: the current picture, the pictures that it is compared with, and a line of facts.

The picture with the role "current" shows the frame that is selected in the filmstrip. If a frame has `pictures`, the stage updates all its
pictures from them; a picture without `src` stays as it is. With the prop `rolls`, R submits a random seed. Events: `stop`, `submit`
({"seed"}).
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from .base import Widget
from .values import Fact, Picture, Progress

Columns = Literal["one", "two", "two-close", "wide-middle", "three", "runs", "five"]
"""The layout of the pictures. On a phone, stage.css changes it. "two": the pictures are below each other, and the target is small.
"two-close": they stay side by side. "wide-middle": the middle picture is above the others. "three": the first of every three pictures has
its own row. "runs": all stay side by side, on a phone too.
"""


class StagePicture(Picture):
    """A picture on the stage. It is often a frame of the strip, whose other keys the stage ignores."""

    role: str  # "current", "target", ...: also its CSS class
    side: int  # in pixels
    label: NotRequired[str]
    facts: NotRequired[list[Fact]]
    step: NotRequired[int]
    z: NotRequired[list[float]]


class StageValue(TypedDict):
    """The content of the stage; None empties it."""

    columns: Columns
    pictures: list[StagePicture]
    facts: list[Fact]
    progress: Progress | None


class Stage(Widget):
    VALUE = StageValue
    FIXED = ("rolls",)
    SKELETON = '<div class="stage-pictures"></div><div class="progress" hidden></div><dl class="facts"></dl>'
