"""The event handlers of the Text to bird tab: for the controls, the examples and the downloads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from explorer import images
from explorer.page.shared.checks import choice
from explorer.page.shared.training import timeline
from explorer.page.shell.controls import Controls
from explorer.page.shell.events import PRIVATE, QUICK, Events, State, Update
from explorer.page.widgets.base import came_from, sent
from explorer.page.widgets.chart import Chart
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.picture_grid import PictureGrid
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway

from . import lessons, snippets
from .session import EXAMPLES, FIELDS, SLUG
from .views import BirdViews


@dataclass
class Ui:
    """The tab's components."""

    state: gr.State
    controls: Controls
    lesson: gr.HTML
    grid: PictureGrid
    draw: gr.Button
    example: gr.Dropdown
    takeaway: Takeaway
    training: gr.Accordion
    strip: Filmstrip
    training_stage: Stage
    curves: Chart


class BirdEvents(Events):
    """The handlers of the Text to bird tab."""

    slug = SLUG
    ui: Ui
    views: BirdViews

    def opening(self) -> Update:
        state = FIELDS.opening(self.studio)
        *_, view = self.views.request(state)
        return {self.ui.state: state, self.ui.takeaway: self.takeaway(state), **self.shown(view)}

    def takeaway(self, state: State) -> dict[str, Any]:
        """The value of the Takeaway widget."""
        settings = snippets.settings(self.studio, state)
        return {
            "query": self.link(state),
            "file": {"label": "download settings", "name": f"bird-{state['seed']}.json", "content": settings},
            "codes": [["over the network", snippets.client(state)], ["with the package", snippets.package(self.studio, state)]],
        }

    def show(self, state: State, request: gr.Request, first: Update) -> Iterator[Update]:
        """Draw the pictures of a state one after the other; `first` is merged into the first update."""
        first = {**first, self.ui.takeaway: self.takeaway(state)}
        return self.run(state, request, self.views.request(state), self.shown, first, lambda view: self.stopped(state, view))

    def shown(self, view: dict[str, Any]) -> Update:
        """The update that shows a view."""
        return {self.ui.lesson: view["lesson"], self.ui.grid: view["grid"]}

    def stopped(self, state: State, view: dict[str, Any]) -> Update:
        """The final update after Stop: keep the pictures drawn so far and, unless they are a morph, lower `count` to their number. {} if
        the run had finished."""
        if not view["grid"]["progress"]:
            return {}
        if not state["other"]:  # with another `count`, a morph has other steps, so its pictures would change
            state = {**state, "count": len(view["grid"]["pictures"])}
        return {
            self.ui.state: state, self.ui.controls["count"]: state["count"], self.ui.takeaway: self.takeaway(state),
            self.ui.lesson: lessons.drawn(state, self.views.unknown(state), state["count"]),
            self.ui.grid: {**view["grid"], "progress": None},
        }  # fmt: skip

    def draw(self, data: Update, request: gr.Request, event: gr.EventData) -> Iterator[Update]:
        """Draw the current settings. If nothing changed, only the Draw button redraws: dropdowns also fire when they are closed."""
        values = self.ui.controls.read(data)
        state = FIELDS.check(self.studio, {**values, "seed": sent(event).get("seed", values["seed"])})
        if state == self.runs.latest_state(request, data[self.ui.state]) and not came_from(event, self.ui.draw):
            yield gr.skip()
            return
        updates = self.ui.controls.updates(state)
        yield from self.show(state, request, {self.ui.controls[key]: updates[self.ui.controls[key]] for key in ("model", "seed", "count")})

    def begin(self, data: Update, request: gr.Request) -> Iterator[Update]:
        """Draw an example's sentence with the current settings."""
        if (example := data[self.ui.example]) is None:  # the menu was closed
            yield gr.skip()
            return
        values = self.ui.controls.read(data)
        state = FIELDS.check(self.studio, {**values, "sentence": choice("example", example, EXAMPLES), "other": ""})
        first = {self.ui.controls["sentence"]: state["sentence"], self.ui.controls["other"]: "", self.ui.example: None}
        if state == self.runs.latest_state(request, data[self.ui.state]):
            yield first
            return
        yield from self.show(state, request, first)

    def learned(self, data: Update) -> Update:
        """Show the training of the model, when the visitor opens that part of the page: its pictures have megabytes."""
        training = timeline(self.studio, data[self.ui.controls["model"]], "sixteen sentences, the same noise")
        return {self.ui.strip: training["strip"], self.ui.training_stage: training["stage"], self.ui.curves: training["curves"]}

    def restore(self, values: State, request: gr.Request) -> Iterator[Update]:
        """Draw the state that a link for this tab carries."""
        state = FIELDS.check(self.studio, values)
        yield from self.show(state, request, self.ui.controls.updates(state))

    def save(self, data: Update, event: gr.EventData) -> Update:
        """Download the pictures as a ZIP, or a morph as an animation."""
        state = data[self.ui.state]
        form = choice("format", sent(event).get("format"), ("zip", *(images.FORMATS if state["other"] else ())))
        content = self.views.archive(state) if form == "zip" else self.views.film(state, form)
        return self.download(self.ui.grid, f"{state['model']}-{state['seed']}.{form}", images.MEDIA.get(form, "application/zip"), content)

    def wire(self) -> None:
        ui, controls = self.ui, self.ui.controls
        results = [ui.state, ui.lesson, ui.grid, ui.takeaway]
        triggers = [ui.draw.click, ui.grid.submit, *controls.triggers()]
        inputs = [ui.state, *controls.values()]
        self.on(triggers, self.draw, inputs, [*results, controls["model"], controls["seed"], controls["count"]])
        changed = [controls["sentence"], controls["other"], controls["count"], ui.example]
        self.on([ui.example.input], self.begin, [*inputs, ui.example], [*results, *changed])
        ui.training.expand(self.handled(self.learned), {controls["model"]}, [ui.strip, ui.training_stage, ui.curves], **QUICK, **PRIVATE)
        controls["model"].input(lambda: gr.update(open=False), None, ui.training, queue=False, **PRIVATE)
        self.attach(ui.grid, [*results, *controls.values()], ui.grid, self.save)
