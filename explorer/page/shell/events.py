"""What the events of all tabs share. A tab subclasses `Events`, and each thing that can happen is a method.

A handler takes `data` (the values of its inputs by component, as Gradio passes a set of inputs), and `request` or `event` if it needs them;
it returns an update: values by component.
"""

from __future__ import annotations

import base64
import copy
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import gradio as gr

from explorer.page.shared.links import pack
from explorer.page.shared.studio import Studio
from explorer.page.widgets.base import busy, undims

from . import arrival
from .messages import answered
from .runs import Run, Runs

State = dict[str, Any]
Update = dict[Any, Any]

# The page's two queue lines. A job in QUICK answers in well under a second; one in LONG streams what it has.
QUICK = {"concurrency_limit": 4, "concurrency_id": "quick"}
LONG = {"concurrency_limit": 3, "concurrency_id": "long"}
WEIGHTS, DIGITS = "weights", 8  # the key in a link for the first digits of the weights' SHA-256, and how many
PRIVATE = {"api_visibility": "private", "show_progress": "hidden"}


class Events(ABC):
    """The events of one tab.

    Attributes:
        slug: of the tab; also the channel of its widgets.
        ui: the tab's components; `ui.state` is the `gr.State` of the visit.
        studio: draws.
        views: computes what the tab shows.
        runs: the running request of each visit.
        filled: whether the page that is sent has the opening in it.
    """

    slug: str

    def __init__(self, ui: Any, studio: Studio, views: Any):
        self.ui, self.studio, self.views, self.runs = ui, studio, views, Runs()
        self.filled, self._opening, self._lock = False, None, threading.Lock()

    @abstractmethod
    def wire(self) -> None:
        """Attach the handlers to the components."""

    @abstractmethod
    def opening(self) -> Update:
        """What the tab opens with: the state, and the values of the widgets. The controls show the opening state from the start."""

    @abstractmethod
    def restore(self, found: State, request: gr.Request) -> Update | Iterator[Update]:
        """Show the state that a link for this tab carries."""

    def link(self, state: State) -> str:
        """The state as a short text for a link, with the first digits of the weights' revision.

        Args:
            state: the keys that the link carries.
        """
        return pack(self.slug, {**state, WEIGHTS: self.studio.catalogue.revision(state["model"])[:DIGITS]})

    def found(self, event: gr.EventData) -> State | None:
        """The state in the page's address; None if the address has no link, or one for another tab.

        If the weights of its model have changed since the link was made, the page says so.

        Raises:
            FieldError: if the link is damaged and this is the tab that answers for it.
        """
        state = arrival.asked(event, self.slug)
        if state and (words := self.changed(state)):
            gr.Warning(words, title="The model has changed")
        return state

    def changed(self, state: State) -> str:
        """What to say of a link's model if its weights are others than when the link was made; "" if they are the same."""
        model, weights = state.get("model"), state.get(WEIGHTS)
        known = isinstance(model, str) and model in self.studio.zoo.checkpoints and isinstance(weights, str)
        if not known or self.studio.catalogue.revision(model).startswith(weights):
            return ""
        return f"The weights of {model} have changed since this link was made: its pictures may look different now."

    def arrive(self, request: gr.Request, event: gr.EventData) -> Iterator[Update]:
        """When the visitor first sees the tab: show the link's state, if the address has one for this tab, else the opening."""
        found = self.found(event)
        if found is None:
            yield {} if self.filled else self.opened()
            return
        update = self.restore(found, request)
        yield from [update] if isinstance(update, dict) else update

    def opened(self) -> Update:
        """The opening, computed once for all visits; each has a state of its own."""
        with self._lock:
            if self._opening is None:
                self._opening = self.opening()
        return {**self._opening, self.ui.state: copy.deepcopy(self._opening[self.ui.state])}

    def ready(self, lazy: bool) -> Events:
        """Attach the handlers. A lazy tab is filled when a visitor first selects it, any other one now.

        Returns:
            These events.
        """
        self.filled = not lazy
        self.wire()
        if self.filled:
            for component, value in self.opened().items():
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
        """Stream the views of a request. It ends early if the visitor stops it or asks for something else.

        Args:
            state: what is asked for.
            views: of the request, computed as they are drawn.
            shown: the update that shows a view.
            first: goes with the first view.
            stopped: the last update if the visitor stopped the run before its last view, or None for no such update.
        """
        run, update, view = self.runs.begin(request, state), {self.ui.state: state, **(first or {})}, None
        for view in run.watch(views):
            yield update | shown(view)
            update = {}
        yield from self._ended(run, view, stopped)

    @staticmethod
    def _ended(run: Run, view: Any, stopped: Callable[[Any], Update] | None) -> Iterator[Update]:
        # A superseded event must yield {} last: Gradio sends an event's final update again when it ends, which would overwrite the newer
        # request's pictures.
        if not run.wanted:
            yield {}
        elif stopped is not None and view is not None and (last := stopped(view)):
            yield last

    def stop(self, request: gr.Request) -> None:
        """Let the visit's running request end with what it has."""
        self.runs.stop(request)

    def download(self, component: gr.blocks.Block, name: str, media: str, data: bytes) -> Update:
        """The update that hands a file to the browser, through a widget with the prop `saved`."""
        content = f"data:{media};base64,{base64.b64encode(data).decode()}"
        return {component: gr.update(saved={"name": name, "content": content, "at": time.time()})}

    def on(
        self,
        triggers: Sequence[Any],
        handler: Callable,
        inputs: Iterable[Any],
        outputs: Sequence[Any],
        line: dict[str, Any] = LONG,
        **settings,
    ) -> None:
        """Attach a handler that draws: the stage is dimmed until its first update.

        Args:
            line: QUICK or LONG.
            settings: of the event, over the defaults.
        """
        given = {"js": busy(self.slug), "trigger_mode": "always_last", **PRIVATE, **line, **settings}
        undims(gr.on(list(triggers), answered(handler), set(inputs), list(outputs), **given), self.slug, **PRIVATE)

    def attach(self, stage: gr.blocks.Block, strip: gr.blocks.Block, save: Callable, shown: Sequence[Any]) -> None:
        """Attach what every tab has: Stop on the stage, saving from the strip, and the arrival of a visitor.

        Args:
            shown: the outputs of `restore` and `opening`.
        """
        stage.stop(self.stop, None, None, queue=False, **PRIVATE)
        strip.download(answered(save), {self.ui.state}, strip, **QUICK, **PRIVATE)
        arrival.arrives(self.slug, answered(self.arrive), list(shown), lazy=not self.filled, **LONG, **PRIVATE)
