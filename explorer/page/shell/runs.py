"""Keeps track of the running request of each session, so that a newer request or another change can cancel it, and Stop can end it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum, auto
from threading import Event
from typing import Any, TypeVar

import gradio as gr

from .visits import steps

State = dict[str, Any]
View = TypeVar("View")


class Status(Enum):
    """What a run does with its next view."""

    RUNNING = auto()
    STOPPED = auto()  # yields the view, then ends
    DROPPED = auto()  # discards the view and ends


class Runs:
    """The running request of each session (`session_hash`)."""

    def __init__(self) -> None:
        self._latest: dict[str | None, Run] = {}

    def begin(self, request: gr.Request, state: State) -> Run:
        """Start a new request in this session. It supersedes the running one, whose computation ends at its next step."""
        if past := self._latest.get(request.session_hash):
            past.cancelled.set()
        run = self._latest[request.session_hash] = Run(self._latest, request.session_hash, state)
        return run

    def latest_state(self, request: gr.Request, current: State) -> State:
        """The state that this session requested last: the running request's, or `current` (the state on the page) if none is running.

        Handlers compare new settings with it and ignore events that change nothing: a Gradio dropdown fires `input` twice for one choice
        (on the click and when it loses focus), and also when it is closed without a choice.
        """
        run = self._latest.get(request.session_hash)
        return run.state if run is not None and run.status is Status.RUNNING else current

    def drop(self, request: gr.Request) -> None:
        """Cancel the running request, because the page now shows something else."""
        if run := self._latest.get(request.session_hash):
            run.status = Status.DROPPED
            run.cancelled.set()

    def stop(self, request: gr.Request) -> None:
        """End the running request after the view that it is computing."""
        if run := self._latest.get(request.session_hash):
            run.status = Status.STOPPED


class Run:
    """One request.

    Attributes:
        state: the requested state.
        status: what the run does with its next view.
        cancelled: the event that ends its computation once it is set.
        completed: set when `watch` ends: True if the request finished or was stopped, False if it was dropped or superseded.
    """

    def __init__(self, latest: dict[str | None, Run], session: str | None, state: State):
        self._latest, self._session = latest, session
        self.state, self.status, self.cancelled, self.completed = state, Status.RUNNING, Event(), False

    def watch(self, views: Iterable[View]) -> Iterator[View]:
        """Yield the request's views until they end, or the request is stopped, dropped or superseded.

        A view that was computed while the request was dropped or superseded is discarded; one computed while it was stopped is still
        yielded. The caller must then yield `{}` if not `completed`: Gradio re-sends an event's final update when it ends, which would
        overwrite the newer request's pictures.
        """
        try:
            for view in steps(views, self.cancelled):
                if not self._wanted:
                    return
                yield view
                if not self._wanted or self.status is Status.STOPPED:
                    return
        finally:
            self.completed = self._wanted
            if self._latest.get(self._session) is self:
                del self._latest[self._session]

    @property
    def _wanted(self) -> bool:
        """Whether the page still waits for this run's views."""
        return self._latest.get(self._session) is self and self.status is not Status.DROPPED
