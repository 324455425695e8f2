"""A training log says what a run measured and drew, whether the run became a checkpoint or not."""

from __future__ import annotations

import json

import pytest

from explorer.training_log import METRICS, Moment, TrainingLog, best, read
from explorer.zoo import CHECKPOINTS, inspect

SHIPPED = sorted(path.parent for path in CHECKPOINTS.glob("*/config.json"))


def write(folder, rows, moments=()):
    (folder / "timeline").mkdir(parents=True)
    (folder / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for name in moments:
        (folder / "timeline" / f"{name}.webp").write_bytes(b"a sheet")


def test_a_folder_without_a_run_has_an_empty_log(tmp_path):
    log = read(tmp_path)
    assert log == TrainingLog([], []) and (log.images, log.chosen, log.raw, log.losses, log.metrics) == (0, {}, False, [], [])


def test_moments_come_in_the_order_of_pictures_seen_and_other_files_are_passed_over(tmp_path):
    write(tmp_path, [], ("000000080", "000000005", "notes"))
    assert read(tmp_path).timeline == [Moment(images, tmp_path / "timeline" / f"{images:09d}.webp") for images in (5, 80)]


def test_a_row_that_a_killed_run_left_unfinished_is_dropped(tmp_path):
    write(tmp_path, [{"images": 5, "kid": 1.0}])
    with (tmp_path / "history.jsonl").open("a") as file:
        file.write('{"images": 10, "ki')
    assert read(tmp_path).history == [{"images": 5, "kid": 1.0}]


@pytest.mark.parametrize(("rows", "chosen"), [(2, []), (3, ["KID"])])
def test_a_curve_has_more_than_two_points(rows, chosen):
    log = TrainingLog([{"images": images, "kid": 1.0} for images in range(rows)], [])
    assert [curve.name for curve in log.metrics] == chosen


def test_a_curve_covers_more_than_a_quarter_of_the_run_and_comes_in_the_table_s_order():
    rows = [{"images": images, "recall": 0.5, "kid": 1.0} | ({"fd": 9.0} if images > 75 else {}) for images in range(0, 101, 5)]
    log = TrainingLog(rows, [])
    assert [curve.key for curve in log.metrics] == ["kid", "recall"] == sorted(("recall", "kid"), key=list(METRICS).index)
    assert log.metrics[0].points[-1] == (100, 1.0) and log.images == 100


@pytest.mark.parametrize(("other", "name"), [("generator_loss", "discriminator"), ("watching_loss", "discriminator on frozen features")])
def test_a_discriminator_beside_one_on_pixels_is_named_for_what_it_sees(other, name):
    log = TrainingLog([{"images": images, "discriminator_loss": 0.5, other: 0.7} for images in range(4)], [])
    assert [curve.name for curve in log.losses if curve.key == "discriminator_loss"] == [name] and len(log.losses) == 2


def test_the_first_measure_chooses_by_average_or_raw_weights():
    rows = [{"images": 1, "kid": 3.0, "fd": 5.0, "fd_raw": 4.0}, {"images": 2, "kid": 1.0, "fd": 4.5}]
    log = TrainingLog(rows, [])
    assert (log.chosen, log.raw) == (rows[0], True) == best(rows)


def test_a_run_that_says_its_metric_is_chosen_by_it():
    rows = [{"images": 1, "nsfw_kid": 1.0, "fd": 5.0}, {"images": 2, "nsfw_kid": 2.0, "fd": 4.0}]
    assert TrainingLog(rows, [], {"metric": "nsfw_kid"}).chosen == rows[0]
    for run in ({}, {"metric": None}, {"metric": ["fd"]}, {"metric": "kid"}):
        assert TrainingLog(rows, [], run).chosen == rows[1]


def test_the_last_step_of_a_run_without_a_metric_ships():
    rows = [{"images": 1, "accuracy_25": 0.9}, {"images": 2, "accuracy_25": 0.8}]
    assert TrainingLog(rows, [], {"metric": None}).chosen == rows[1]
    assert TrainingLog(rows, [], {}).chosen == {} and TrainingLog([], [], {"metric": None}).chosen == {}


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_a_shipped_checkpoint_and_its_folder_have_the_same_log(folder):
    log = inspect(folder).log
    assert log == read(folder) and log.history and log.chosen in log.history
