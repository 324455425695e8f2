"""A newer request ends the older; Stop lets one end with what it has; another change drops it; what asks for nothing new is told."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from explorer.page.shell.runs import Runs

VISIT, OTHER = SimpleNamespace(session_hash="a"), SimpleNamespace(session_hash="b")
ONE, TWO = {"seed": 1}, {"seed": 2}


def test_a_run_goes_on_until_its_views_end():
    runs = Runs()
    run = runs.begin(VISIT, ONE)
    assert list(run.watch("abc")) == ["a", "b", "c"]
    assert run.completed and runs._latest == {}


def test_stop_ends_it_with_the_view_in_work_and_drop_without():
    runs = Runs()
    run = runs.begin(VISIT, ONE)
    views = run.watch("abc")
    assert next(views) == "a"
    runs.stop(OTHER)
    assert next(views) == "b"
    runs.stop(VISIT)
    assert list(views) == [] and run.completed

    def stopped_in_work():
        runs.stop(VISIT)
        yield "a"
        yield "b"

    run = runs.begin(VISIT, ONE)
    assert list(run.watch(stopped_in_work())) == ["a"] and run.completed

    def dropped_in_work():
        yield "a"
        runs.drop(VISIT)
        yield "b"

    run = runs.begin(VISIT, ONE)
    assert list(run.watch(dropped_in_work())) == ["a"] and not run.completed
    assert runs._latest == {}


def test_a_newer_run_replaces_the_older_and_survives_its_end():
    runs = Runs()
    first = runs.begin(VISIT, ONE)
    second = runs.begin(VISIT, TWO)
    assert list(first.watch("abc")) == [] and not first.completed
    assert runs.latest_state(VISIT, ONE) == TWO
    assert list(second.watch("abc")) == ["a", "b", "c"] and second.completed


def test_stop_reaches_the_newer_run_alone_while_the_older_still_computes():
    runs = Runs()
    newer = []

    def superseded_then_stopped():
        yield "a"
        newer.append(runs.begin(VISIT, TWO))
        runs.stop(VISIT)
        yield "b"

    older = runs.begin(VISIT, ONE)
    assert list(older.watch(superseded_then_stopped())) == ["a"] and not older.completed
    assert list(newer[0].watch("cd")) == ["c"] and newer[0].completed


def test_what_was_asked_last_is_what_runs_or_else_what_is_there():
    runs = Runs()
    assert runs.latest_state(VISIT, ONE) == ONE
    run = runs.begin(VISIT, TWO)
    assert runs.latest_state(VISIT, ONE) == TWO and runs.latest_state(OTHER, ONE) == ONE
    runs.stop(VISIT)
    assert runs.latest_state(VISIT, ONE) == ONE
    assert list(run.watch("abc")) == ["a"] and run.completed


def test_a_run_that_fails_or_is_left_alone_is_no_longer_running():
    def failing():
        yield "a"
        raise RuntimeError("no memory")

    runs = Runs()
    with pytest.raises(RuntimeError, match="no memory"):
        list(runs.begin(VISIT, ONE).watch(failing()))
    assert runs._latest == {}
    views = runs.begin(VISIT, ONE).watch("abc")
    next(views)
    views.close()
    assert runs._latest == {}


def test_nothing_is_kept_of_visits_without_a_run():
    runs = Runs()
    runs.stop(VISIT), runs.drop(OTHER)
    assert runs._latest == {}
