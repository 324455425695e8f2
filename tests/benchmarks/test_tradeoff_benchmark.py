"""The measurement of the trade-off: every position and seed once, goes on after a stop, begins again with new weights, and times digits."""

from __future__ import annotations

import json

import pytest
import tradeoffs
from small_data import pictures, write
from tiny import seeded

from benchmarks import tradeoff as benchmark
from explorer import tradeoff
from explorer.models import GAN28, ClassJudge
from train.metrics.seeds import TRADEOFF_SEEDS


@pytest.fixture
def measured(tmp_path, monkeypatch):
    for seed, split in enumerate(("train", "test")):
        write(tmp_path / "data" / "mnist", split, {"image": pictures(20, 28, "RGB", seed), "label": [i % 10 for i in range(20)]})
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(benchmark, "BATCH", 8)
    model = tradeoffs.models()["gan-mnist"]
    folder = tmp_path / "gan-mnist"
    model.save_pretrained(folder)
    judge = seeded(lambda: ClassJudge(tradeoffs.DIGITS, 1, 28, (8, 8)))
    yardstick = benchmark.Yardstick(judge, 16)
    benchmark.measure(model, folder, yardstick, half=False)
    return model, folder, yardstick


def test_every_position_is_measured_with_three_seeds(measured):
    _, folder, _ = measured
    stored = json.loads((folder / tradeoff.TRADEOFF).read_text())
    assert len(stored["rows"]) == 12 and {row["seed"] for row in stored["rows"]} == set(TRADEOFF_SEEDS)
    assert stored["n"] == 16 and "accuracy" not in stored["floor"] and stored["computed"] == "float32"
    assert [point.seeds for point in tradeoff.read(folder, tradeoff.GAN).points] == [3] * 4


def test_it_goes_on_where_it_was_stopped(measured, monkeypatch):
    model, folder, yardstick = measured
    before = (folder / tradeoff.TRADEOFF).read_text()
    monkeypatch.setattr(benchmark, "batches", None)  # measuring again would call it
    benchmark.measure(model, folder, yardstick, half=False)
    assert json.loads((folder / tradeoff.TRADEOFF).read_text()) == json.loads(before)


def test_new_weights_are_measured_anew(measured):
    _, folder, yardstick = measured
    other = GAN28(latent_size=8, width=4, discriminator_width=4).eval()
    other.save_pretrained(folder)
    benchmark.measure(other, folder, yardstick, half=True)
    stored = json.loads((folder / tradeoff.TRADEOFF).read_text())
    assert len(stored["rows"]) == 12 and stored["computed"] == "bfloat16"


def test_real_digits_are_at_no_distance_from_themselves(measured):
    _, _, yardstick = measured
    figures = yardstick.figures(yardstick.real)
    assert figures["fd"] == pytest.approx(0, abs=1e-3) and figures["recall"] == figures["precision"] == 1 and figures["styles"] == 16


def test_digits_are_timed_one_by_one(measured, monkeypatch):
    model, folder, _ = measured
    monkeypatch.setattr(benchmark, "TIMED", 3)
    benchmark.timed(model, folder)
    points = tradeoff.read(folder, tradeoff.GAN).points
    assert all(point.milliseconds > 0 for point in points) and len(points) == 4


def test_positions_of_two_dials_with_the_same_settings_are_measured_once(tmp_path, measured, monkeypatch):
    _, _, yardstick = measured
    model, folder = tradeoffs.models()["ddpm-mnist"], tmp_path / "ddpm-mnist"
    model.save_pretrained(folder)
    drawn, batches = [], benchmark.batches
    monkeypatch.setattr(benchmark, "batches", lambda *rest: drawn.append(rest[3].label) or batches(*rest))
    benchmark.measure(model, folder, yardstick, half=False)
    assert drawn.count("guidance 1") == 3 and "steps 12" not in drawn
    rows = json.loads((folder / tradeoff.TRADEOFF).read_text())["rows"]
    figures = {(row["dial"], row["value"], row["seed"]): row["fd"] for row in rows}
    assert all(figures["steps", 12.0, seed] == figures["guidance", 1.0, seed] for seed in TRADEOFF_SEEDS)


def test_a_measurement_with_other_settings_starts_over(measured):
    model, folder, yardstick = measured
    benchmark.measure(model, folder, yardstick, half=True)
    stored = json.loads((folder / tradeoff.TRADEOFF).read_text())
    assert stored["computed"] == "bfloat16" and len(stored["rows"]) == 12 and stored["floor"]
