"""Each handler of the Text to bird tab, called as Gradio calls it."""

from __future__ import annotations

import io
import json
import zipfile

import gradio as gr
import pytest
from handlers import event, inputs, laid_out, last, request
from tiny import tiny_stackgan, tiny_text

from explorer.page.shared import links
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio
from explorer.page.shell.messages import for_page
from explorer.page.tabs.birds.events import BirdEvents
from explorer.page.tabs.birds.layout import build
from explorer.page.tabs.birds.session import EXAMPLES, FIELDS
from explorer.zoo import Zoo


@pytest.fixture(scope="module")
def events(tmp_path_factory) -> BirdEvents:
    root = tmp_path_factory.mktemp("zoo")
    tiny_text().save_pretrained(root / "tiny-text")
    tiny_stackgan(sizes=(64,)).save_pretrained(root / "stackgan-birds")
    return laid_out(build, Studio(Zoo(root)))


@pytest.fixture
def state(events) -> dict:
    return FIELDS.opening(events.studio) | {"count": 2}


def test_a_changed_sentence_is_drawn(events, state):
    page = last(events.draw(inputs(events, state, sentence="a yellow bird"), request(), event(events.ui.controls["sentence"])))
    assert page[events.ui.state] == state | {"sentence": "a yellow bird"}
    assert len(page[events.ui.grid]["pictures"]) == 2 and "<em>a yellow bird</em>" in page[events.ui.lesson]
    link = links.carried(page[events.ui.takeaway]["query"], "birds")
    assert link == {"tab": "birds", **page[events.ui.state], "weights": events.studio.catalogue.revision("stackgan-birds")[:8]}


def test_only_the_button_draws_again_what_is_there(events, state):
    assert list(events.draw(inputs(events, state), request(), event(events.ui.controls["model"]))) == [gr.skip()]
    assert last(events.draw(inputs(events, state), request(), event(events.ui.draw)))[events.ui.state] == state


def test_the_key_for_another_seed_sends_the_seed(events, state):
    page = last(events.draw(inputs(events, state), request(), event(events.ui.grid, seed=77)))
    assert page[events.ui.state]["seed"] == 77 and page[events.ui.controls["seed"]] == 77


def test_an_example_replaces_the_sentence_and_the_morph(events, state):
    data = inputs(events, state | {"other": "a blue bird"}) | {events.ui.example: EXAMPLES[1]}
    page = last(events.begin(data, request()))
    assert page[events.ui.state] == state | {"sentence": EXAMPLES[1]} and page[events.ui.controls["other"]] == ""
    assert list(events.begin(data | {events.ui.example: None}, request())) == [gr.skip()]  # the menu was closed


def test_a_newer_request_ends_the_one_before_with_an_empty_update(events, state, monkeypatch):
    monkeypatch.setattr("explorer.page.tabs.birds.views.BETWEEN", 0.0)  # every view
    first = events.draw(inputs(events, state, sentence="a red bird"), request(), event(events.ui.draw))
    assert next(first)[events.ui.grid]["progress"]
    last(events.draw(inputs(events, state, sentence="a blue bird"), request(), event(events.ui.draw)))
    assert list(first) == [gr.skip()]


def test_a_stopped_request_keeps_what_was_drawn_and_says_so(events, state, monkeypatch):
    monkeypatch.setattr("explorer.page.tabs.birds.views.BETWEEN", 0.0)
    stream = events.draw(inputs(events, state, count=5), request(), event(events.ui.draw))
    next(stream)
    events.stop(request())
    page = last(stream)
    drawn = len(page[events.ui.grid]["pictures"])
    assert 0 < drawn < 5 and page[events.ui.state]["count"] == page[events.ui.controls["count"]] == drawn
    assert page[events.ui.grid]["progress"] is None


def test_a_link_is_restored_and_one_for_another_tab_is_not(events, state):
    query = links.pack("birds", state | {"sentence": "a white bird"})
    page = last(events.arrive(request(), event(query=query)))
    assert page[events.ui.state]["sentence"] == page[events.ui.controls["sentence"]] == "a white bird"
    assert list(events.arrive(request(), event(query=links.pack("codes", {})))) == [gr.skip()]


def test_a_link_that_cannot_be_used_is_named_and_leaves_no_tab_empty(events):
    lazy = laid_out(lambda studio: build(studio, lazy=True), events.studio)
    assert lazy.ui.state.value is None and not lazy.filled
    arriving = lazy.arrive(request(), event(query=links.pack("birds", {"model": "lost"})))
    assert next(arriving)[lazy.ui.state] == FIELDS.opening(events.studio)
    with pytest.raises(FieldError, match="model: got 'lost'"):
        next(arriving)
    page = last(lazy.arrive(request(), event(query="")))
    assert page[lazy.ui.state] == FIELDS.opening(events.studio) and page[lazy.ui.grid]["pictures"]


def test_a_link_to_a_model_whose_weights_have_changed_says_so(events, state):
    assert events.changed(links.unpack(events.link(state))) == ""
    words = events.changed(links.unpack(links.pack("birds", {**state, "weights": "00000000"})))
    assert "weights of stackgan-birds have changed" in words
    assert events.changed(links.unpack(links.pack("birds", state))) == ""  # a link of before links had them


def test_the_pictures_are_saved_with_what_makes_them_again(events, state):
    update = events.save({events.ui.state: state}, event(events.ui.grid, format="zip"))
    saved = update[events.ui.grid]["saved"]
    import base64

    with zipfile.ZipFile(io.BytesIO(base64.b64decode(saved["content"].split(",")[1]))) as file:
        assert json.loads(file.read("metadata.json"))["settings"] == state and len(file.namelist()) == 3
    with pytest.raises(gr.Error, match="format: got 'gif', allowed is one of zip"):
        for_page(events.save)({events.ui.state: state}, event(events.ui.grid, format="gif"))
