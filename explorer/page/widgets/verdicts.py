"""What several classifiers read of one digit: a table with a row for each method and a column for each number of labels.

A click on a cell shows the classifier's probabilities for all ten digits. The widget has no events.
"""

from __future__ import annotations

from typing import TypedDict

from .base import Widget


class Verdict(TypedDict):
    """What one classifier reads."""

    label: str
    share: float  # its probability
    chances: list[float]  # of every answer


class VerdictRow(TypedDict):
    """The classifiers of one method."""

    title: str
    note: str
    cells: list[Verdict | None]  # by column


class VerdictsValue(TypedDict):
    """The table. None hides the widget."""

    digit: str  # the picture that is read
    alt: str
    common: str  # the answer of most classifiers; other answers are marked
    rows: list[VerdictRow]
    columns: list[str]
    answers: list[str]
    links: list[list[str]]  # texts and queries: the same digit in other tabs


class Verdicts(Widget):
    VALUE = VerdictsValue
    SKELETON = (
        '<div class="verdicts"><figure><img alt=""><figcaption>what they see: 28 × 28 pixels</figcaption>'
        '<nav aria-label="this digit in other tabs"></nav></figure><div class="scrolls" tabindex="0" role="region" '
        'aria-label="What each classifier reads"></div><div class="bars" aria-live="polite"></div></div>'
    )
