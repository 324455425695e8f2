"""What the events of all tabs share. A tab subclasses `Events`, and each thing that can happen is a method.

A handler takes `data` (the values of its inputs by component, as Gradio passes a set of inputs), and `request` or `event` if it needs them;
it returns an update: values by component.
"""

from __future__ import annotations

import base64
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import gradio as gr

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
PRIVATE = {"api_visibility": "private", "show_progress": "hidden"}


class Events(ABC):
    """The events of one tab.

    Attributes:
        slug: of the tab; also the channel of its widgets.
        ui: the tab's components; `ui.state` is the `gr.State` of the visit.
        studio: draws.
        views: computes what the tab shows.
        runs: the running request of each visit.
    """

    slug: str

    def __init__(self, ui: Any, studio: Studio, views: Any):
        self.ui, self.studio, self.views, self.runs = ui, studio, views, Runs()

    @abstractmethod
    def takeaway(self, state: State) -> dict[str, Any]:
        """The value of the Takeaway widget: the link, the file and the code of a state."""

    @abstractmethod
    def restore(self, request: gr.Request, event: gr.EventData) -> Update | Iterator[Update]:
        """The state in the page's address, if the link in it is for this tab."""

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

    def attach(self, stage: gr.blocks.Block, strip: gr.blocks.Block, save: Callable, restored: Sequence[Any]) -> None:
        """Attach what every tab has: Stop on the stage, saving from the strip, and the link in the address.

        Args:
            restored: the outputs of `restore`.
        """
        stage.stop(self.stop, None, None, queue=False, **PRIVATE)
        strip.download(answered(save), {self.ui.state}, strip, **QUICK, **PRIVATE)
        arrival.restores(self.slug, answered(self.restore), list(restored), **PRIVATE)
