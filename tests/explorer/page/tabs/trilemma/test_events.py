"""Each handler of the Trilemma tab, called as Gradio calls it."""

from __future__ import annotations

import json

import pytest
import torch
import tradeoffs
from handlers import event, inputs, laid_out, last, request

from explorer import tradeoff
from explorer.page.shared import links
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio
from explorer.page.tabs.trilemma import lessons, session
from explorer.page.tabs.trilemma.api import endpoints
from explorer.page.tabs.trilemma.events import TrilemmaEvents
from explorer.page.tabs.trilemma.layout import build
from explorer.page.tabs.trilemma.race import Lane
from explorer.page.tabs.trilemma.views import shares
from explorer.zoo import Zoo


@pytest.fixture(scope="module")
def events(tmp_path_factory) -> TrilemmaEvents:
    root = tmp_path_factory.mktemp("zoo")
    tradeoffs.save(root)
    return laid_out(build, Studio(Zoo(root)))


@pytest.fixture
def state(events) -> dict:
    return session.opening(events.studio)


def visiting(events, state, **changed) -> dict:
    """The values that the page sends, with no times measured yet."""
    return inputs(events, state, **changed) | {events.ui.times: {}}


def test_a_visit_begins_with_a_race_of_gan_and_diffusion(events):
    page = events.opening()
    stage = page[events.ui.stage]
    assert [picture["title"] for picture in stage["pictures"]] == ["GAN", "diffusion"] and stage["progress"] is None
    assert all(picture["note"].startswith("20 in ") for picture in stage["pictures"])
    assert "nearer to real digits" in page[events.ui.lesson]


def test_the_plots_have_a_curve_for_every_dial(events):
    plots = events.opening()[events.ui.scatter]["plots"]
    assert [plot["title"] for plot in plots] == ["Quality over speed", "Diversity over speed"]
    quality = {curve["name"]: curve["points"] for curve in plots[0]["curves"]}
    assert set(quality) == {
        "GAN, truncation", "VAE, temperature", "flow, temperature", "VQ-VAE with a prior, temperature", "diffusion, guidance",
        "diffusion, steps", "diffusion in one step",
    }  # fmt: skip
    gan = quality["GAN, truncation"]  # in the order of the dial, no truncation last
    assert [point["key"] for point in gan] == ["gan-mnist:3", "gan-mnist:2", "gan-mnist:1", "gan-mnist:0"]
    assert gan[-1] | {"text": ""} == {"key": "gan-mnist:0", "x": 2.0, "y": 2.0, "error": pytest.approx(0.5**0.5), "text": ""}
    assert plots[0]["references"] == [[1.2, "real digits"]] and plots[1]["references"] == [[0.8, "real digits"]]


def test_triangles_reach_to_their_corners(events):
    triangles = {each["name"]: each for each in events.opening()[events.ui.triangles]["triangles"]}
    assert events.opening()[events.ui.triangles]["title"].startswith("The trilemma, measured: 1 of 4 families are last")
    assert triangles["GAN"]["notes"] == ["FD 2.0", "recall 0.60", "2.0 ms"]
    assert triangles["flow"]["claim"] == "The textbook: weak in quality. Here: number 3 of 4: the textbook does not hold."
    assert triangles["diffusion"]["claim"] == "The textbook: weak in speed. Here: the last of 4, as the textbook says."
    assert "Not in" in triangles["diffusion in one step"]["claim"]
    point = tradeoff.Point(tradeoff.GAN.positions[0], 0, 1.0, {"fd": 1.2, "recall": 0.8}, {}, 3)
    floor = {"fd": 1.2, "recall": 0.8}
    assert shares(point, 1.0, floor) == pytest.approx([1, 1, 1])
    poor = tradeoff.Point(tradeoff.GAN.positions[0], 0, 1.0, {"fd": 100.0, "recall": 0.0}, {}, 3)
    assert shares(poor, 1000.0, floor) == pytest.approx([0, 0, 0])


def test_a_point_shows_nine_digits_and_a_link_to_its_tab(events, state):
    page = events.pick(visiting(events, state), event(events.ui.scatter, key="ddpm-mnist:2"))
    (picture,) = page[events.ui.picked]["pictures"]
    assert picture["side"] == 84 and picture["title"] == "diffusion, guidance 3"
    query = page[events.ui.picked]["facts"][-1][2]
    assert links.unpack(query) | {"tab": ""} == {
        "tab": "", "model": "ddpm-mnist", "seed": 100_000, "label": "0", "sampler": "dpm-solver++", "steps": 12, "guidance": 3.0,
    }  # fmt: skip
    gan = events.pick(visiting(events, state), event(events.ui.scatter, key="gan-mnist:2"))
    assert links.unpack(gan[events.ui.picked]["facts"][-1][2])["truncation"] == 1.0
    assert gan[events.ui.state]["point"] == "gan-mnist:2"


