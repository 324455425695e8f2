"""Long requests by visit: a newer one, or any other change, ends the one before; Stop lets it end with what it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import gradio as gr

State = dict[str, Any]
View = TypeVar("View")
STOPPED, DROPPED = "stopped", "dropped"


class Runs:
    """The running request of each visit, or how it is to end."""

    def __init__(self) -> None:
        self._latest: dict[str | None, Run | str] = {}

    def begin(self, request: gr.Request, asked: State) -> Run:
        """A new request of this visit, which replaces the one that is running."""
        run = self._latest[request.session_hash] = Run(self._latest, request.session_hash, asked)
        return run

    def asked(self, request: gr.Request, there: State) -> State:
        """What this visit asked for last: what its running request is for, or else what is there.

        To tell what asks for nothing new: Gradio's menus report a choice twice, at the click and as they lose focus, and they report
        that they were closed without one.
        """
        running = self._latest.get(request.session_hash)
        return running.asked if isinstance(running, Run) else there

    def drop(self, request: gr.Request) -> None:
        """End a running request without a word: something else goes on the stage."""
        if request.session_hash in self._latest:
            self._latest[request.session_hash] = DROPPED

    def stop(self, request: gr.Request) -> None:
        """Let a running request end with what it has."""
        if request.session_hash in self._latest:
            self._latest[request.session_hash] = STOPPED


class Run:
    """One request.

    Attributes:
        asked: the state that it asks for.
        wanted: once its views have ended: whether the last of them still counts, as nothing else is asked.
    """

    def __init__(self, latest: dict[str | None, Run | str], visit: str | None, asked: State):
        self._latest, self._visit = latest, visit
        self.asked, self.wanted = asked, False

    def watch(self, views: Iterable[View]) -> Iterator[View]:
        """The views of this request for as long as nobody stops, drops or replaces it; one of a request that gave way never comes.

        An event that gave way must end with an empty update, `{}`: Gradio says an event's last update again as it ends, and the page
        would show it over the newer request's.
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
        """Itself while it goes on; how it is to end, or what has replaced it."""
        return self._latest.get(self._visit)
