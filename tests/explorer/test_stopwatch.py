"""A paused clock stands still."""

from __future__ import annotations

from explorer import stopwatch


def test_pauses_do_not_count(monkeypatch):
    times = iter([10.0, 13.0, 20.0, 21.0])  # made, paused, resumed, read
    monkeypatch.setattr(stopwatch.time, "perf_counter", lambda: next(times))
    watch = stopwatch.Stopwatch()
    watch.pause()
    watch.resume()
    assert watch.read() == 4.0
