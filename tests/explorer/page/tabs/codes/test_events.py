"""Each handler of the VQ codes tab, called as Gradio calls it."""

from __future__ import annotations

import json

import gradio as gr
import pytest
from handlers import event, inputs, laid_out, last, request
from PIL import Image
from tiny import seeded, tiny_vqvae

from explorer.models import VQVAE
from explorer.page.shared import links
from explorer.page.shared.checks import FieldError
from explorer.page.shared.inputs import picked
from explorer.page.shared.studio import Studio
from explorer.page.shell.messages import for_page
from explorer.page.tabs.codes import files, session
from explorer.page.tabs.codes.events import CodeEvents, right_half
from explorer.page.tabs.codes.layout import build
from explorer.zoo import Zoo

GREY, NLL, COLOUR = "tiny-vqvae", "tiny-vqvae-nll", "vqvae-photos"


@pytest.fixture(scope="module")
def events(tmp_path_factory) -> CodeEvents:
    root = tmp_path_factory.mktemp("zoo")
    tiny_vqvae().save_pretrained(root / GREY)
    tiny_vqvae(seed=1, likelihood="nll").save_pretrained(root / NLL)
    widths = {"widths": (4, 8), "up_widths": (8, 4), "codes": 16, "code_size": 4, "prior_width": 16, "prior_layers": 2}
    seeded(lambda: VQVAE(channels=3, image_size=32, **widths)).save_pretrained(root / COLOUR)
    return laid_out(build, Studio(Zoo(root)))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr("explorer.page.tabs.codes.filling.BETWEEN", 0.0)


@pytest.fixture
def state(events) -> dict:
    """The map of a digit."""
    return events.views.encoded(session.opening(events.studio, GREY), picked(events.studio.coder(GREY), 3))


def erased(state: dict, *cells: int) -> dict:
    return state | {"mode": "fill", "codes": [-1 if cell in cells else code for cell, code in enumerate(state["codes"])]}


def test_an_example_is_put_into_the_map(events, state):
    page = events.take({events.ui.state: state, events.ui.upload: None}, request(), event(events.ui.examples, index=7))
    assert page[events.ui.state]["source"]["name"] == "a 7 of MNIST" and page[events.ui.examples]["selected"] == 7
    assert page[events.ui.map]["codes"] == page[events.ui.state]["codes"] != state["codes"]
    with pytest.raises(FieldError, match=r"^example: got 10"):
        events.take({events.ui.state: state, events.ui.upload: None}, request(), event(events.ui.examples, index=10))


def test_an_upload_and_a_drawing_are_put_into_the_map(events, state, tmp_path):
    Image.new("L", (40, 40), 200).save(tmp_path / "mine.png")
    data = {events.ui.state: state, events.ui.upload: str(tmp_path / "mine.png")}
    page = events.take(data, request(), event(events.ui.upload))
    assert page[events.ui.state]["source"]["name"] == "your picture" and page[events.ui.examples]["selected"] is None
    page = events.take({events.ui.state: state}, request(), event(events.ui.slate, ink=[255] * 56 * 56))
    assert page[events.ui.state]["source"]["name"] == "your drawing"
    for ink in (None, [0] * 5, [-1] * 56 * 56, [256] * 56 * 56):
        with pytest.raises(FieldError, match="drawing"):
            events.take({events.ui.state: state}, request(), event(events.ui.slate, ink=ink))


def test_a_second_picture_is_mixed_into_the_right_half_first(events, state):
    data = {events.ui.state: state, events.ui.second_upload: None}
    page = events.take_second(data, request(), event(events.ui.second_examples, index=8))
    mixed = page[events.ui.state]
    other = events.views.encodings.encode(GREY, mixed["second"]).codes
    half = right_half(7)
    assert mixed["mode"] == "mix" and mixed["painted"] == half == page[events.ui.map]["painted"]
    assert mixed["codes"] == [other[cell] if cell in half else code for cell, code in enumerate(state["codes"])]
    assert page[events.ui.second_examples]["selected"] == 8


