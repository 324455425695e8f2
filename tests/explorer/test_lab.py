"""explorer/lab.py: the runs of the training lab, moment by moment."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab_runs import write_run

from explorer.lab import OWN, all_runs, read_runs, shared_range


@pytest.fixture
def lab(tmp_path) -> Path:
    write_run(tmp_path / "checkpoints" / "lab" / "lab-digits-wgan-1")
    write_run(tmp_path / "checkpoints" / "lab" / "lab-art-dcgan-0", "dcgan", 0, 1, 100.0)
    return tmp_path / "checkpoints"


def test_a_run_knows_what_it_learned_how_and_how_long(lab):
    runs = all_runs(lab)
    digits, art = runs["lab-digits-wgan-1"], runs["lab-art-dcgan-0"]
    assert (digits.family, digits.arm, digits.seed, digits.title) == ("digits", "wgan", 1, "wgan, seed 1")
    assert (art.family, art.title) == ("paintings", "dcgan, seed 0")
    assert digits.steps == art.steps == 40 and digits.pictures_per_step == 5


@pytest.mark.parametrize(("step", "shown"), [(0, 0), (9, 0), (10, 10), (39, 10), (40, 40), (1000, 40)])
def test_the_pictures_of_a_step_are_the_last_ones_that_were_drawn_until_then(lab, step, shown):
    run = all_runs(lab)["lab-digits-wgan-1"]
    assert run.step(run.moment(step)) == shown
    assert run.sheet(step) == (lab / f"lab/lab-digits-wgan-1/timeline/{shown * 5:09d}.webp").read_bytes()


def test_curves_are_over_steps_of_the_generator_and_share_an_axis(lab):
    runs = all_runs(lab)
    assert runs["lab-digits-wgan-1"].curve("fd") == [[10, 10], [20, 20], [30, 30], [40, 40]]
    assert shared_range(runs.values(), "fd") == [10, 140] and shared_range(runs.values(), "recall") is None


def test_the_histogram_of_weights_is_the_last_that_was_measured_until_then(lab):
    run = all_runs(lab)["lab-digits-wgan-1"]
    assert run.weights(5) == []
    places, shares = zip(*run.weights(25), strict=True)
    assert list(shares) == [pytest.approx(20 / 840)] * 21 and places[10] == 0 and places[20] == pytest.approx(0.01 * 20 / 21)


def test_a_folder_of_ones_own_is_shown_too_and_damaged_runs_are_not(lab, tmp_path):
    own = tmp_path / "runs"
    write_run(own / "my-gan", "ignored")
    (own / "empty").mkdir()
    write_run(own / "torn")
    (own / "torn" / "history.jsonl").write_text("[1]\nnothing\n")
    write_run(own / "odd")
    (own / "odd" / "run.json").write_text("[]")
    (own / "odd" / "timeline" / "000000000.webp").write_text("no picture")
    runs = all_runs(lab, own)
    assert set(runs) == {"lab-digits-wgan-1", "lab-art-dcgan-0", "my-gan", "odd"}
    assert (runs["my-gan"].family, runs["my-gan"].title, runs["odd"].seed) == (OWN, "my-gan", 0)
    assert runs["odd"].sheet(0) is None and runs["odd"].sheet(10) is not None
    assert read_runs(tmp_path / "nowhere") == {}
