"""Each handler of the Diffusion tab, called as Gradio calls it."""

from __future__ import annotations

import json

import gradio as gr
import pytest
from handlers import event, inputs, laid_out, last, request
from PIL import Image
from tiny import tiny_ddpm

from explorer.page.shared import links
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio
from explorer.page.shell.messages import for_page
from explorer.page.tabs.diffusion import session
from explorer.page.tabs.diffusion.events import DiffusionEvents
from explorer.page.tabs.diffusion.layout import build
from explorer.zoo import Zoo

GREY, COLOUR = "tiny-ddpm", "tiny-ddpm-photo"


@pytest.fixture(scope="module")
def events(tmp_path_factory) -> DiffusionEvents:
    root = tmp_path_factory.mktemp("zoo")
    tiny_ddpm().save_pretrained(root / GREY)
    tiny_ddpm(channels=3).save_pretrained(root / COLOUR)
    return laid_out(build, Studio(Zoo(root)))


@pytest.fixture
def state(events) -> dict:
    return session.opening(events.studio, GREY) | {"steps": 2}


def hole(*pixels: int) -> list[int]:
    return [int(pixel in pixels) for pixel in range(784)]


def test_changed_settings_are_drawn(events, state):
    page = last(events.draw(inputs(events, state, seed=9, guidance=3.0, label="2"), request(), event(events.ui.controls["seed"])))
    assert page[events.ui.state] == state | {"seed": 9, "guidance": 3.0, "label": "2"} and page[events.ui.controls["seed"]] == 9
    assert len(page[events.ui.strip]["frames"]) == 3 and page[events.ui.stage]["progress"] is None
    link = links.carried(page[events.ui.takeaway]["query"], "diffusion")
    assert (link["seed"], link["guidance"], link["erased"]) == (9, 3.0, "")


def test_only_the_button_draws_again_what_is_there(events, state):
    assert list(events.draw(inputs(events, state), request(), event(events.ui.controls["sampler"]))) == [gr.skip()]
    assert last(events.draw(inputs(events, state), request(), event(events.ui.draw)))[events.ui.state] == state


def test_five_are_drawn_until_one_is_asked_for_again(events, state):
    page = last(events.draw(inputs(events, state), request(), event(events.ui.five)))
    assert page[events.ui.state]["count"] == 5 == len(page[events.ui.stage]["pictures"])
    five = page[events.ui.state]
    assert last(events.draw(inputs(events, five, seed=3), request(), event(events.ui.controls["seed"])))[events.ui.state]["count"] == 5
    assert last(events.draw(inputs(events, five), request(), event(events.ui.draw)))[events.ui.state]["count"] == 1


def test_a_comparison_is_of_single_pictures_and_shows_its_own_control(events, state):
    five = state | {"count": 5}
    page = last(events.draw(inputs(events, five, compare="sampler"), request(), event(events.ui.controls["compare"])))
    assert page[events.ui.state]["count"] == 1 and len(page[events.ui.stage]["pictures"]) == 6
    others = [page[events.ui.controls[f"other_{what}"]]["visible"] for what in ("guidance", "sampler", "seed")]
    assert others == [False, True, False]


def test_the_key_for_another_seed_sends_the_seed(events, state):
    page = last(events.draw(inputs(events, state), request(), event(events.ui.stage, seed=77)))
    assert page[events.ui.state]["seed"] == 77 == page[events.ui.controls["seed"]]


def test_what_cannot_be_used_is_named(events, state):
    with pytest.raises(gr.Error, match="steps: got 0, allowed is a whole number from 1 to 1000"):
        next(for_page(events.draw)(inputs(events, state, steps=0), request(), event(events.ui.controls["steps"])))


def test_an_example_an_upload_and_a_drawing_are_noised(events, state, tmp_path):
    ui, past = events.ui, state | {"mode": "edit", "erased": hole(3)}
    page = last(events.take({ui.state: past, ui.upload: None}, request(), event(ui.examples, index=6)))
    assert (page[ui.state]["example"], page[ui.state]["erased"], page[ui.examples]["selected"]) == (6, [], 6)
    assert page[ui.eraser]["alt"].startswith("a 6 of MNIST") and page[ui.controls["start"]]["visible"]
    Image.new("L", (40, 40), 200).save(tmp_path / "mine.png")
    page = last(events.take({ui.state: past, ui.upload: str(tmp_path / "mine.png")}, request(), event(ui.upload)))
    assert page[ui.state]["source"]["name"] == "your picture" and page[ui.examples]["selected"] is None
    page = last(events.take({ui.state: past}, request(), event(ui.slate, ink=[255] * 56 * 56)))
    assert page[ui.state]["source"]["name"] == "your drawing"
    with pytest.raises(FieldError, match=r"^example: got 10"):
        next(events.take({ui.state: past, ui.upload: None}, request(), event(ui.examples, index=10)))


