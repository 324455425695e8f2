"""Cancels the computations of a visitor who has left: who closed the page, lost the connection, or ended the call of an endpoint.

The results of a session are sent in one HTTP response: `/queue/data` for the page and Gradio's clients, `/call/ENDPOINT/EVENT` for plain
HTTP. If the client closes this response before its end, nobody receives the results. Gradio then removes the session's events from the
queue, but does not cancel the functions that are already running.
"""

from __future__ import annotations

import inspect
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs

from gradio.context import LocalContext
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.cancellation import CancelledError, cancellable

RESULTS = re.compile(r"/gradio_api/(?:queue/data|call/(?:v2/)?[^/]+/(?P<event>[^/]+))/?$")


REMEMBERED = 1000


class Visits:
    """For each session, the signals (`threading.Event`) that cancel its running functions, by `session_hash` and by event id.

    The client of a single event may leave before the event's function begins: the latest such events are remembered, so that their
    functions end at once. Sessions are not remembered, because a page that has lost its connection connects again under the same name.
    """

    def __init__(self) -> None:
        self._signals: dict[str, set[threading.Event]] = {}
        self._departed: deque[str] = deque(maxlen=REMEMBERED)
        self._lock = threading.Lock()

    @contextmanager
    def signal(self) -> Iterator[threading.Event]:
        """Create a signal for the Gradio event that this thread handles. It is set if the visitor leaves during the `with` block."""
        request, event, signal = LocalContext.request.get(None), LocalContext.event_id.get(None), threading.Event()
        names = {getattr(request, "session_hash", None), event} - {None}
        with self._lock:
            if event in self._departed:
                signal.set()
            for name in names:
                self._signals.setdefault(name, set()).add(signal)
        try:
            yield signal
        finally:
            with self._lock:
                for name in names:
                    self._signals[name].discard(signal)
                    if not self._signals[name]:
                        del self._signals[name]

    def arrive(self, event: str) -> None:
        """Note that a client asks for the results of an event: a client may come back for them."""
        with self._lock, suppress(ValueError):
            self._departed.remove(event)

    def leave(self, name: str, event: bool = False) -> None:
        """Cancel the running functions of a session or an event.

        Args:
            event: whether the name is an event's, whose function ends at once if it begins later.
        """
        with self._lock:
            if event:
                self._departed.append(name)
            for signal in self._signals.get(name, ()):
                signal.set()


VISITS = Visits()


def abandonable(function: Callable) -> Callable:
    """Decorate a function or a generator function that handles events. Once the visitor has left, `explorer.cancellation.check` ends it: a
    function raises `CancelledError`, a generator yields nothing more."""
    return _stream(function) if yields(function) else _call(function)


def yields(function: Callable) -> bool:
    """Whether a function is a generator function or a decorated generator function."""
    return inspect.isgeneratorfunction(inspect.unwrap(function))


def _call(function: Callable) -> Callable:
    def call(*args, **kwargs):
        with VISITS.signal() as signal, cancellable(signal):
            return function(*args, **kwargs)

    return call


def _stream(function: Callable) -> Callable:
    def stream(*args, **kwargs):
        with VISITS.signal() as signal:
            yield from steps(function(*args, **kwargs), signal)

    return stream


def steps(iterator: Iterable, signal: threading.Event) -> Iterator:
    """Yield the items of an iterator until it ends or the signal is set."""
    iterator = iter(iterator)
    try:
        while True:
            with cancellable(signal):
                try:
                    item = next(iterator)
                except (StopIteration, CancelledError):
                    return
            yield item
    finally:
        if close := getattr(iterator, "close", None):
            close()


class Departures:
    """Middleware that calls `VISITS.leave` when a client closes the response with a session's results before its end."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        results = RESULTS.search(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if results is None:
            return await self.app(scope, receive, send)
        sessions = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [])
        event, ended = results["event"], False
        name = event or (sessions[0] if sessions else "")
        if event:
            VISITS.arrive(event)

        async def noting(message: Message) -> None:
            nonlocal ended
            await send(message)
            ended = ended or (message["type"] == "http.response.body" and not message.get("more_body", False))

        try:
            await self.app(scope, receive, noting)
        finally:
            if not ended:
                VISITS.leave(name, event=bool(event))
