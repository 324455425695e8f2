"""The stories of the Training lab: each has runs, a step and curves that prove it, a question before and an answer after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Story:
    """One story.

    Attributes:
        slug: its name in links.
        title: in the menu.
        runs: the names of one to three runs.
        curves: the keys of the curves that prove it.
        begins: the step at which the question is asked.
        step: the step that the answer shows.
        question, answer: HTML is escaped; words between * are in the accent colour.
        toy: whether the toy game is shown beside the runs.
    """

    slug: str
    title: str
    runs: tuple[str, ...]
    curves: tuple[str, ...]
    begins: int
    step: int
    question: str
    answer: str
    toy: bool = False


STORIES: tuple[Story, ...] = ()


def told(runs: Mapping[str, Any]) -> list[Story]:
    """The stories whose runs are all there."""
    return [story for story in STORIES if all(name in runs for name in story.runs)]


def find(slug: str) -> Story:
    """The story with this slug."""
    return next(story for story in STORIES if story.slug == slug)
