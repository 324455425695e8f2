"""Each handler of the Sample tab, called as Gradio calls it."""

from __future__ import annotations

import gradio as gr
import pytest
from handlers import event, inputs, laid_out, last, request
from tiny import tiny_acgan, tiny_cgan, tiny_dcgan, tiny_vqvae

from explorer.page.shared import links
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio
from explorer.page.tabs.sample.events import SampleEvents
from explorer.page.tabs.sample.layout import build
from explorer.page.tabs.sample.session import FIELDS
from explorer.zoo import Zoo


@pytest.fixture(scope="module")
def events(tmp_path_factory) -> SampleEvents:
    root = tmp_path_factory.mktemp("zoo")
    models = {"tiny-dcgan": tiny_dcgan(), "tiny-acgan": tiny_acgan(), "cgan-iclevr": tiny_cgan(), "tiny-vqvae": tiny_vqvae()}
    for name, model in models.items():
        model.save_pretrained(root / name)
    return laid_out(build, Studio(Zoo(root)))


def opening(events: SampleEvents, model: str, **changed) -> dict:
    return FIELDS.opening(events.studio, model) | {"count": 2, **changed}


def sent(events: SampleEvents, state: dict, objects: list[str] | None = None, **changed) -> dict:
    return inputs(events, state, **changed) | {events.ui.objects: {"chosen": objects}}


def test_a_changed_seed_is_drawn(events):
    state = opening(events, "tiny-dcgan")
    page = last(events.draw(sent(events, state, seed=9), request(), event(events.ui.controls["seed"])))
    assert page[events.ui.state] == state | {"seed": 9} and len(page[events.ui.grid]["pictures"]) == 2
    assert links.carried(page[events.ui.takeaway]["query"], "sample")["seed"] == 9


def test_the_slider_s_end_is_no_truncation(events):
    state = opening(events, "tiny-dcgan")
    page = last(events.draw(sent(events, state, truncation=4.0), request(), event(events.ui.draw)))
    assert page[events.ui.state]["truncation"] is None


def test_only_the_button_draws_again_what_is_there(events):
    state = opening(events, "tiny-dcgan")
    assert list(events.draw(sent(events, state, truncation=4.0), request(), event(events.ui.controls["vary"]))) == [gr.skip()]


def test_objects_come_from_the_picker(events):
    state = opening(events, "cgan-iclevr")
    chosen = event(events.ui.objects, objects=["cyan sphere", "red cube"])
    page = last(events.draw(sent(events, state, ["red cube"]), request(), chosen))
    assert page[events.ui.state]["label"] == "red cube + cyan sphere" and page[events.ui.objects]["chosen"] == ["red cube", "cyan sphere"]


def test_every_class_is_drawn_from_one_seed(events):
    state = opening(events, "tiny-acgan")
    page = last(events.draw(sent(events, state, vary="class"), request(), event(events.ui.controls["vary"])))
    assert page[events.ui.state]["count"] == len(events.studio.classes("tiny-acgan")) == page[events.ui.controls["count"]]


def test_another_model_keeps_seed_and_count_and_shows_its_own_controls(events):
    state = opening(events, "tiny-dcgan", seed=5, truncation=1.0)
    page = last(events.switch(sent(events, state, model="tiny-vqvae"), request()))
    assert page[events.ui.state] == opening(events, "tiny-vqvae", seed=5)
    assert page[events.ui.controls["temperature"]]["visible"] and not page[events.ui.controls["truncation"]]["visible"]
    assert page[events.ui.objects] is None
    assert list(events.switch(sent(events, state), request())) == [gr.skip()]  # the menu was closed


def test_a_link_is_restored_and_one_for_another_tab_is_not(events):
    state = opening(events, "tiny-acgan", label="frog")
    page = last(events.arrive(request(), event(query=links.pack("sample", state))))
    assert page[events.ui.state] == state and page[events.ui.controls["label"]]["value"] == "frog"
    assert list(events.arrive(request(), event(query=links.pack("codes", {})))) == [gr.skip()]


def test_a_walk_is_saved_only_of_models_with_a_latent(events):
    saved = events.save({events.ui.state: opening(events, "tiny-dcgan")}, event(format="gif"))[events.ui.grid]["saved"]
    assert saved["content"].startswith("data:image/gif;base64,")
    with pytest.raises(FieldError, match="model of an animation"):
        events.save({events.ui.state: opening(events, "tiny-vqvae")}, event(format="gif"))


def test_a_stopped_request_keeps_what_was_drawn_and_says_so(events, monkeypatch):
    monkeypatch.setattr("explorer.page.tabs.sample.views.BETWEEN", 0.0)
    stream = events.draw(sent(events, opening(events, "tiny-dcgan"), count=6), request(), event(events.ui.draw))
    next(stream)
    events.stop(request())
    page = last(stream)
    assert page[events.ui.state]["count"] == len(page[events.ui.grid]["pictures"]) < 6 and page[events.ui.grid]["progress"] is None


def test_a_game_without_real_pictures_has_no_round_and_a_guess_changes_nothing(events):
    data = {events.ui.round: events.ui.round.value}
    assert events.ui.round.value["round"] is None
    assert events.guess(data, event(index=0))[events.ui.round] == data[events.ui.round] and events.next_two(data)[events.ui.game] is None
