"""The stage: the picture that the visitor came for, beside what it is compared with, and one line of facts.

The picture in the role "current" follows the filmstrip; a frame with `pictures` is about all of them, and one without `src` stays. With the
prop `rolls`, R asks for another seed. Events: `stop`, `submit` ({"seed"}).
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from .base import Widget
from .values import Fact, Picture, Progress

Columns = Literal["one", "two", "two-close", "wide-middle", "three", "five"]
"""How the pictures stand beside each other; stage.css says how far apart, and what becomes of them on a phone:

"two" stand below each other there, the target small; "two-close" stay beside each other; the middle one of "wide-middle" stands above the
others; of each "three" the first has a row of its own.
"""


class StagePicture(Picture):
    """A picture on the stage; often one of the strip's frames, of which the rest is not shown."""

    role: str  # "current", "target", ...: its class, by which the strip and the stylesheet find it
    side: int  # its pixels
    label: NotRequired[str]
    facts: NotRequired[list[Fact]]
    step: NotRequired[int]
    z: NotRequired[list[float]]


class StageValue(TypedDict):
    """What is on the stage; None empties it."""

    columns: Columns
    pictures: list[StagePicture]
    facts: list[Fact]
    progress: Progress | None


class Stage(Widget):
    VALUE = StageValue
    FIXED = ("rolls",)
    SKELETON = '<div class="stage-pictures"></div><div class="progress" hidden></div><dl class="facts"></dl>'
