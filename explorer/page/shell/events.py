"""The base class of the event handlers of every tab. A tab subclasses `Events` and adds one method per event.

A handler takes `data`, a dictionary {component: value} (Gradio passes this if the inputs are a set), and `gr.Request` or `gr.EventData` if
it needs them. It returns or yields updates: dictionaries {output component: new value}.
"""

from __future__ import annotations

import base64
import copy
import functools
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import gradio as gr

from explorer.page.shared.links import pack
from explorer.page.shared.studio import Studio
from explorer.page.widgets.base import busy, undims
from explorer.zoo import CheckpointError

from . import arrival
from .messages import for_page, warn
from .opening import first_opening
from .runs import Run, Runs

State = dict[str, Any]
Update = dict[Any, Any]

# Two concurrency groups of Gradio's queue. Events in QUICK return in well under a second; events in LONG stream intermediate results.
QUICK = {"concurrency_limit": 4, "concurrency_id": "quick"}
LONG = {"concurrency_limit": 3, "concurrency_id": "long"}
WEIGHTS, DIGITS = "weights", 8  # a link stores the first DIGITS digits of the weights' SHA-256 under this key
INTERRUPTED = "The connection was lost, or the page was loaded again, before the run had ended. Please start it again."
PRIVATE = {"api_visibility": "private", "show_progress": "hidden"}