@pytest.mark.parametrize("key", [None, "", "gan-mnist", "gan-mnist:9", "gan-mnist:-1", "other:0", "gan-mnist:²", "gan-mnist:" + "1" * 5000])
def test_unknown_points_are_refused(events, state, key):
    with pytest.raises(FieldError, match="point: "):
        events.pick(visiting(events, state), event(events.ui.scatter, key=key))


def test_a_race_streams_and_ends_with_what_it_showed(events, state):
    page = last(events.race(visiting(events, state, left="vae-mnist", right="ddpm-mnist-distilled", seed=7), request()))
    assert page[events.ui.state]["left"] == "vae-mnist" and page[events.ui.stage]["progress"] is None
    assert links.unpack(page[events.ui.takeaway]["query"])["seed"] == 7
    with pytest.raises(FieldError, match="second model: got 'x'"):
        next(events.race(visiting(events, state, right="x"), request()))


def test_the_same_seed_draws_the_same_digits(events, state):
    pages = [last(events.race(visiting(events, state, seed=seed), request())) for seed in (3, 3, 4)]
    first, again, other = (page[events.ui.stage]["pictures"][1]["src"] for page in pages)
    assert first == again != other


def test_times_of_this_machine_replace_the_stored_ones(events, state):
    page = last(events.measure(visiting(events, state), request()))
    times = page[events.ui.times]
    assert set(times) == set(events.studio.catalogue.measured) and all(value > 0 for value in times.values())
    curves = {curve["name"]: curve["points"] for curve in page[events.ui.scatter]["plots"][0]["curves"]}
    assert curves["diffusion in one step"][0]["x"] == pytest.approx(times["ddpm-mnist-distilled"])
    gan = curves["GAN, truncation"]  # all times of a model are scaled to this machine
    assert [point["x"] / gan[-1]["x"] for point in gan] == pytest.approx([4, 3, 2, 1])
    assert events.ui.state not in page and "this server" in page[events.ui.scatter]["plots"][0]["note"]


def test_a_race_that_is_stopped_shows_what_is_drawn_and_no_verdict(events, state):
    lanes = Lane("gan-mnist"), Lane("ddpm-mnist")
    lanes[0].digits.append(torch.zeros(1, 28, 28))
    page = events.raced(lanes)
    assert page[events.ui.stage]["progress"] is None and events.ui.lesson not in page


def test_a_model_that_races_itself_wins_nothing(events, state):
    page = last(events.race(visiting(events, state, left="vae-mnist", right="vae-mnist"), request()))
    assert "Both are <em>VAE</em>" in page[events.ui.lesson]


def test_a_link_opens_the_same_race(events, state):
    values = links.unpack(links.pack("trilemma", {"left": "flow-mnist", "right": "vae-mnist", "point": "flow-mnist:1", "seed": 5}))
    page = last(events.restore(values, request()))
    assert page[events.ui.picked]["pictures"][0]["title"] == "flow, temperature 1"
    assert [picture["title"] for picture in page[events.ui.stage]["pictures"]] == ["flow", "VAE"]


def test_two_models_of_a_family_are_told_apart(tmp_path):
    tradeoffs.save(tmp_path, ["gan-mnist", "vae-mnist"])
    tradeoffs.models()["gan-mnist"].save_pretrained(tmp_path / "gan-other")
    tradeoffs.store(tmp_path / "gan-other", type(tradeoffs.models()["gan-mnist"]), 3.0)
    events = laid_out(build, Studio(Zoo(tmp_path)))
    assert [text for text, _ in events.views.runners()] == ["GAN (gan-mnist)", "GAN (gan-other)", "VAE"]


def test_the_endpoint_returns_every_position_of_every_model(events):
    (tradeoff_endpoint,) = endpoints(events.studio)
    entries = tradeoff_endpoint()
    assert [entry["model"] for entry in entries].count("gan-mnist") == 4 and len(entries) == 22
    first = entries[0]
    assert (first["family"], first["dial"], first["value"], first["fd"], first["n"]) == ("gan", "truncation", None, 2.0, 10_000)
    assert first["deviations"]["fd"] == pytest.approx(0.5**0.5) and first["milliseconds"] == 2.0
    assert json.loads(json.dumps(entries)) == entries


def test_a_flow_is_explained_where_there_is_one():
    assert "normalising flow" in lessons.how(True) and "normalising flow" not in lessons.how(False)
    assert "FLOW" not in lessons.how(True) + lessons.how(False)
