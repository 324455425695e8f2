"""The types that the values of several widgets share. Pictures are data URIs, everything else is plain JSON."""

from __future__ import annotations

from typing import NotRequired, TypedDict

Fact = list[str]  # a name and a value; with a third text, the query of a link, the value becomes a link


class Picture(TypedDict, total=False):
    """A picture with its caption. If a key is missing in a frame's picture, the stage keeps what it shows."""

    src: str
    title: str  # left in the caption
    note: str  # right in the caption
    alt: str


class Frame(TypedDict):
    """One frame of the filmstrip. The strip sends the selected frame to the other widgets, each of which uses the keys that it knows."""

    src: str
    alt: str
    label: str  # beside the scrubber
    title: NotRequired[str]
    note: NotRequired[str]
    facts: NotRequired[list[Fact]]
    step: NotRequired[int]  # the x of the charts' markers: a step, a timestep, or pictures seen
    pictures: NotRequired[list[Picture]]  # one for each picture on the stage; without this key the frame is the current picture
    z: NotRequired[list[float]]  # the latent, for `Coordinates`
    counts: NotRequired[list[float]]  # shares in percent, for `Histogram`
    codes: NotRequired[list[int]]  # by cell, for `CodeMap`
    chances: NotRequired[list[list[float]]]  # pairs of code and probability, for `Chances`
    drawn: NotRequired[int]  # the code that was drawn
    place: NotRequired[str]  # the cell and the drawn code, as text
    share: NotRequired[float]  # the probability of the drawn code
    at: NotRequired[int]  # the step of the run, if `step` is a timestep
    read: NotRequired[str | None]  # the judge's reading


class Progress(TypedDict):
    """The progress of a run."""

    step: int
    steps: int
    left: NotRequired[str | None]  # the remaining time; None while it is not known