class Events(ABC):
    """The events of one tab.

    Attributes:
        slug: the tab's identifier; also the channel of its widgets.
        ui: the tab's components; `ui.state` is its `gr.State`.
        studio: loads the models and generates pictures.
        views: computes what the tab shows.
        runs: the running request of each session.
        outputs: the components that the first visit to the tab may change.
        missed: why the tab does not open with the model that it was laid out for; empty if it does.
        filled: whether the components already hold the opening values when the page loads; False for a lazy tab.
    """

    slug: str

    def __init__(self, ui: Any, studio: Studio, views: Any):
        self.ui, self.studio, self.views, self.runs = ui, studio, views, Runs()
        self.filled, self._opening, self._lock = False, None, threading.Lock()
        self.outputs: list[Any] = []
        self.missed: list[str] = []

    @abstractmethod
    def wire(self) -> None:
        """Attach the handlers to the components."""

    @abstractmethod
    def opening(self) -> Update:
        """The update for a new visit: the state and the values of the widgets. The layout already creates the controls with the opening
        state."""

    @abstractmethod
    def restore(self, values: State, request: gr.Request) -> Update | Iterator[Update]:
        """Show the state that a link for this tab carries; its values are not validated yet."""

    def link(self, state: State) -> str:
        """Encode the state as the query of a link, with the first digits of the SHA-256 of the model's weights, if it has a model.

        Args:
            state: only the keys that the link contains.
        """
        weights = {WEIGHTS: self.studio.catalogue.revision(state["model"])[:DIGITS]} if "model" in state else {}
        return pack(self.slug, {**state, **weights})

    def state_from_link(self, event: gr.EventData) -> State | None:
        """The state in the page's address; None if the address has no link, or one for another tab.

        Shows a warning if the model's weights have changed since the link was made.

        Raises:
            FieldError: if the link is damaged; only the tab `links.WITHOUT_A_TAB` raises this.
        """
        state = arrival.linked_state(event, self.slug)
        if state and (words := self.changed(state)):
            warn(words, title="The model has changed")
        return state

    def changed(self, state: State) -> str:
        """A warning if the weights of a link's model have changed since the link was made; "" if they have not."""
        model, weights = state.get("model"), state.get(WEIGHTS)
        known = isinstance(model, str) and model in self.studio.zoo.checkpoints and isinstance(weights, str)
        if not known or self.studio.catalogue.revision(model).startswith(weights):
            return ""
        return f"The weights of {model} have changed since this link was made: its pictures may look different now."

    def arrive(self, request: gr.Request, event: gr.EventData) -> Iterator[Update]:
        """Handle the first time that a visitor sees the tab: show the state in the address, if it is for this tab, otherwise the
        opening."""
        try:
            values = self.state_from_link(event)
            if arrival.interrupted(event) and (values is not None or (self.filled and not arrival.query(event))):
                warn(INTERRUPTED, title="The run was interrupted")
            if values is not None:
                update = self.restore(values, request)
                yield from [update] if isinstance(update, dict) else update
                return
        except Exception:
            if not self.filled:  # a link that cannot be used must not leave the tab empty
                yield self.opened()
            raise
        yield gr.skip() if self.filled else self.opened()
        for reason in self.missed:
            warn(reason, title="A model is not shown")

    def model_updates(self, state: State) -> Update:
        """Update the controls that depend on the state's model."""
        return self.ui.controls.updates(state)

    def opened(self) -> Update:
        """The opening, computed once and cached for all visits; each visit gets its own copy of the state."""
        with self._lock:
            if self._opening is None:
                self._opening, self.missed = first_opening(self)
        return {**self._opening, self.ui.state: copy.deepcopy(self._opening[self.ui.state])}

    def ready(self, lazy: bool) -> Events:
        """Attach the handlers and, unless the tab is lazy, compute its opening now. A lazy tab computes it when a visitor first selects it.

        Returns:
            self
        """
        opening = {}
        if not lazy:
            with suppress(CheckpointError):  # `arrive` raises it again, as a message to the visitor
                opening = self.opened()
        self.filled = bool(opening) and not self.missed
        self.wire()
        if self.filled:
            for component, value in opening.items():
                component.value = value if isinstance(component, gr.State) else component.postprocess(value)
        return self

    def run(
        self,
        state: State,
        request: gr.Request,
        views: Iterable[Any],
        shown: Callable[[Any], Update],
        first: Update | None = None,
        stopped: Callable[[Any], Update] | None = None,
    ) -> Iterator[Update]:
        """Stream the views of a request. It ends early if the visitor clicks Stop or makes a newer request.

        Args:
            state: the requested settings; stored in `ui.state` with the first view.
            views: an iterator that computes the request's views one after the other.
            shown: converts a view to an update.
            first: an update that is merged into the first view's.
            stopped: converts the last view to a final update; called when the run has finished or was stopped. If it returns an empty
                update, or is None, there is no final update.
        """
        run, update, view = self.runs.begin(request, state), {self.ui.state: state, **(first or {})}, None
        for view in run.watch(views):
            yield update | shown(view)
            update = {}
        yield from self._ended(run, view, stopped)

    @staticmethod
    def _ended(run: Run, view: Any, stopped: Callable[[Any], Update] | None) -> Iterator[Update]:
        # A superseded event must yield gr.skip() last: Gradio sends an event's final update again when it ends, which would overwrite the
        # newer request's pictures.
        if not run.completed:
            yield gr.skip()
        elif stopped is not None and view is not None and (last := stopped(view)):
            yield last

    def stop(self, request: gr.Request) -> None:
        """Stop the session's running request; the pictures that it has generated so far stay on the page."""
        self.runs.stop(request)

    def download(self, component: gr.blocks.Block, name: str, media: str, data: bytes) -> Update:
        """The update that makes the browser download a file, through a widget with the prop `saved`."""
        content = f"data:{media};base64,{base64.b64encode(data).decode()}"
        return {component: gr.update(saved={"name": name, "content": content, "at": time.time()})}

    def handled(self, handler: Callable) -> Callable:
        """Wrap a handler for Gradio. If the session has not opened the tab yet, the values of its `gr.State`s are None; the handler then
        gets the values of the opening instead."""

        @functools.wraps(handler)
        def with_state(data: Update, *args: Any) -> Any:
            missing = [component for component, value in data.items() if value is None and isinstance(component, gr.State)]
            opening = self.opened() if missing else {}
            return handler(data | {component: opening[component] for component in missing if component in opening}, *args)

        return for_page(with_state)

    def on(
        self,
        triggers: Sequence[Any],
        handler: Callable,
        inputs: Iterable[Any],
        outputs: Sequence[Any],
        line: dict[str, Any] = LONG,
        **settings,
    ) -> None:
        """Attach a handler that generates pictures. The stage is dimmed until the handler's first update.

        Args:
            line: the concurrency group, QUICK or LONG.
            settings: keyword arguments for `gr.on`, which override the defaults.
        """
        settings = {"js": busy(self.slug), "trigger_mode": "always_last", **PRIVATE, **line, **settings}
        undims(gr.on(list(triggers), self.handled(handler), set(inputs), list(outputs), **settings), self.slug, **PRIVATE)

    def attach(
        self, stage: gr.blocks.Block, shown: Sequence[Any], strip: gr.blocks.Block | None = None, save: Callable | None = None
    ) -> None:
        """Attach the events that every tab has: Stop on the stage, the first time that a visitor sees the tab and, if there is something to
        download, download from the strip.

        Args:
            shown: the outputs of `restore` and `opening`.
            strip: the widget with the download links.
            save: the handler of the download.
        """
        self.outputs = list(shown)
        stage.stop(self.stop, None, None, queue=False, **PRIVATE)
        if strip is not None and save is not None:
            strip.download(self.handled(save), {self.ui.state}, strip, **QUICK, **PRIVATE)
        arrives = arrival.arrives(self.slug, for_page(self.arrive), list(shown), lazy=not self.filled, **LONG, **PRIVATE)
        undims(arrives, self.slug, **PRIVATE)
