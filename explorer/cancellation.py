"""Cancels computations whose result nobody waits for any more.

A caller runs a computation within `cancellable(signal)`; loops with many steps call `check` before each step, which raises
`CancelledError` once any thread has set the signal. The signals are stored in a context variable, so that the loops need no extra argument.
Nested signals add up: any of them ends the computation.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event

_signals: ContextVar[tuple[Event, ...]] = ContextVar("signals", default=())


class CancelledError(Exception):
    """Raised in a computation that was cancelled, because nobody waits for its result any more."""


@contextmanager
def cancellable(signal: Event) -> Iterator[None]:
    """Within the `with` block, `check` raises `CancelledError` once `signal` is set. A generator must enter the block again at each step,
    because its steps may run in different contexts."""
    token = _signals.set((*_signals.get(), signal))
    try:
        yield
    finally:
        _signals.reset(token)


def check() -> None:
    """Raise `CancelledError` if a signal of the current computation is set."""
    if any(signal.is_set() for signal in _signals.get()):
        raise CancelledError
