"""The event handlers of the Latent space tab for fitting a photo: the search, and the controls that refine a fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from explorer.inversion import OPTIMIZERS
from explorer.page.shared.checks import FieldError, choice
from explorer.page.shared.inputs import example, from_picture, own_examples
from explorer.page.shell.controls import Controls
from explorer.page.shell.events import Events, State, Update
from explorer.page.shell.messages import opened
from explorer.page.widgets.base import came_from, sent
from explorer.page.widgets.chart import Chart
from explorer.page.widgets.coordinates import Coordinates
from explorer.page.widgets.eraser import Eraser
from explorer.page.widgets.examples import Examples
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.slots import Slots
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.upload import Upload

from . import files, session
from .fitting import MASK_CELLS, check_perceptual, fit_options, mask_of, supported
from .session import SLUG
from .views import View, Views


@dataclass
class FitControls:
    """The controls of a fit; their values are not in links."""

    upload: Upload
    examples: Examples
    optimizer: gr.Dropdown
    steps: gr.Number
    space: gr.Radio
    share: gr.Slider
    again: gr.Button
    leave: gr.Button
    leaving: gr.Column
    eraser: Eraser
    restarts: gr.Number
    rate: gr.Number
    perceptual: gr.Slider
    seed: gr.Number


@dataclass
class Ui:
    """The tab's components. `groups` are the columns of controls by the mode that shows them."""

    state: gr.State
    controls: Controls
    groups: dict[str, gr.Column]
    fit: FitControls
    morph: gr.Button
    sweep: gr.Button
    opened: Upload
    lesson: gr.HTML
    coordinates: Coordinates
    stage: Stage
    strip: Filmstrip
    slots: Slots
    curve: Chart
    takeaway: Takeaway


class FitEvents(Events):
    """The handlers of a fit."""

    slug = SLUG
    ui: Ui
    views: Views

    def takeaway(self, state: State) -> dict[str, Any]:
        """The value of the Takeaway widget."""
        return files.takeaway(self.studio, state, self.link(session.carried(state)))

    def staged(self, state: State, view: View) -> Update:
        """The update that shows a view."""
        ui = self.ui
        shown = {
            ui.lesson: view["lesson"],
            ui.stage: view["stage"],
            ui.coordinates: view["coordinates"],
            ui.strip: view["strip"],
            ui.curve: view["curve"],
        }
        return {ui.state: state, **shown}

    def slots_and_takeaway(self, state: State) -> Update:
        """Update the slots and the Takeaway."""
        return {self.ui.slots: self.views.slots(state), self.ui.takeaway: self.takeaway(state)}

    def refinements(self, state: State) -> Update:
        """Update the controls that refine a fit: the buttons to fit again and to leave a part out, and the slider from model to photo."""
        fit, spec, has_target = self.ui.fit, state[state["active"]], state["target"] is not None
        return {
            fit.again: gr.update(visible=has_target),
            fit.leave: gr.update(visible=has_target and not state["hidden"]),
            fit.share: gr.update(visible=spec.get("beyond") is not None, value=spec.get("share", 1.0)),
            **({} if state["hidden"] else {fit.leaving: gr.update(visible=False)}),
        }

    def fit(self, data: Update, request: gr.Request, event: gr.EventData) -> Iterator[Update]:
        """Fit a latent to a picture, and show the search while it runs."""
        ui, fit = self.ui, self.ui.fit
        settings = (fit.optimizer, fit.steps, fit.restarts, fit.rate, fit.perceptual, fit.seed, fit.space)
        options = fit_options(*(data[control] for control in settings))
        state, selected = self._target(data, event)
        options = supported(self.studio, state["model"], options)
        if came_from(event, fit.eraser):
            state |= {"hidden": sent(event).get("erased")}
        check_perceptual(options, mask_of(state["hidden"], self.studio.model(state["model"]).image_size))
        state |= {"mode": "fit"}
        same_target = came_from(event, fit.again) or came_from(event, fit.eraser)
        examples_value = gr.skip() if same_target else own_examples(self.studio, state["model"], selected)
        run, begun = self.runs.begin(request, state), False
        for new_state, view in run.watch(self.views.fit(state, options)):
            if begun:
                yield {ui.state: new_state, ui.stage: view["stage"], ui.curve: view["curve"]}
            else:
                begun = True
                yield self.staged(new_state, view) | {fit.examples: examples_value} | self.hide_refinements(new_state)
        if not run.completed:
            yield gr.skip()
        else:
            yield (
                self.staged(new_state, self.views.fitted(new_state, view))
                | self.slots_and_takeaway(new_state)
                | self.refinements(new_state)
            )

    def _target(self, data: Update, event: gr.EventData) -> tuple[State, int | None]:
        """The state with the target picture; and, if the picture is an example, its index, otherwise None."""
        state, fit = data[self.ui.state], self.ui.fit
        if came_from(event, fit.examples):
            index = sent(event).get("index")
            return state | {"target": example(self.studio, state["model"], index), "hidden": None}, index
        if came_from(event, fit.upload):
            return state | {"target": from_picture(opened(data[fit.upload]), "your photo"), "hidden": None}, None
        if state["target"] is None:
            raise FieldError("picture", None, "a photo of yours or one of the examples")
        return dict(state), None

    def hide_refinements(self, state: State) -> Update:
        """Hide the controls that refine the previous fit."""
        fit, masked = self.ui.fit, bool(state["hidden"])
        hidden = [fit.again, fit.share, fit.leave, *([] if masked else [fit.leaving])]
        return {control: gr.update(visible=False) for control in hidden} | ({fit.eraser: erasable(state)} if masked else {})

    def brush(self, data: Update) -> Update:
        """Show the target in the Eraser."""
        fit = self.ui.fit
        return {fit.leave: gr.update(visible=False), fit.leaving: gr.update(visible=True), fit.eraser: erasable(data[self.ui.state])}

    def defaults(self, data: Update) -> Update:
        """Show an optimiser's default steps, restarts and learning rate."""
        fit = self.ui.fit
        optimizer = OPTIMIZERS[choice("optimiser", data[fit.optimizer], list(OPTIMIZERS))]
        rate = gr.update(value=optimizer.learning_rate, visible=optimizer.learning_rate is not None)
        return {fit.steps: optimizer.steps, fit.restarts: optimizer.restarts, fit.rate: rate}


def erasable(state: State) -> dict[str, Any]:
    """The value of the Eraser: the target picture, in which the visitor brushes over the part to leave out."""
    if state["target"] is None:
        raise FieldError("picture", None, "one that was fitted: choose an example or upload a photo first")
    target, alt = state["target"], f"{state['target']['name']}: brush over what should not count"
    return {"src": f"data:image/png;base64,{target['png']}", "side": MASK_CELLS, "alt": alt, "erased": state["hidden"]}
