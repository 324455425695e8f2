"""A clock that can be paused."""

from __future__ import annotations

import time


class Stopwatch:
    """Measures time in seconds, without the pauses."""

    def __init__(self):
        self.elapsed, self.started = 0.0, time.perf_counter()

    def read(self) -> float:
        return self.elapsed + time.perf_counter() - self.started

    def pause(self) -> None:
        self.elapsed = self.read()

    def resume(self) -> None:
        self.started = time.perf_counter()