def test_another_model_encodes_the_same_picture_and_one_of_other_pictures_its_first_example(events, state):
    page = events.switch(inputs(events, state, model=NLL), request())
    now, control = page[events.ui.state], events.ui.controls["model"]
    assert (now["model"], now["source"]) == (NLL, state["source"]) and now["history"] == [] and page[control]["value"] == NLL
    page = events.switch(inputs(events, state, model=COLOUR), request())
    assert page[events.ui.state]["source"]["name"] == "coffee" and not page[events.ui.slate]["visible"]
    assert events.switch(inputs(events, state), request()) == gr.skip()  # the menu was closed
    with pytest.raises(FieldError, match=r"^model: got 'x'"):
        events.switch(inputs(events, state, model="x"), request())


def test_another_mode_keeps_the_map_and_shows_its_controls(events, state):
    page = events.change_mode(inputs(events, state, mode="mix"), request())
    assert page[events.ui.state]["codes"] == state["codes"] and page[events.ui.state]["second"]["name"] == "a 1 of MNIST"
    assert [page[group]["visible"] for group in events.ui.groups.values()] == [False, False, True]
    with pytest.raises(FieldError, match=r"^mode: got"):
        events.change_mode(inputs(events, state, mode="sideways"), request())


def test_a_code_is_swapped_and_undone(events, state):
    flat = [*state["codes"][:5], (state["codes"][5] + 1) % 16, *state["codes"][6:]]
    rows = session.rows(events.studio, GREY, flat)
    page = events.swap({events.ui.state: state}, request(), event(events.ui.map, cell=5, codes=rows))
    now = page[events.ui.state]
    assert now["codes"] == flat == page[events.ui.map]["codes"] and page[events.ui.undo]["interactive"]
    assert links.carried(page[events.ui.takeaway]["query"], "codes")["codes"] == rows
    page = events.undo({events.ui.state: now}, request())
    assert page[events.ui.state]["codes"] == state["codes"] and not page[events.ui.undo]["interactive"]
    with pytest.raises(FieldError, match=r"^undo: got None"):
        events.undo({events.ui.state: page[events.ui.state]}, request())


def test_swaps_that_came_together_are_all_kept(events, state):
    flat = [(code + 1) % 16 if cell < 2 else code for cell, code in enumerate(state["codes"])]
    sent = event(events.ui.map, cell=1, codes=session.rows(events.studio, GREY, flat))
    now = events.swap({events.ui.state: state}, request(), sent)[events.ui.state]
    assert now["codes"] == flat and len(now["history"]) == 2 and now["history"][1]["codes"][:2] == [flat[0], state["codes"][1]]


def test_a_swap_that_cannot_be_is_refused(events, state):
    rows = session.rows(events.studio, GREY, state["codes"])
    with pytest.raises(FieldError, match=r"^mode: got 'fill'"):
        events.swap({events.ui.state: erased(state, 1)}, request(), event(events.ui.map, cell=1, codes=rows))
    with pytest.raises(FieldError, match=r"^cell: got 49"):
        events.swap({events.ui.state: state}, request(), event(events.ui.map, cell=49, codes=rows))


def test_a_stroke_erases_cells(events, state):
    page = events.paint({events.ui.state: state | {"mode": "fill"}}, request(), event(events.ui.map, painted=[3, 1, 3]))
    assert session.erased(page[events.ui.state]) == [1, 3] == page[events.ui.map]["painted"]
    with pytest.raises(FieldError, match=r"^mode: got 'edit'"):
        events.paint({events.ui.state: state}, request(), event(events.ui.map, painted=[1]))
    for cells in (None, "1", list(range(50))):
        with pytest.raises(FieldError, match="painted cells"):
            events.paint({events.ui.state: state | {"mode": "fill"}}, request(), event(events.ui.map, painted=cells))


def test_the_prior_fills_what_is_erased_and_fills_it_again_with_another_seed(events, state):
    data = inputs(events, erased(state, 8, 9), seed=4, temperature=0.5, label="2", top=0)
    page = last(events.fill(data, request(), event(events.ui.fill)))
    now = page[events.ui.state]
    assert (now["seed"], now["temperature"], now["label"], now["top"]) == (4, 0.5, "2", None)
    assert min(now["codes"]) >= 0 and now["filled"] == [8, 9] and len(page[events.ui.strip]["frames"]) == len(now["strip"]) == 2
    assert len(now["history"]) == 1 and page[events.ui.stage]["progress"] is None
    again = last(events.fill(inputs(events, now, seed=5), request(), event(events.ui.fill)))[events.ui.state]
    assert again["filled"] == [8, 9] and [c for i, c in enumerate(again["codes"]) if i not in (8, 9)] == [
        c for i, c in enumerate(state["codes"]) if i not in (8, 9)
    ]


