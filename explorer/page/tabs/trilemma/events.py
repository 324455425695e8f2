"""The event handlers of the Trilemma tab."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from explorer.page.shell.controls import Controls
from explorer.page.shell.events import LONG, Events, State, Update
from explorer.page.shell.runs import Runs
from explorer.page.widgets.base import sent
from explorer.page.widgets.scatter import Scatter
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.triangles import Triangles

from . import lessons, session, snippets
from .race import Lane, race
from .session import FIELDS, SLUG
from .views import Times, TrilemmaViews


@dataclass
class Ui:
    """The tab's components."""

    state: gr.State
    times: gr.State
    controls: Controls
    lesson: gr.HTML
    start: gr.Button
    measure: gr.Button
    stage: Stage
    scatter: Scatter
    picked: Stage
    triangles: Triangles
    takeaway: Takeaway


class TrilemmaEvents(Events):
    """The handlers of the Trilemma tab."""

    slug = SLUG
    ui: Ui
    views: TrilemmaViews

    def __init__(self, *rest: Any, **options: Any):
        super().__init__(*rest, **options)
        self.timings = Runs()  # of their own, so that a measurement does not end a race

    def opening(self) -> Update:
        state = session.opening(self.studio)
        *_, lanes = race(self.studio, state)
        return {self.ui.state: state, self.ui.times: {}} | self.raced(lanes) | self.plotted(state, {})

    def plotted(self, state: State, times: Times) -> Update:
        """The update of the plots, the triangles, the selected point and the Takeaway."""
        ui, views = self.ui, self.views
        return {
            ui.scatter: views.scatter(state, times), ui.triangles: views.triangles(times), ui.picked: views.picked(state, times),
            ui.takeaway: self.takeaway(state),
        }  # fmt: skip

    def raced(self, lanes: tuple[Lane, Lane]) -> Update:
        """The update at the end of a race; after Stop, only its progress ends."""
        stage = {**self.views.stage(lanes), "progress": None}
        if not all(lane.ended for lane in lanes):
            return {self.ui.stage: stage}
        figures = [(self.views.title(lane.name), lane.seconds, self.views.measured(lane.name).points[0]) for lane in lanes]
        return {self.ui.stage: stage, self.ui.lesson: lessons.raced(*figures)}

    def takeaway(self, state: State) -> dict[str, Any]:
        """The value of the Takeaway widget."""
        return {
            "query": self.link(state),
            "file": {"label": "download settings", "name": f"{SLUG}.json", "content": FIELDS.file(state)},
            "codes": [["over the network", snippets.client(state)], ["with the package", snippets.package(state)]],
        }

    # --- Handlers -----------------------------------------------------------------------------------------------------------------------

    def race(self, data: Update, request: gr.Request) -> Iterator[Update]:
        """Let two models draw against each other."""
        state = {**data[self.ui.state], **FIELDS.check(self.studio, {**data[self.ui.state], **self.ui.controls.read(data)})}
        yield from self._race(state, request, {self.ui.takeaway: self.takeaway(state)})

    def _race(self, state: State, request: gr.Request, first: Update) -> Iterator[Update]:
        words = lessons.racing(self.views.title(state["left"]), self.views.title(state["right"]))
        shown = lambda lanes: {self.ui.stage: self.views.stage(lanes)}  # noqa: E731
        yield from self.run(state, request, race(self.studio, state), shown, {self.ui.lesson: words, **first}, self.raced)

    def pick(self, data: Update, event: gr.EventData) -> Update:
        """Show the digits of a point."""
        point = FIELDS["point"].check("point", sent(event).get("key"), self.studio, {})
        state = {**data[self.ui.state], "point": point}
        picked = self.views.picked(state, data[self.ui.times])
        return {self.ui.state: state, self.ui.picked: picked, self.ui.takeaway: self.takeaway(state)}

    def measure(self, data: Update, request: gr.Request) -> Iterator[Update]:
        """Time all models on this machine."""
        state, ui, views = data[self.ui.state], self.ui, self.views
        found, run = [], self.timings.begin(request, state)
        for times in run.watch(views.time_all()):
            found.append(times)
            yield {ui.measure: gr.update(value=f"Timing: {len(found)} of {len(self.studio.catalogue.measured)}")}
        if not run.completed:
            yield gr.skip()
            return
        plots = {ui.scatter: views.scatter(state, found[-1]), ui.triangles: views.triangles(found[-1])}
        yield {ui.times: found[-1], ui.measure: gr.update(value="Time them again"), **plots}

    def restore(self, values: State, request: gr.Request) -> Iterator[Update]:
        """Show the state that a link carries, and let the two models draw."""
        state = session.opening(self.studio) | FIELDS.check(self.studio, values)
        first = self.model_updates(state) | self.plotted(state, {}) | {self.ui.times: {}}
        yield from self._race(state, request, first)

    def wire(self) -> None:
        ui, controls = self.ui, self.ui.controls
        drawn = [ui.state, ui.lesson, ui.stage, ui.takeaway]
        plots = [ui.scatter, ui.triangles, ui.picked]
        inputs = [ui.state, *controls.values()]
        self.on([ui.start.click, controls["left"].input, controls["right"].input], self.race, inputs, drawn, LONG)
        self.on([ui.scatter.select], self.pick, [ui.state, ui.times], [ui.state, ui.picked, ui.takeaway], LONG, js=None)
        self.on([ui.measure.click], self.measure, [ui.state], [ui.times, ui.scatter, ui.triangles, ui.measure], LONG, js=None)
        self.attach(ui.stage, [*drawn, *plots, ui.times, *controls.values()])
