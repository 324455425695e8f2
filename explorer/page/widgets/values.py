"""What the values of several widgets have in common. A picture is a data URI, everything else is plain JSON."""

from __future__ import annotations

from typing import NotRequired, TypedDict

Fact = list[str]  # a name and what is so called; with a third text, the query of a link, the second becomes that link


class Picture(TypedDict, total=False):
    """A picture with its caption; in a frame, whatever is missing stays as it was on the stage."""

    src: str
    title: str  # left in the caption
    note: str  # right in the caption
    alt: str


class Frame(TypedDict):
    """One moment of a run, as the filmstrip lists it. The strip sends the chosen one to the other widgets, which take what they know."""

    src: str
    alt: str
    label: str  # beside the scrubber
    title: NotRequired[str]
    note: NotRequired[str]
    facts: NotRequired[list[Fact]]
    step: NotRequired[int]  # where the charts have their markers: a step, a timestep, or pictures seen
    pictures: NotRequired[list[Picture]]  # for each picture on the stage, where a frame is about all of them
    z: NotRequired[list[float]]  # the latent, for `Coordinates`
    counts: NotRequired[list[float]]  # shares in percent, for `Histogram`
    codes: NotRequired[list[int]]  # by cell, for `CodeMap`
    chances: NotRequired[list[list[float]]]  # pairs of code and probability, for `Chances`
    drawn: NotRequired[int]  # the code that was drawn of them
    place: NotRequired[str]  # which cell they are for, and the code that was drawn
    share: NotRequired[float]  # its probability
    at: NotRequired[int]  # the step of the run, where `step` is a timestep
    read: NotRequired[str | None]  # what a judge reads


class Progress(TypedDict):
    """How far a run is."""

    step: int
    steps: int
    left: NotRequired[str | None]  # the time that it still takes; None where it is not known yet
