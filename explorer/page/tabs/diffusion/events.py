"""The event handlers of the Diffusion tab: for the controls, pictures and brush strokes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from explorer import images
from explorer.page.shared.checks import choice, whole
from explorer.page.shared.inputs import example_count, from_ink, from_picture, pickable
from explorer.page.shell.controls import Controls
from explorer.page.shell.events import Events, State, Update
from explorer.page.shell.messages import opened
from explorer.page.widgets.base import came_from, sent
from explorer.page.widgets.chart import Chart
from explorer.page.widgets.eraser import Eraser
from explorer.page.widgets.examples import Examples
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.histogram import Histogram
from explorer.page.widgets.reverse_step import ReverseStep
from explorer.page.widgets.sketch import SIDE, Sketch
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.upload import Upload

from . import charts, session, snippets
from .session import FIELDS, FIVE, SLUG
from .views import DiffusionViews, View

PARTS = ("lesson", "stage", "strip", "curve", "histogram")
GROUPS = {"reverse": ("reverse",), "forward": ("picture",), "edit": ("picture", "edit")}  # of controls, by the mode that shows them
COMPARED = ("guidance", "sampler", "seed")


@dataclass
class Ui:
    """The tab's components. `groups` are columns of controls by the names in GROUPS; `settings` and `comparison` are accordions."""

    state: gr.State
    controls: Controls
    groups: dict[str, gr.Column]
    draw: gr.Button
    five: gr.Button
    upload: Upload
    examples: Examples
    drawing: gr.Accordion
    slate: Sketch
    eraser: Eraser
    settings: gr.Accordion
    comparison: gr.Accordion
    lesson: gr.HTML
    stage: Stage
    strip: Filmstrip
    curve: Chart
    histogram: Histogram
    step: ReverseStep
    takeaway: Takeaway


