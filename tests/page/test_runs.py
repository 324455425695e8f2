"""A newer request ends the older; Stop lets one end with what it has; another change drops it."""

from __future__ import annotations

from types import SimpleNamespace

from explorer.page.runs import Runs

VISIT, OTHER = SimpleNamespace(session_hash="a"), SimpleNamespace(session_hash="b")


def test_a_run_goes_on_until_it_ends():
    run = Runs().begin(VISIT)
    assert run.going and run.end() and not run.going


def test_stop_ends_it_with_its_last_view_and_drop_without():
    runs = Runs()
    run = runs.begin(VISIT)
    runs.stop(OTHER)
    assert run.going
    runs.stop(VISIT)
    assert not run.going and run.end()
    run = runs.begin(VISIT)
    runs.drop(VISIT)
    assert not run.going and not run.end()


def test_a_newer_run_replaces_the_older_and_survives_its_end():
    runs = Runs()
    first, second = runs.begin(VISIT), runs.begin(VISIT)
    assert not first.going and not first.end()
    assert second.going and second.end()


def test_nothing_is_kept_of_visits_without_a_run():
    runs = Runs()
    runs.stop(VISIT), runs.drop(OTHER)
    assert runs._latest == {}
