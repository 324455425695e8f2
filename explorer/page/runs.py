"""Long requests by visit: a newer one, or any other change, ends the one before; Stop lets it end with what it has."""

from __future__ import annotations

import gradio as gr

STOPPED, DROPPED = "stopped", "dropped"


class Runs:
    """The running request of each visit, or how it is to end."""

    def __init__(self) -> None:
        self._latest: dict[str | None, object] = {}

    def begin(self, request: gr.Request) -> Run:
        """A new request of this visit; one that is running is dropped."""
        token = object()
        self._latest[request.session_hash] = token
        return Run(self, request.session_hash, token)

    def drop(self, request: gr.Request) -> None:
        """End a running request without a word: something else goes on the stage."""
        if request.session_hash in self._latest:
            self._latest[request.session_hash] = DROPPED

    def stop(self, request: gr.Request) -> None:
        """Let a running request end with what it has."""
        if request.session_hash in self._latest:
            self._latest[request.session_hash] = STOPPED


class Run:
    """One request, which asks now and then whether it may go on."""

    def __init__(self, runs: Runs, visit: str | None, token: object):
        self._runs, self._visit, self._token = runs, visit, token

    @property
    def going(self) -> bool:
        """Whether nobody has stopped, dropped or replaced it."""
        return self._runs._latest.get(self._visit) is self._token

    def end(self) -> bool:
        """Take it off the list; whether its last view is still wanted."""
        ending = self._runs._latest.get(self._visit)
        if ending in (self._token, STOPPED, DROPPED):
            self._runs._latest.pop(self._visit, None)
        return ending in (self._token, STOPPED)
