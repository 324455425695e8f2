"""The event handlers of the Training lab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from explorer.page.shell import files, libraries
from explorer.page.shell.controls import Controls
from explorer.page.shell.events import QUICK, Events, State, Update
from explorer.page.widgets.chart import Chart
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.live_gan import LiveGAN
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway

from . import lessons, live, session, snippets
from .session import FIELDS, SLUG
from .views import LabViews


@dataclass
class Ui:
    """The tab's components."""

    state: gr.State
    controls: Controls
    lesson: gr.HTML
    reveal: gr.Button
    stage: Stage
    strip: Filmstrip
    charts: Chart
    aside: Chart
    live: LiveGAN
    takeaway: Takeaway


class LabEvents(Events):
    """The handlers of the Training lab."""

    slug = SLUG
    ui: Ui
    views: LabViews

    def opening(self) -> Update:
        state = session.opening(self.studio)
        return self.shown(state) | self.live(state)

    def live(self, state: State) -> Update:
        """The update of the GAN in the browser. Only a new visit or a link changes it, because it would begin anew."""
        sources = libraries.sources(*live.LIBRARIES)
        return {self.ui.live: live.value(self.studio, SLUG, state["live"], files.address, sources)}

    def shown(self, state: State) -> Update:
        """The update that shows a state."""
        ui, view = self.ui, self.views.request(state)
        return {
            ui.state: state, ui.lesson: lessons.shown(state), ui.stage: view["stage"], ui.strip: view["strip"], ui.charts: view["charts"],
            ui.aside: view["aside"], ui.takeaway: self.takeaway(state),
            ui.reveal: gr.update(visible=bool(state["story"]) and state["answer"] == "hidden"),
        }  # fmt: skip

    def takeaway(self, state: State) -> dict[str, Any]:
        """The value of the Takeaway widget. In the browser, the link follows the strip's step."""
        return {
            "query": self.link(state),
            "follows": "step",
            "file": {"label": "download settings", "name": f"{SLUG}.json", "content": FIELDS.file(state)},
            "codes": [["over the network", snippets.client(state)], ["with the package", snippets.package(state)]],
        }

    def model_updates(self, state: State) -> Update:
        """Update all controls; the menus of runs and curves are those of the family."""
        updates = self.ui.controls.updates(state)
        for key in ("runs", "curves"):
            control = self.ui.controls[key]
            updates[control] = gr.update(choices=FIELDS[key].options(self.studio, state["family"]), value=state[key])
        return updates

    def tell(self, data: Update) -> Update:
        """Begin a story; without one, keep the runs."""
        values = self.ui.controls.read(data)
        story = FIELDS["story"].check("story", values["story"], self.studio, {})
        state = {**data[self.ui.state], "story": story, "answer": "hidden"}
        if story:
            state = session.with_story(self.studio, state, story)
        return self.shown(state) | self.model_updates(state)

    def answer(self, data: Update) -> Update:
        """Show the answer of the story, at its step."""
        if not data[self.ui.state]["story"]:
            return gr.skip()
        state = session.with_story(self.studio, {**data[self.ui.state], "answer": "shown"}, data[self.ui.state]["story"])
        return self.shown(state)

    def switch(self, data: Update) -> Update:
        """Show another family, with its first runs."""
        family = FIELDS["family"].check("family", data[self.ui.controls["family"]], self.studio, {})
        if family == data[self.ui.state]["family"]:
            return gr.skip()
        first = {key: FIELDS[key].first(self.studio, family) for key in ("runs", "curves")}
        state = {**data[self.ui.state], **first, "family": family, "story": "", "step": session.LAST}
        return self.shown(state) | self.model_updates(state)

    def choose(self, data: Update) -> Update:
        """Show the runs and the curves that the visitor has chosen. An empty menu changes nothing, because it may be about to be filled."""
        values = self.ui.controls.read(data)
        if not values["runs"] or not values["curves"]:
            return gr.skip()
        known = {"family": values["family"]}
        chosen = {key: FIELDS[key].check(key, values[key], self.studio, known) for key in ("runs", "curves")}
        state = {**data[self.ui.state], **known, **chosen}
        if chosen["runs"] != data[self.ui.state]["runs"]:
            state |= {"story": "", "step": session.LAST}
        if state == data[self.ui.state]:
            return gr.skip()
        return self.shown(state) | {self.ui.controls["story"]: state["story"]}

    def restore(self, values: State, request: gr.Request) -> Update:
        """Show the state that a link carries."""
        state = FIELDS.check(self.studio, session.completed(self.studio, values))
        return self.shown(state) | self.model_updates(state) | self.live(state)

    def wire(self) -> None:
        ui, controls = self.ui, self.ui.controls
        shown = [ui.state, ui.lesson, ui.stage, ui.strip, ui.charts, ui.aside, ui.takeaway, ui.reveal]
        inputs, everything = [ui.state, *controls.values()], [*shown, *controls.values()]
        self.on([controls["story"].input], self.tell, inputs, everything, QUICK)
        self.on([ui.reveal.click], self.answer, inputs, shown, QUICK)
        self.on([controls["family"].input], self.switch, inputs, everything, QUICK)
        self.on([controls["runs"].input, controls["curves"].input], self.choose, inputs, [*shown, controls["story"]], QUICK)
        self.attach(ui.stage, [*everything, ui.live])
