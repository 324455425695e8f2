"""Digits without labels, of which the visitor labels a few: choose a digit, and press or type a number.

Events: `select` ({"labels": pairs of a digit's number and its label}) after each label, `submit` ({}): show other digits.
"""

from __future__ import annotations

from typing import TypedDict

from .base import Widget


class LabellerValue(TypedDict):
    """The digits. None hides the widget."""

    shelf: list[list[int | str]]  # pairs of the number of a digit and its picture
    labels: list[list[int | str]]  # number, label and picture of those that are labelled
    most: int  # labels that can be given


class Labeller(Widget):
    VALUE = LabellerValue
    SKELETON = (
        '<div class="labeller"><div class="shelf" role="group" aria-label="Digits without labels"></div>'
        '<div class="numbers"></div><h4></h4><div class="given"></div></div>'
    )
