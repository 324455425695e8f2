"""Keeps track of the running request of each session, so that a newer request or another change can cancel it, and Stop can end it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import gradio as gr

State = dict[str, Any]
View = TypeVar("View")
STOPPED, DROPPED = "stopped", "dropped"


class Runs:
    """For each session (`session_hash`): its running request, or STOPPED or DROPPED if that request has been told to end."""

    def __init__(self) -> None:
        self._latest: dict[str | None, Run | str] = {}

    def begin(self, request: gr.Request, asked: State) -> Run:
        """Start a new request in this session. It supersedes the running one."""
        run = self._latest[request.session_hash] = Run(self._latest, request.session_hash, asked)
        return run

    def asked(self, request: gr.Request, there: State) -> State:
        """The state that this session requested last: the running request's, or `there` (the state on the page) if none is running.

        Handlers compare new settings with it and ignore events that change nothing: a Gradio dropdown fires `input` twice for one choice
        (on the click and when it loses focus), and also when it is closed without a choice.
        """
        running = self._latest.get(request.session_hash)
        return running.asked if isinstance(running, Run) else there

    def drop(self, request: gr.Request) -> None:
        """Cancel the running request and discard its next view, because the page now shows something else."""
        if request.session_hash in self._latest:
            self._latest[request.session_hash] = DROPPED

    def stop(self, request: gr.Request) -> None:
        """End the running request after the view that it is computing."""
        if request.session_hash in self._latest:
            self._latest[request.session_hash] = STOPPED


class Run:
    """One request.

    Attributes:
        asked: the requested state.
        wanted: set when `watch` ends: True if the request finished or was stopped, False if it was dropped or superseded.
    """

    def __init__(self, latest: dict[str | None, Run | str], visit: str | None, asked: State):
        self._latest, self._visit = latest, visit
        self.asked, self.wanted = asked, False

    def watch(self, views: Iterable[View]) -> Iterator[View]:
        """Yield the request's views until they end, or the request is stopped, dropped or superseded.

        A view that was computed while the request was dropped or superseded is discarded; one computed while it was stopped is still
        yielded. The caller must then yield `{}` if not `wanted`: Gradio re-sends an event's final update when it ends, which would
        overwrite the newer request's pictures.
        """
        try:
            for view in views:
                if self._ending not in (self, STOPPED):
                    return
                yield view
                if self._ending is not self:
                    return
        finally:
            self.wanted = self._ending in (self, STOPPED)
            if self._ending in (self, STOPPED, DROPPED):
                self._latest.pop(self._visit)

    @property
    def _ending(self) -> Run | str | None:
        """This run while it may continue; otherwise STOPPED, DROPPED or the run that superseded it."""
        return self._latest.get(self._visit)