def test_an_erased_part_is_made_anew(events, state):
    page = last(events.erase({events.ui.state: state}, request(), event(events.ui.eraser, erased=hole(5, 6))))
    assert page[events.ui.state] == state | {"mode": "edit", "erased": hole(5, 6)}
    assert not page[events.ui.controls["start"]]["visible"] and page[events.ui.strip]["frames"][0]["step"] == 1000
    with pytest.raises(FieldError, match="erased"):
        next(events.erase({events.ui.state: state}, request(), event(events.ui.eraser, erased=[1])))


def test_another_model_keeps_what_both_have(events, state):
    past = state | {"seed": 4, "guidance": 2.0, "start": 300, "compare": "seed", "count": 5, "example": 7, "erased": hole(1)}
    page = last(events.switch(inputs(events, past, model=COLOUR), request()))
    kept = {"seed": 4, "guidance": 2.0, "start": 300, "steps": 2}
    assert page[events.ui.state] == session.opening(events.studio, COLOUR) | kept
    assert not page[events.ui.drawing]["visible"] and "parameters" in page[events.ui.controls["model"]]["info"]
    assert list(events.switch(inputs(events, state), request())) == [gr.skip()]  # the menu was closed
    with pytest.raises(FieldError, match=r"^model: got 'x'"):
        next(events.switch(inputs(events, state, model="x"), request()))


@pytest.mark.parametrize(
    ("mode", "groups", "label", "start"),
    [("reverse", ["reverse"], True, False), ("forward", ["picture"], False, False), ("edit", ["picture", "edit"], True, True)],
)
def test_each_mode_has_its_controls(events, state, mode, groups, label, start):
    page = last(events.change_mode(inputs(events, state, mode=mode), request()))
    controls = events.ui.controls
    assert page[events.ui.state] == state | {"mode": mode} and page[controls["mode"]] == mode
    assert [name for name, group in events.ui.groups.items() if page[group]["visible"]] == groups
    assert (page[controls["label"]]["visible"], page[controls["start"]]["visible"]) == (label, start)
    assert page[events.ui.settings]["visible"] == (mode != "forward") and page[events.ui.comparison]["visible"] == (mode == "reverse")


def test_a_mode_that_there_is_not_is_named(events, state):
    with pytest.raises(FieldError, match=r"^mode: got 'sideways'"):
        next(events.change_mode(inputs(events, state, mode="sideways"), request()))


def test_a_link_is_restored_and_one_for_another_tab_is_not(events, state):
    linked = state | {"mode": "edit", "label": "3", "erased": hole(0, 9), "compare": "guidance", "other_guidance": 7.0}
    page = last(events.arrive(request(), event(query=events.link(session.carried(linked)))))
    assert page[events.ui.state] == linked and page[events.ui.controls["label"]]["value"] == "3"
    assert page[events.ui.step] == events.opening()[events.ui.step] and page[events.ui.step]["t"] == 500
    assert page[events.ui.controls["other_guidance"]] == gr.update(value=7.0, visible=True)
    assert list(events.arrive(request(), event(query=links.pack("codes", {})))) == [gr.skip()]


def test_a_link_of_two_keys_opens_the_rest_as_the_tab_does(events):
    page = last(events.arrive(request(), event(query=links.pack("diffusion", {"seed": 3, "steps": 1}))))
    assert page[events.ui.state] == session.opening(events.studio) | {"seed": 3, "steps": 1}


def test_a_strip_is_saved(events, state):
    saved = events.save({events.ui.state: state}, event(format="gif"))[events.ui.strip]["saved"]
    assert saved["name"] == f"{GREY}-{state['seed']}.gif" and saved["content"].startswith("data:image/gif;base64,")
    with pytest.raises(FieldError, match="format"):
        events.save({events.ui.state: state}, event(format="tiff"))


def test_a_stopped_run_rests_on_what_it_has(events, state, monkeypatch):
    monkeypatch.setattr("explorer.page.tabs.diffusion.backward.BETWEEN", 0.0)
    stream = events.draw(inputs(events, state, steps=6), request(), event(events.ui.draw))
    next(stream)
    events.stop(request())
    page = last(stream)
    assert page[events.ui.stage]["progress"] is None and len(page[events.ui.strip]["frames"]) < 7
    assert page[events.ui.state]["steps"] == 6


def test_a_run_that_another_replaced_ends_with_an_empty_update(events, state, monkeypatch):
    monkeypatch.setattr("explorer.page.tabs.diffusion.backward.BETWEEN", 0.0)
    first = events.draw(inputs(events, state, steps=6), request(), event(events.ui.draw))
    next(first)
    page = last(events.draw(inputs(events, state, seed=5), request(), event(events.ui.controls["seed"])))
    assert page[events.ui.state]["seed"] == 5 and list(first) == [gr.skip()]


def test_the_settings_file_has_all_but_the_visitors_picture(events, state):
    given = state | {"source": {"name": "mine", "png": "secret"}}
    content = json.loads(events.takeaway(given)["file"]["content"])
    assert content == {"revision": events.studio.catalogue.revision(GREY)} | {
        key: value for key, value in state.items() if key not in ("source", "example")
    }
