"""The same noise denoised with 1, 2, 4, 12 and 1,000 steps; with one, by a distilled student if there is one."""

from __future__ import annotations

import pytest
import torch
import tradeoffs
from handlers import event, inputs, laid_out, last, request

from explorer import diffusion
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import uri
from explorer.page.tabs.diffusion import ladder, session
from explorer.page.tabs.diffusion.events import DiffusionEvents
from explorer.page.tabs.diffusion.layout import build
from explorer.zoo import Zoo


@pytest.fixture(scope="module")
def events(tmp_path_factory) -> DiffusionEvents:
    root = tmp_path_factory.mktemp("zoo")
    tradeoffs.save(root, ["ddpm-mnist", "ddpm-mnist-distilled"])
    return laid_out(build, Studio(Zoo(root)))


@pytest.fixture
def state(events, monkeypatch) -> dict:
    monkeypatch.setattr(ladder, "RUNGS", (1, 2, 30))
    return session.opening(events.studio)


def climbed(events, state, **changed) -> dict:
    values = inputs(events, state, compare="steps", **changed)
    return last(events.draw(values, request(), event(events.ui.controls["compare"])))


def test_every_rung_is_the_run_with_its_steps(events, state):
    page = climbed(events, state, seed=5, label="3")
    pictures = page[events.ui.stage]["pictures"]
    assert [picture["title"] for picture in pictures] == ["1 step, ddpm-mnist-distilled", "2 steps", "30 steps"]
    network, label = events.studio.denoiser("ddpm-mnist"), torch.eye(10)[3:4]
    for picture, steps in zip(pictures[1:], (2, 30), strict=True):
        settings = {key: state[key] for key in ("sampler", "guidance")}
        assert picture["src"] == uri(diffusion.sample(network, label, seed=5, steps=steps, **settings)[0])
    noise = diffusion.noise_of(network, 5).flatten()[None]
    assert pictures[0]["src"] == uri(events.studio.draw("ddpm-mnist-distilled", noise, label[0])[0])
    assert len(page[events.ui.strip]["frames"]) == 3 and "3 runs from the same noise" in page[events.ui.lesson]


def test_without_a_class_the_student_does_not_draw(events, state):
    page = climbed(events, state, label="any")
    assert page[events.ui.stage]["pictures"][0]["title"] == "1 step"


def test_the_rungs_stream_and_can_be_stopped_and_saved(events, state, monkeypatch):
    monkeypatch.setattr(ladder, "BETWEEN", 0.0)
    updates = list(events.draw(inputs(events, state, compare="steps"), request(), event(events.ui.controls["compare"])))
    stages = [update[events.ui.stage] for update in updates]
    assert any(stage["progress"] and stage["progress"]["steps"] == 30 for stage in stages) and stages[-1]["progress"] is None
    climbing = {**state, "compare": "steps"}
    first = next(iter(events.views.show(climbing)))
    assert events.stopped(climbing, first)[events.ui.stage]["progress"] is None
    assert [frame.shape for frame in ladder.film(events.studio, climbing)] == [(1, 28, 84)] * 3
    assert events.views.film(climbing, "gif").startswith(b"GIF89a")


def test_five_at_once_ends_the_comparison_of_steps(events, state):
    page = last(events.draw(inputs(events, {**state, "compare": "steps"}), request(), event(events.ui.five)))
    assert len(page[events.ui.stage]["pictures"]) == 5 and page[events.ui.stage]["pictures"][0]["title"].startswith("seed")
