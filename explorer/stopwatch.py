"""A clock that can be paused."""

from __future__ import annotations

import time


class Stopwatch:
    """Seconds of work, pauses left out."""

    def __init__(self):
        self.before, self.since = 0.0, time.perf_counter()

    def read(self) -> float:
        return self.before + time.perf_counter() - self.since

    def pause(self) -> None:
        self.before = self.read()

    def resume(self) -> None:
        self.since = time.perf_counter()
