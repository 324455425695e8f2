"""Each handler of the Latent space tab, called as Gradio calls it."""

from __future__ import annotations

import json

import gradio as gr
import pytest
from handlers import event, inputs, laid_out, last, request

from explorer.inversion import OPTIMIZERS
from explorer.page.shared import links
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio
from explorer.page.tabs.latent import files, session
from explorer.page.tabs.latent.events import LatentEvents
from explorer.page.tabs.latent.layout import build

NAME, OTHER = "tiny-dcgan", "tiny-gan32"


@pytest.fixture
def events(studio: Studio) -> LatentEvents:
    return laid_out(build, studio)


@pytest.fixture
def state(events) -> dict:
    return events.ui.state.value


def sent(events: LatentEvents, state: dict, **changed) -> dict:
    shown = {key: field.shown(state[key]) for key, field in session.FIELDS.items()}
    return inputs(events, state, **{**shown, **changed}) | {events.ui.fit.share: 1.0}


def fit_inputs(events: LatentEvents, state: dict, **changed) -> dict:
    values = {"optimizer": "adam", "steps": 6, "restarts": 1, "rate": None, "perceptual": 0, "seed": 0, "space": "latent", "upload": None}
    return {events.ui.state: state, **{getattr(events.ui.fit, name): value for name, value in (values | changed).items()}}


def test_a_mode_draws_its_own_strip_and_shows_its_own_controls(events, state):
    page = events.change(sent(events, state, mode="morph", frames=5), request(), event(events.ui.controls["mode"]))
    assert len(page[events.ui.strip]["frames"]) == 5 and page[events.ui.state]["mode"] == "morph"
    assert [page[group]["visible"] for group in events.ui.groups.values()] == [False, True, False]


def test_a_truncation_holds_for_seeds_and_not_for_fitted_latents(events, state):
    state = state | {"b": {"latent": [0.0] * 8, "source": "cat"}}
    page = events.change(sent(events, state, truncation=2.0), request(), event(events.ui.controls["truncation"]))
    assert page[events.ui.state]["a"]["truncation"] == 2.0 and "truncation" not in page[events.ui.state]["b"]


def test_a_slot_is_chosen_and_rolled(events, state):
    page = events.change(sent(events, state), request(), event(events.ui.slots, slot="b"))
    assert page[events.ui.state]["active"] == "b"
    page = events.change(sent(events, state), request(), event(events.ui.slots, b=123))
    assert page[events.ui.state]["b"]["seed"] == 123 and page[events.ui.state]["active"] == "b"
    with pytest.raises(FieldError, match="seed of A"):
        events.change(sent(events, state), request(), event(events.ui.slots, a=-1))


def test_a_clicked_bar_is_swept_and_others_join_it(events, state):
    page = events.change(sent(events, state), request(), event(events.ui.coordinates, index=2))
    first = page[events.ui.state]
    assert (first["mode"], first["places"], page[events.ui.controls["places"]]["value"]) == ("sweep", [2], "2")
    page = events.change(sent(events, first), request(), event(events.ui.coordinates, index=5, add=True))
    assert page[events.ui.state]["places"] == [2, 5]


def test_another_model_keeps_the_visitor_s_seeds_and_replaces_its_own_and_fitted_ones(events, state):
    state = state | {"a": {"seed": 77}, "b": {"latent": [0.0] * 8}}
    page = events.switch(sent(events, state, model=OTHER), request())
    after = page[events.ui.state]
    assert after["model"] == OTHER and after["a"] == {"seed": 77} and after["b"]["seed"] == 1
    assert events.switch(sent(events, state), request()) == gr.skip()  # the menu was closed


def test_a_fit_streams_and_ends_in_the_active_slot(events, state):
    updates = list(events.fit(fit_inputs(events, state), request(), event(events.ui.fit.examples, index=0)))
    after = updates[-1][events.ui.state]
    assert len(after["a"]["latent"]) == 8 and after["target"]["name"] == "coffee"
    assert updates[-1][events.ui.stage]["progress"] is None and updates[-1][events.ui.fit.again]["visible"]
    page = events.keep({events.ui.state: after}, event(index=0))
    assert page[events.ui.state]["a"] == after["strip"][0]


def test_a_fit_without_a_picture_names_it(events, state):
    with pytest.raises(FieldError, match="picture: got None"):
        list(events.fit(fit_inputs(events, state), request(), event(events.ui.fit.again)))


def test_a_part_that_is_brushed_out_does_not_count(events, state):
    *_, first = events.fit(fit_inputs(events, state), request(), event(events.ui.fit.examples, index=0))
    shown = events.brush({events.ui.state: first[events.ui.state]})
    assert shown[events.ui.fit.leaving]["visible"] and shown[events.ui.fit.eraser]["side"] == 16
    erased = [1] * 16 + [0] * 240
    page = last(events.fit(fit_inputs(events, first[events.ui.state]), request(), event(events.ui.fit.eraser, erased=erased)))
    assert page[events.ui.state]["hidden"] == erased and page[events.ui.state]["a"]["masked"]


def test_an_optimiser_brings_its_own_settings(events):
    shown = events.defaults({events.ui.fit.optimizer: "adam"})
    assert shown[events.ui.fit.steps] == OPTIMIZERS["adam"].steps and shown[events.ui.fit.rate]["visible"]


def test_the_strip_is_saved_and_a_frame_needs_one(events, state):
    saved = events.save({events.ui.state: state}, event(format="gif"))[events.ui.strip]["saved"]
    assert saved["name"] == f"{NAME}-fit.gif" and saved["content"].startswith("data:image/gif;base64,")
    with pytest.raises(FieldError, match="strip: got None"):
        events.keep({events.ui.state: state | {"strip": []}}, event(index=0))


def test_a_latent_file_and_a_link_open_their_states(events, state, studio, tmp_path):
    path = tmp_path / "latent.json"
    path.write_text(files.write(studio, OTHER, {"seed": 9}))
    page = events.open_latent({events.ui.state: state, events.ui.opened: str(path)}, request())
    assert page[events.ui.state]["model"] == OTHER and len(page[events.ui.state]["a"]["latent"]) == 6 == len(
        json.loads(path.read_text())["latent"]
    )
    page = last(events.arrive(request(), event(query=events.link(session.carried(state | {"mode": "sweep", "reach": 2.0})))))
    assert page[events.ui.state]["reach"] == page[events.ui.controls["reach"]] == 2.0
    assert list(events.arrive(request(), event(query=links.pack("codes", {})))) == [gr.skip()]
