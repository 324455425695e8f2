"""A widget's value travels as one text, and comes back as it was; its script comes from the files beside it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from explorer.page.widgets.chances import Chances
from explorer.page.widgets.stage import Stage


@pytest.fixture
def widget() -> Chances:
    return Chances(channel="test")


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None], "b": {"c": "ü"}}, [], "", 0, None])
def test_what_is_sent_comes_back(widget, value):
    assert widget.preprocess(widget.postprocess(value)) == value


def test_numbers_that_json_lacks_are_told_as_missing(widget):
    assert json.loads(widget.postprocess({"x": float("nan"), "y": np.float32(0.5)})) == {"x": None, "y": 0.5}


def test_a_widget_begins_with_its_text():
    assert json.loads(Chances({"title": "A"}, channel="test").value) == {"title": "A"}


def test_nothing_is_a_text_too_for_the_page_keeps_the_last_one_where_none_comes(widget):
    assert widget.postprocess(None) == "null"


def test_a_widget_must_be_told_its_channel():
    with pytest.raises(TypeError, match="channel"):
        Stage()


def test_what_gradio_copies_for_every_visit_is_plain(widget):
    assert json.loads(json.dumps(widget.get_config()))["channel"] == "test"


def test_the_props_that_are_set_once_are_written_into_the_script():
    assert '{"channel": "test", "rolls": true}' in Stage(channel="test", rolls=True).js_on_load
    assert '{"channel": "test"}' in Stage(channel="test").js_on_load
