"""The steps at which a training run logs, evaluates and saves, and the signals that stop it."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from dataclasses import dataclass

TIMELINE_MOMENTS = 20


@dataclass
class Schedule:
    """When a run logs, evaluates, saves and stops. The first three attributes are numbers of steps.

    Attributes:
        steps: the length of the whole run.
        log_every: how often a row is added to the history, with the mean of each loss since the last row.
        evaluate_every: how often the metrics are computed and compared with the best checkpoint's.
        save_seconds: how often the training state is saved, in seconds.
        minutes: stop after this many minutes, with the state saved; None for no limit.
    """

    steps: int
    log_every: int
    evaluate_every: int
    save_seconds: float = 180
    minutes: float | None = None

    def timeline_steps(self) -> set[int]:
        """The steps at which the timeline gets pictures: quadratically spaced, because a model changes most at the beginning."""
        return {round(self.steps * (k / (TIMELINE_MOMENTS - 1)) ** 2) for k in range(TIMELINE_MOMENTS)}


class InterruptedRunError(Exception):
    """Raised if a run stops before its last step, on a signal or at its time limit; its state is saved."""


@contextmanager
def interruptible():
    """Within this context, Ctrl-C and SIGTERM only set a flag, which the loop checks after each step; a second signal raises
    KeyboardInterrupt at once. Yields a function that returns the flag."""
    requested = False

    def request(number, frame):
        nonlocal requested
        if requested:
            raise KeyboardInterrupt
        requested = True

    try:
        previous = {number: signal.signal(number, request) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # signal handlers can be set in the main thread only; elsewhere the caller handles signals
        previous = {}
    try:
        yield lambda: requested
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
