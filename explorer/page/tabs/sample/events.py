"""The event handlers of the Sample tab: drawing, switching the model, saving, and the guessing game."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from explorer import images
from explorer.page.shared.checks import choice
from explorer.page.shared.kinds import kind_of
from explorer.page.shared.training import timeline
from explorer.page.shell.controls import Controls
from explorer.page.shell.events import PRIVATE, QUICK, Events, State, Update
from explorer.page.widgets.base import came_from, sent
from explorer.page.widgets.chart import Chart
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.game import Game
from explorer.page.widgets.object_picker import ObjectPicker
from explorer.page.widgets.picture_grid import PictureGrid
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway

from . import lessons, rounds, snippets
from .options import class_picker, object_picker, variations
from .session import FIELDS, SLUG
from .views import SampleViews

VARYING = ("vary", "other", "share")


@dataclass
class Ui:
    """The tab's components. `controls` has one per field; `objects` sets the label of a model that takes several objects at once."""

    state: gr.State
    controls: Controls
    lesson: gr.HTML
    grid: PictureGrid
    draw: gr.Button
    objects: ObjectPicker
    takeaway: Takeaway
    round: gr.State
    game: Game
    strip: Filmstrip
    training_stage: Stage
    curves: Chart


class SampleEvents(Events):
    """The handlers of the Sample tab."""

    slug = SLUG
    ui: Ui
    views: SampleViews

    def opening(self) -> Update:
        state = FIELDS.opening(self.studio)
        *_, view = self.views.request(state)
        return {self.ui.state: state, self.ui.takeaway: self.takeaway(state), **self.shown(view), **self.training_updates(state["model"])}

    def takeaway(self, state: State) -> dict[str, Any]:
        """The value of the Takeaway widget."""
        studio, name = self.studio, f"{state['model']}-{state['seed']}.json"
        return {
            "query": self.link(state),
            "file": {"label": "download settings", "name": name, "content": snippets.settings(studio, state)},
            "codes": [
                ["over the network", snippets.client(self.studio, state)],
                ["with the package", snippets.package(self.studio, state)],
            ],
        }

    def show(self, state: State, request: gr.Request, first: Update) -> Iterator[Update]:
        """Draw the pictures of a state one after the other; `first` is merged into the first update."""
        first = {**first, self.ui.takeaway: self.takeaway(state)}
        return self.run(state, request, self.views.request(state), self.shown, first, lambda view: self.stopped(state, view))

    def shown(self, view: dict[str, Any]) -> Update:
        """The update that shows a view."""
        return {self.ui.lesson: view["lesson"], self.ui.grid: view["grid"]}

    def stopped(self, state: State, view: dict[str, Any]) -> Update:
        """The final update after Stop: keep the pictures drawn so far and, if only the seed varies, lower `count` to their number. {} if
        the run had finished."""
        if not view["grid"]["progress"]:
            return {}
        if state["vary"] == "seed":  # if classes or shares vary, a lower count would change which ones are drawn
            state = {**state, "count": len(view["grid"]["pictures"])}
        return {
            self.ui.state: state, self.ui.controls["count"]: state["count"], self.ui.takeaway: self.takeaway(state),
            self.ui.lesson: lessons.drawn(self.studio, state), self.ui.grid: {**view["grid"], "progress": None},
        }  # fmt: skip

    def varying(self, state: State) -> Update:
        """Update the controls that set what varies from picture to picture."""
        settings = variations(self.studio, state)
        return {self.ui.controls[key]: gr.update(**settings[key]) for key in VARYING}

    def model_updates(self, state: State) -> Update:
        """Update everything that depends on the model: the controls, the training timeline and the game."""
        ui, model = self.ui, state["model"]
        kind = kind_of(self.studio, model)
        shown = ui.controls.updates(state)
        return shown | self.varying(state) | self.training_updates(model) | {
            ui.controls["label"]: gr.update(**class_picker(self.studio, state)), ui.objects: object_picker(self.studio, state),
            ui.controls["truncation"]: gr.update(value=shown[ui.controls["truncation"]], visible=kind.truncates),
            ui.controls["temperature"]: gr.update(value=state["temperature"], visible=kind.heats),
        }  # fmt: skip

    def training_updates(self, model: str) -> Update:
        """Update the model's training timeline and loss curves, and start a new round of the game."""
        rows = "one latent in each row" if kind_of(self.studio, model).required else "sixteen pictures from the same seeds"
        training, dealt = timeline(self.studio, model, rows), rounds.deal(self.views, rounds.opening(model))
        return {
            self.ui.round: dealt, self.ui.game: rounds.view(self.views, dealt),
            self.ui.training_stage: training["stage"], self.ui.strip: training["strip"], self.ui.curves: training["curves"],
        }  # fmt: skip

    def draw(self, data: Update, request: gr.Request, event: gr.EventData) -> Iterator[Update]:
        """Draw with the current settings. If none has changed, only the Draw button redraws, because dropdowns also fire when they
        close."""
        ui, values = self.ui, self.ui.controls.read(data)
        values["seed"] = sent(event).get("seed", values["seed"])
        if self.studio.most_classes(self.studio.catalogue.choose(values["model"], self.studio.catalogue.unprompted)) > 1:
            values["label"] = sent(event).get("objects", (data[ui.objects] or {}).get("chosen"))
        state = FIELDS.check(self.studio, values)
        if state == self.runs.latest_state(request, data[ui.state]) and not came_from(event, ui.draw):
            yield gr.skip()
            return
        first = {ui.controls[key]: state[key] for key in ("seed", "count")}
        yield from self.show(state, request, {**first, ui.objects: object_picker(self.studio, state), **self.varying(state)})

    def switch(self, data: Update, request: gr.Request) -> Iterator[Update]:
        """Switch to another model and draw with the same seed and count."""
        values = self.ui.controls.read(data)
        model = self.studio.catalogue.choose(values["model"], self.studio.catalogue.unprompted)
        if model == self.runs.latest_state(request, data[self.ui.state])["model"]:
            yield gr.skip()
            return
        state = FIELDS.check(self.studio, {"model": model, "seed": values["seed"], "count": values["count"]})
        yield from self.show(state, request, self.model_updates(state))

    def restore(self, values: State, request: gr.Request) -> Iterator[Update]:
        """Draw the state that a link for this tab carries."""
        state = FIELDS.check(self.studio, values)
        yield from self.show(state, request, self.model_updates(state))

    def save(self, data: Update, event: gr.EventData) -> Update:
        """Download the pictures as a ZIP, or an interpolation between them as an animation."""
        state = data[self.ui.state]
        form = choice("format", sent(event).get("format"), ("zip", *images.FORMATS))
        if form != "zip":
            choice("model of an animation", state["model"], self.studio.catalogue.generators)
        content = self.views.archive(state) if form == "zip" else self.views.walk(state, form)
        return self.download(self.ui.grid, f"{state['model']}-{state['seed']}.{form}", images.MEDIA.get(form, "application/zip"), content)

    def guess(self, data: Update, event: gr.EventData) -> Update:
        """Handle a guess in the game: which of two pictures is real."""
        dealt = rounds.guess(data[self.ui.round], sent(event).get("index"))
        return {self.ui.round: dealt, self.ui.game: rounds.view(self.views, dealt)}

    def next_two(self, data: Update) -> Update:
        """Start a new round of the game with two new pictures."""
        dealt = rounds.deal(self.views, data[self.ui.round])
        return {self.ui.round: dealt, self.ui.game: rounds.view(self.views, dealt)}

    def wire(self) -> None:
        ui, controls = self.ui, self.ui.controls
        results = [ui.state, ui.lesson, ui.grid, ui.takeaway]
        everything = [*results, *controls.values(), ui.objects, ui.training_stage, ui.strip, ui.curves, ui.round, ui.game]
        triggers = [ui.draw.click, ui.objects.select, ui.grid.submit, *controls.triggers("model")]
        inputs = [ui.state, ui.objects, *controls.values()]
        drawn = [*results, controls["seed"], controls["count"], ui.objects, *(controls[key] for key in VARYING)]
        self.on(triggers, self.draw, inputs, drawn)
        self.on([controls["model"].input], self.switch, inputs, everything)
        played = [ui.round, ui.game]
        ui.game.select(self.handled(self.guess), {ui.round}, played, trigger_mode="once", **QUICK, **PRIVATE)
        ui.game.submit(self.handled(self.next_two), {ui.round}, played, trigger_mode="once", **QUICK, **PRIVATE)
        self.attach(ui.grid, everything, ui.grid, self.save)
