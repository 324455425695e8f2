"""A widget's value travels as one text, and comes back as it was."""

from __future__ import annotations

import json

import numpy as np
import pytest

from explorer.page.widgets.base import Widget


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None], "b": {"c": "ü"}}, [], "", 0, None])
def test_what_is_sent_comes_back(value):
    widget = Widget()
    assert widget.preprocess(widget.postprocess(value)) == value


def test_numbers_that_json_lacks_are_told_as_missing():
    assert json.loads(Widget().postprocess({"x": float("nan"), "y": np.float32(0.5)})) == {"x": None, "y": 0.5}


def test_a_widget_begins_with_its_text():
    assert json.loads(Widget({"a": 1}).value) == {"a": 1}


def test_nothing_is_a_text_too_for_the_page_keeps_the_last_one_where_none_comes():
    assert Widget().postprocess(None) == "null"