class DiffusionEvents(Events):
    """The handlers of the Diffusion tab."""

    slug = SLUG
    ui: Ui
    views: DiffusionViews

    def opening(self) -> Update:
        state = session.opening(self.studio)
        *_, view = self.views.show(state)
        return {self.ui.state: state, **self.shown(state, view), **self.picture_widgets(state), **self.reverse_step(state)}

    def reverse_step(self, state: State) -> Update:
        """Set the figure about Gaussian reverse steps to its first values, for the schedule of the state's model."""
        return {self.ui.step: charts.look(self.studio.denoiser(state["model"]), charts.STEP)}

    def takeaway(self, state: State) -> dict[str, Any]:
        """The value of the Takeaway widget."""
        return snippets.takeaway(self.studio, state, self.link(session.carried(state)))

    # --- Updates ------------------------------------------------------------------------------------------------------------------------

    def show(self, state: State, request: gr.Request, first: Update) -> Iterator[Update]:
        """Stream the views of a state; `first` is merged into the first update."""
        return self.run(
            state, request, self.views.show(state), lambda view: self.shown(state, view), first, lambda view: self.stopped(state, view)
        )

    def shown(self, state: State, view: View) -> Update:
        """The update that shows a view; a final view has a strip, and updates the state and the Takeaway too."""
        update = {getattr(self.ui, part): view[part] for part in PARTS if part in view}
        return update if view["strip"] is None else update | {self.ui.state: state, self.ui.takeaway: self.takeaway(state)}

    def stopped(self, state: State, view: View) -> Update:
        """The final update after Stop; {} if the run had finished."""
        return self.shown(state, self.views.finished(state, view["frames"])) if view["strip"] is None else {}

    def mode_controls(self, state: State) -> Update:
        """Show the controls of the state's mode."""
        ui, controls, backward = self.ui, self.ui.controls, state["mode"] != "forward"
        groups = {group: gr.update(visible=name in GROUPS[state["mode"]]) for name, group in ui.groups.items()}
        return groups | self.start_control(state) | self.comparison_controls(state) | {
            controls["mode"]: state["mode"], ui.settings: gr.update(visible=backward),
            ui.comparison: gr.update(visible=state["mode"] == "reverse"),
            controls["label"]: gr.update(visible=backward and bool(self.studio.classes(state["model"]))),
        }  # fmt: skip

    def start_control(self, state: State) -> Update:
        """Update the control of the start timestep, which is hidden if a part is erased: the run then starts from T."""
        return {self.ui.controls["start"]: gr.update(value=state["start"], visible=state["mode"] == "edit" and not any(state["erased"]))}

    def comparison_controls(self, state: State) -> Update:
        """Show the control of the setting in which the second run differs."""
        return {self.ui.controls[f"other_{setting}"]: gr.update(visible=state["compare"] == setting) for setting in COMPARED}

    def picture_widgets(self, state: State) -> Update:
        """Update the examples and the Eraser."""
        selected = state["example"] if state["source"] is None else None
        network = self.studio.denoiser(state["model"])
        return {self.ui.examples: pickable(network, selected), self.ui.eraser: self.views.erasable(state)}

    def model_updates(self, state: State) -> Update:
        """Update every control, and the figure about reverse steps, from a state."""
        ui, controls, model = self.ui, self.ui.controls, state["model"]
        network = self.studio.denoiser(model)
        visible = state["mode"] != "forward" and bool(network.classes)
        other_settings = {
            controls[f"other_{setting}"]: gr.update(value=state[f"other_{setting}"], visible=state["compare"] == setting)
            for setting in COMPARED
        }
        widgets = self.picture_widgets(state) | self.reverse_step(state)
        return controls.updates(state) | self.mode_controls(state) | widgets | other_settings | {
            ui.drawing: gr.update(visible=network.channels == 1),
            controls["label"]: gr.update(choices=FIELDS["label"].choices(self.studio, model), value=state["label"], visible=visible),
        }  # fmt: skip

    # --- Handlers -----------------------------------------------------------------------------------------------------------------------

    def draw(self, data: Update, request: gr.Request, event: gr.EventData) -> Iterator[Update]:
        """Draw the current settings. If nothing changed, only the Denoise button redraws: dropdowns also fire when they are closed."""
        ui, past = self.ui, data[self.ui.state]
        values = past | ui.controls.read(data) | {"model": past["model"], "mode": past["mode"]}
        if came_from(event, ui.five):
            values["count"] = FIVE
        elif came_from(event, ui.draw) or values["compare"] != past["compare"]:
            values["count"] = 1
        if came_from(event, ui.stage):
            values["seed"] = sent(event).get("seed")
        state = past | FIELDS.check(self.studio, values)
        if state == self.runs.latest_state(request, past) and not came_from(event, ui.draw):
            yield gr.skip()
            return
        yield from self.show(state, request, {ui.controls["seed"]: state["seed"], **self.comparison_controls(state)})

    def take(self, data: Update, request: gr.Request, event: gr.EventData) -> Iterator[Update]:
        """Noise another picture: an upload, a drawing or an example."""
        ui = self.ui
        state = {**data[ui.state], "source": None, "erased": []}
        if came_from(event, ui.upload):
            state["source"] = from_picture(opened(data[ui.upload]), "your picture")
        elif came_from(event, ui.slate):
            state["source"] = from_ink(sent(event).get("ink"), SIDE)
        else:
            count = example_count(self.studio.denoiser(state["model"]))
            state["example"] = whole("example", sent(event).get("index"), 0, count - 1)
        yield from self.show(state, request, self.picture_widgets(state) | self.start_control(state))

    def erase(self, data: Update, request: gr.Request, event: gr.EventData) -> Iterator[Update]:
        """Redraw the part that the visitor has erased."""
        past = data[self.ui.state]
        state = {**past, "erased": session.check_erased(self.studio, past["model"], sent(event).get("erased")), "mode": "edit"}
        yield from self.show(state, request, self.start_control(state))

    def switch(self, data: Update, request: gr.Request) -> Iterator[Update]:
        """Switch models. Keep the settings that both have, and the picture if the new model takes such pictures."""
        past, studio = data[self.ui.state], self.studio
        model = FIELDS["model"].check("model", data[self.ui.controls["model"]], studio, {})
        if model == self.runs.latest_state(request, past)["model"]:  # the menu was closed
            yield gr.skip()
            return
        network = studio.denoiser(model)
        state = session.opening(studio, model) | {key: past[key] for key in ("mode", "sampler", "guidance", "seed")}
        state |= {key: min(past[key], network.timesteps) for key in ("steps", "start")}
        if network.channels == studio.denoiser(past["model"]).channels:
            state |= {"source": past["source"], "example": past["example"]}
        yield from self.show(state, request, self.model_updates(state))

    def change_mode(self, data: Update, request: gr.Request) -> Iterator[Update]:
        """Switch the mode."""
        mode = FIELDS["mode"].check("mode", data[self.ui.controls["mode"]], self.studio, {})
        state = {**data[self.ui.state], "mode": mode}
        yield from self.show(state, request, self.mode_controls(state) | {self.ui.eraser: self.views.erasable(state)})

    def restore(self, values: State, request: gr.Request) -> Iterator[Update]:
        """Show the state that a link for this tab carries."""
        state = session.decode(self.studio, values)
        yield from self.show(state, request, self.model_updates(state))

    def save(self, data: Update, event: gr.EventData) -> Update:
        """Download the strip as an animation."""
        state, form = data[self.ui.state], choice("format", sent(event).get("format"), images.FORMATS)
        return self.download(self.ui.strip, f"{state['model']}-{state['seed']}.{form}", images.MEDIA[form], self.views.film(state, form))

    def wire(self) -> None:
        """Attach the handlers to the components."""
        ui, controls = self.ui, self.ui.controls
        shown = [ui.state, *(getattr(ui, part) for part in PARTS), ui.takeaway]
        model_components = [
            *shown,
            *controls.values(),
            *ui.groups.values(),
            ui.settings,
            ui.comparison,
            ui.examples,
            ui.drawing,
            ui.eraser,
            ui.step,
        ]
        settings = [control for key, control in controls.items() if key not in ("model", "mode")]
        triggers = [
            ui.draw.click, ui.five.click, ui.stage.submit,
            *(controls[key].input for key in ("label", "sampler", "compare", "other_sampler")),
            *(controls[key].submit for key in ("seed", "steps", "other_seed")),
            *(controls[key].release for key in ("guidance", "start", "other_guidance")),
        ]  # fmt: skip
        other_settings = [controls[f"other_{setting}"] for setting in COMPARED]
        self.on(triggers, self.draw, [ui.state, *settings], [*shown, controls["seed"], *other_settings])
        pictures = [ui.upload.upload, ui.examples.select, ui.slate.submit]
        self.on(pictures, self.take, [ui.state, ui.upload], [*shown, ui.examples, ui.eraser, controls["start"]])
        self.on([ui.eraser.submit], self.erase, [ui.state], [*shown, controls["start"]])
        self.on([controls["model"].input], self.switch, [ui.state, controls["model"]], model_components)
        self.on([controls["mode"].input], self.change_mode, [ui.state, controls["mode"]], model_components)
        self.attach(ui.stage, model_components, ui.strip, self.save)
