"""The trade-off: every family has its dials, draws with them, and its stored figures are read with mean and deviation."""

from __future__ import annotations

import json

import pytest
import torch
import tradeoffs

from explorer import tradeoff
from explorer.models import ClassJudge

FAMILIES = ["gan", "vae", "flow", "codes", "diffusion", "one-step"]


def test_every_model_has_its_family():
    assert [tradeoff.family_of(type(model)).key for model in tradeoffs.models().values()] == FAMILIES
    with pytest.raises(TypeError, match="ClassJudge belongs to no family"):
        tradeoff.family_of(ClassJudge)


def test_every_position_draws_the_same_digits_of_a_seed():
    labels = torch.eye(10)[:2]
    for name, model in tradeoffs.models().items():
        for position in tradeoff.family_of(type(model)).positions:
            first, again = (tradeoff.drawn(model, labels, 3, position.settings) for _ in range(2))
            assert first.shape == (2, 1, 28, 28) and torch.equal(first, again), (name, position)


def test_a_batch_is_the_pictures_of_its_seeds():
    model, labels = tradeoffs.models()["flow-mnist"], torch.eye(10)[:2]
    batch = tradeoff.drawn(model, labels, 3, {"temperature": 0.7})
    assert torch.allclose(batch[1:], tradeoff.drawn(model, labels[1:], 4, {"temperature": 0.7}), atol=1e-5)
    assert not torch.allclose(batch, tradeoff.drawn(model, labels, 3, {"temperature": 1.0}))


def test_diffusion_needs_as_many_evaluations_as_it_says():
    model = tradeoffs.models()["ddpm-mnist"]
    for position in tradeoff.DIFFUSION.positions:
        calls = []
        hook = model.unet.register_forward_pre_hook(lambda module, inputs, calls=calls: calls.append(len(inputs[0])))
        tradeoff.drawn(model, torch.eye(10)[:1], 0, position.settings)
        hook.remove()
        assert sum(calls) == position.evaluations, position


def test_figures_are_read_with_mean_and_deviation(tmp_path):
    tradeoffs.store(tmp_path, type(tradeoffs.models()["gan-mnist"]), 3.0)
    found = tradeoff.read(tmp_path, tradeoff.GAN)
    assert (found.n, found.split, found.features) == (10_000, "test", "judge-mnist") and found.floor["fd"] == 1.2
    assert [point.position.label for point in found.points] == ["no truncation", "truncation 2", "truncation 1", "truncation 0.5"]
    assert [point.figures["fd"] for point in found.points] == [3, 4, 5, 6]
    assert found.points[0].deviations["fd"] == pytest.approx(0.5**0.5) and found.points[1].milliseconds == 6.0


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"rows": 3}', '{"rows": [{"dial": "truncation"}], "n": 1}', '{"n": "x", "rows": []}'])
def test_damaged_figures_count_as_none(tmp_path, text):
    (tmp_path / tradeoff.TRADEOFF).write_text(text)
    assert tradeoff.read(tmp_path, tradeoff.GAN) == tradeoff.Measured()
    assert tradeoff.read(tmp_path / "missing", tradeoff.GAN) == tradeoff.Measured()


def test_positions_that_are_not_measured_yet_are_left_out(tmp_path):
    tradeoffs.store(tmp_path, type(tradeoffs.models()["gan-mnist"]), 3.0)
    path = tmp_path / tradeoff.TRADEOFF
    stored = json.loads(path.read_text())
    path.write_text(json.dumps({**stored, "rows": stored["rows"][2:4], "times": []}))
    (point,) = tradeoff.read(tmp_path, tradeoff.GAN).points
    assert point.position.value == 2.0 and point.milliseconds is None


@pytest.mark.parametrize("change", [{"fd": float("nan")}, {"fd": 0}, {"fd": -1}, {"recall": float("inf")}, {"styles": float("nan")}])
def test_a_row_that_no_axis_can_show_is_left_out(tmp_path, change):
    tradeoffs.store(tmp_path, type(tradeoffs.models()["gan-mnist"]), 3.0)
    path = tmp_path / tradeoff.TRADEOFF
    stored = json.loads(path.read_text())
    stored["rows"][0] |= change
    path.write_text(json.dumps(stored))
    first = tradeoff.read(tmp_path, tradeoff.GAN).points[0]
    assert first.seeds == 1 and first.figures["fd"] == 3.5 and first.deviations["fd"] == 0


def test_times_and_floors_that_cannot_be_used_are_left_out(tmp_path):
    tradeoffs.store(tmp_path, type(tradeoffs.models()["gan-mnist"]), 3.0)
    path = tmp_path / tradeoff.TRADEOFF
    stored = json.loads(path.read_text())
    stored["times"][0]["milliseconds"] = 0
    del stored["floor"]["recall"]
    path.write_text(json.dumps(stored))
    found = tradeoff.read(tmp_path, tradeoff.GAN)
    assert found.points[0].milliseconds is None and found.points[1].milliseconds == 6.0 and found.floor == {}


def test_figures_of_other_weights_are_not_shown(tmp_path):
    tradeoffs.store(tmp_path, type(tradeoffs.models()["gan-mnist"]), 3.0, revision="a" * 64)
    assert len(tradeoff.read(tmp_path, tradeoff.GAN, "a" * 64).points) == 4
    assert tradeoff.read(tmp_path, tradeoff.GAN, "b" * 64) == tradeoff.Measured()