def test_the_prior_writes_a_whole_map(events, state):
    page = last(events.fill(inputs(events, state), request(), event(events.ui.write)))
    now = page[events.ui.state]
    assert now["source"] is None and now["encoded"] == now["codes"] and len(now["strip"]) == 49 and now["mode"] == "fill"
    assert session.undo(session.undo(now))["codes"] == state["codes"]


def test_nothing_is_filled_where_nothing_is_erased_and_no_setting_is_taken_on_trust(events, state):
    with pytest.raises(FieldError, match="erased cells"):
        next(events.fill(inputs(events, state), request(), event(events.ui.fill)))
    with pytest.raises(gr.Error, match="top: got 17, allowed is a whole number from 1 to 16"):
        next(for_page(events.fill)(inputs(events, erased(state, 1), top=17), request(), event(events.ui.fill)))


def test_a_stopped_filling_leaves_the_rest_erased(events, state):
    stream = events.fill(inputs(events, erased(state, 1, 2, 3)), request(), event(events.ui.fill))
    next(stream)
    events.stop(request())
    page = last(stream)
    assert len(session.erased(page[events.ui.state])) == 2 and page[events.ui.strip] is None and page[events.ui.stage]["progress"] is None


def test_a_stroke_ends_a_filling_without_a_word(events, state):
    stream = events.fill(inputs(events, erased(state, 1, 2, 3)), request(), event(events.ui.fill))
    next(stream)
    events.paint({events.ui.state: erased(state, 1)}, request(), event(events.ui.map, painted=[1, 4]))
    assert list(stream)[-1] == gr.skip()


def test_a_filling_is_saved_and_nothing_else(events, state):
    filled = last(events.fill(inputs(events, erased(state, 1)), request(), event(events.ui.fill)))[events.ui.state]
    saved = events.save({events.ui.state: filled}, event(format="gif"))[events.ui.strip]["saved"]
    assert saved["name"] == f"{GREY}-filled.gif" and saved["content"].startswith("data:image/gif;base64,")
    with pytest.raises(FieldError, match="strip"):
        events.save({events.ui.state: state}, event(format="gif"))
    with pytest.raises(FieldError, match="format"):
        events.save({events.ui.state: filled}, event(format="tiff"))


def test_a_codes_file_is_opened(events, state, tmp_path):
    (tmp_path / "codes.json").write_text(files.write(events.studio, erased(state, 0) | {"model": NLL}))
    page = events.open_codes({events.ui.opened: str(tmp_path / "codes.json")}, request())
    assert page[events.ui.state]["codes"] == [-1, *state["codes"][1:]] and page[events.ui.controls["mode"]] == "fill"
    assert page[events.ui.controls["model"]]["value"] == NLL
    (tmp_path / "codes.json").write_text(json.dumps({}))
    with pytest.raises(FieldError, match="codes file"):
        events.open_codes({events.ui.opened: str(tmp_path / "codes.json")}, request())


def test_a_link_is_restored_and_one_for_another_tab_is_not(events, state):
    linked = erased(state, 2) | {"label": "1", "seed": 8, "top": 3}
    page = last(events.arrive(request(), event(query=events.link(session.carried(events.studio, linked)))))
    now = page[events.ui.state]
    assert {key: now[key] for key in (*session.FIELDS, "codes")} == {key: linked[key] for key in (*session.FIELDS, "codes")}
    assert (page[events.ui.controls["label"]]["value"], page[events.ui.controls["top"]]) == ("1", 3)
    assert list(events.arrive(request(), event(query=links.pack("sample", {})))) == [gr.skip()]


def test_a_link_without_a_map_opens_the_first_picture_of_the_tab(events):
    page = last(events.arrive(request(), event(query=links.pack("codes", {"model": NLL}))))
    assert page[events.ui.state]["source"]["name"] == "a 3 of MNIST" and page[events.ui.state]["model"] == NLL
