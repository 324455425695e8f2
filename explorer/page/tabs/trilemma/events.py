"""The event handlers of the Trilemma tab."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from explorer.page.shell.controls import Controls
from explorer.page.shell.events import LONG, Events, State, Update
from explorer.page.widgets.base import sent
from explorer.page.widgets.scatter import Scatter
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.triangles import Triangles

from . import lessons, session, snippets
from .race import Lane, race
from .session import FIELDS, SLUG
from .views import TrilemmaViews


@dataclass
class Ui:
    """The tab's components."""

    state: gr.State
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

    def opening(self) -> Update:
        state = session.opening(self.studio)
        *_, lanes = race(self.studio, state)
        return self.ended(state, lanes) | self.plotted(state)

    def plotted(self, state: State) -> Update:
        """The update of the plots, the triangles and the selected point."""
        ui, views = self.ui, self.views
        return {
            ui.state: state, ui.scatter: views.scatter(state), ui.triangles: views.triangles(state), ui.picked: views.picked(state),
            ui.takeaway: self.takeaway(state),
        }  # fmt: skip

    def ended(self, state: State, lanes: tuple[Lane, Lane]) -> Update:
        """The update after a race."""
        found = [(self.views.title(lane.name), lane.seconds, self.views.measured(lane.name).points[0]) for lane in lanes]
        return {self.ui.state: state, self.ui.stage: self.views.stage(lanes), self.ui.lesson: lessons.raced(*found)}

    def takeaway(self, state: State) -> dict[str, Any]:
        """The value of the Takeaway widget."""
        return {
            "query": self.link(session.carried(state)),
            "file": {"label": "download settings", "name": f"{SLUG}.json", "content": FIELDS.file(state)},
            "codes": [["over the network", snippets.client(state)], ["with the package", snippets.package(state)]],
        }

    # --- Handlers -----------------------------------------------------------------------------------------------------------------------

    def race(self, data: Update, request: gr.Request) -> Iterator[Update]:
        """Let two models draw against each other."""
        state = {**data[self.ui.state], **FIELDS.check(self.studio, {**data[self.ui.state], **self.ui.controls.read(data)})}
        first = {
            self.ui.lesson: lessons.racing(self.views.title(state["left"]), self.views.title(state["right"])),
            self.ui.takeaway: self.takeaway(state),
        }

        def shown(lanes: tuple[Lane, Lane]) -> Update:
            return {self.ui.stage: self.views.stage(lanes)}

        def ended(lanes: tuple[Lane, Lane]) -> Update:
            return self.ended(state, lanes) if all(lane.ended for lane in lanes) else {self.ui.stage: _stopped(self.views.stage(lanes))}

        yield from self.run(state, request, race(self.studio, state), shown, first, ended)

    def pick(self, data: Update, event: gr.EventData) -> Update:
        """Show the digits of a point."""
        point = FIELDS["point"].check("point", sent(event).get("key"), self.studio, {})
        state = {**data[self.ui.state], "point": point}
        return {self.ui.state: state, self.ui.picked: self.views.picked(state), self.ui.takeaway: self.takeaway(state)}

    def measure(self, data: Update, request: gr.Request) -> Iterator[Update]:
        """Time all models on this machine."""
        state, ui, views = data[self.ui.state], self.ui, self.views
        count = len(self.studio.catalogue.measured)

        def shown(here: dict[str, float]) -> Update:
            words = "Timing again" if len(here) == count else f"Timing: {len(here)} of {count}"
            return {ui.state: {**state, "here": here}, ui.measure: gr.update(value=words)}

        def ended(here: dict[str, float]) -> Update:
            after = {**state, "here": here}
            plots = {ui.scatter: views.scatter(after), ui.triangles: views.triangles(after), ui.picked: views.picked(after)}
            return {ui.state: after, **plots, ui.measure: gr.update(value="Time them again")}

        yield from self.run(state, request, views.time_all(), shown, stopped=ended)

    def restore(self, values: State, request: gr.Request) -> Iterator[Update]:
        """Show the state that a link carries, and let the two models draw."""
        state = session.opening(self.studio) | FIELDS.check(self.studio, values)
        first = self.model_updates(state) | self.plotted(state)
        yield from self.run(
            state, request, race(self.studio, state), lambda lanes: {self.ui.stage: self.views.stage(lanes)}, first,
            lambda lanes: self.ended(state, lanes),
        )  # fmt: skip

    def wire(self) -> None:
        ui, controls = self.ui, self.ui.controls
        drawn = [ui.state, ui.lesson, ui.stage, ui.takeaway]
        plots = [ui.scatter, ui.triangles, ui.picked]
        inputs = [ui.state, *controls.values()]
        self.on([ui.start.click, controls["left"].input, controls["right"].input], self.race, inputs, drawn, LONG)
        self.on([ui.scatter.select], self.pick, [ui.state], [ui.state, ui.picked, ui.takeaway], LONG, js=None)
        self.on([ui.measure.click], self.measure, [ui.state], [ui.state, *plots, ui.measure], LONG, js=None)
        self.attach(ui.stage, [*drawn, *plots, *controls.values()])


def _stopped(stage: dict[str, Any]) -> dict[str, Any]:
    return {**stage, "progress": None}
