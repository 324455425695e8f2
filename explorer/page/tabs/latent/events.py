"""The event handlers of the Latent space tab: for the controls, slots, bars and frames.

Every handler validates its input and returns a new state with its view. If the input is invalid, the page stays unchanged.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from explorer import images
from explorer.models import discriminates
from explorer.page.shared.checks import FieldError, choice, number, whole
from explorer.page.shared.inputs import own_examples
from explorer.page.shared.studio import LARGEST_SEED
from explorer.page.shell.controls import about
from explorer.page.shell.events import PRIVATE, QUICK, State, Update
from explorer.page.widgets.base import came_from, sent

from . import files, session
from .fit_events import FitEvents
from .session import FIELDS, SLOTS
from .views import pick


class LatentEvents(FitEvents):
    """The handlers of the Latent space tab."""

    def opening(self) -> Update:
        state, view = self.views.draw(session.opening(self.studio))
        return self.staged(state, view) | self.slots_and_takeaway(state) | {self.ui.fit.examples: own_examples(self.studio, state["model"])}

    # --- Updates ------------------------------------------------------------------------------------------------------------------------

    def drawn(self, state: State) -> Update:
        """Draw a state, and update the widgets and the controls that depend on it."""
        state, view = {"fit": self.views.draw, "morph": self.views.morph, "sweep": self.views.sweep}[state["mode"]](state)
        controls, numbers = self.ui.controls, state["kind"] == "coordinate"
        return self.staged(state, view) | self.slots_and_takeaway(state) | self.refinements(state) | {
            **{group: gr.update(visible=mode == state["mode"]) for mode, group in self.ui.groups.items()},
            controls["mode"]: state["mode"], controls["kind"]: state["kind"],
            controls["places"]: gr.update(visible=numbers, value=FIELDS["places"].shown(state["places"])),
            controls["direction"]: gr.update(visible=not numbers),
        }  # fmt: skip

    def model_updates(self, state: State) -> Update:
        """Update the controls that depend on the model."""
        model = state["model"]
        return {
            self.ui.controls["model"]: gr.update(value=model, info=about(FIELDS["model"], self.studio, model)),
            self.ui.fit.examples: own_examples(self.studio, model),
            self.ui.fit.space: gr.update(visible=self.studio.extended_size(model) is not None),
            self.ui.fit.perceptual: gr.update(visible=discriminates(self.studio.model(model))),
        }

    # --- Handlers -----------------------------------------------------------------------------------------------------------------------

    def change(self, data: Update, request: gr.Request, event: gr.EventData) -> Update:
        """Handle a change of a control, a slot or a bar."""
        self.runs.drop(request)
        past, ui = data[self.ui.state], self.ui
        values = ui.controls.read(data)
        if values["kind"] != "coordinate":
            values["places"] = past["places"]
        state = past | FIELDS.check(self.studio, {**values, "model": past["model"], "active": past["active"]})
        if came_from(event, ui.controls["truncation"]):
            seed_slots = [slot for slot in SLOTS if state[slot].get("latent") is None]
            state |= {slot: state[slot] | {"truncation": state["truncation"]} for slot in seed_slots}
        elif came_from(event, ui.slots):
            state |= self._slot(state, sent(event))
        elif came_from(event, ui.fit.share) and state[state["active"]].get("beyond") is not None:
            share = number("faithful to", data[ui.fit.share], 0, 1)
            state |= {state["active"]: state[state["active"]] | {"share": share}}
        elif came_from(event, ui.coordinates):
            state |= self._places(state, past, sent(event))
        return self.drawn(state)

    @staticmethod
    def _slot(state: State, sent: dict[str, Any]) -> State:
        """The changes to the state after a click on a slot, or after new seeds for slots."""
        if "slot" in sent:
            return {"active": choice("slot", sent["slot"], SLOTS)}
        seeds = {slot: whole(f"seed of {slot.upper()}", sent[slot], 0, LARGEST_SEED) for slot in SLOTS if slot in sent}
        changed = {slot: {"seed": seed, "truncation": state["truncation"]} for slot, seed in seeds.items()}
        return changed | ({"active": next(iter(seeds))} if len(seeds) == 1 else {})

    def _places(self, state: State, past: State, sent: dict[str, Any]) -> State:
        """The changes to the state after a click on a bar: sweep its number or, with `add`, together with the numbers swept before."""
        size = self.studio.model(state["model"]).latent_size
        index = whole("number to sweep", sent.get("index"), 0, size - 1)
        others = [place for place in past["places"] if place != index] if sent.get("add") is True and past["mode"] == "sweep" else []
        indices = FIELDS["places"].check("numbers to sweep", [*others, index], self.studio, state)
        return {"mode": "sweep", "kind": "coordinate", "places": indices}

    def switch(self, data: Update, request: gr.Request) -> Update:
        """Switch models. Keep seeds that the visitor chose; replace fitted latents, and the old model's default seeds, by the new model's
        default seeds."""
        past, catalogue = data[self.ui.state], self.studio.catalogue
        model = catalogue.choose(data[self.ui.controls["model"]], catalogue.explorable)
        if model == self.runs.latest_state(request, past)["model"]:  # the menu was closed
            return gr.skip()
        self.runs.drop(request)
        state = past | {"model": model, "places": [self.studio.strongest(model)]}
        defaults = zip(SLOTS, catalogue.facts(past["model"]).good_seeds, catalogue.facts(model).good_seeds, strict=False)
        for slot, old, new in defaults:
            if past[slot].get("latent") is not None or past[slot].get("seed") == old:
                state |= {slot: {"seed": new, "truncation": state["truncation"]}}
        return self.drawn(state) | self.model_updates(state)

    def restore(self, values: State, request: gr.Request) -> Update:
        """Draw the state that a link for this tab carries."""
        state = session.decode(self.studio, values)
        shown, controls = self.ui.controls.updates(state), self.ui.controls
        settings = {controls[key]: shown[controls[key]] for key in ("path", "frames", "reach", "truncation")}
        direction = gr.update(value=state["direction"], visible=state["kind"] == "direction")
        return self.drawn(state) | self.model_updates(state) | settings | {controls["direction"]: direction}

    def keep(self, data: Update, event: gr.EventData) -> Update:
        """Put the clicked frame into the active slot. The strip stays, so that the visitor can try another frame."""
        state = data[self.ui.state]
        if not state["strip"]:
            raise FieldError("strip", None, "one that is on the page (reload the page)")
        state = pick(state, whole("frame", sent(event).get("index"), 0, len(state["strip"]) - 1))
        return {self.ui.state: state} | self.slots_and_takeaway(state)

    def save(self, data: Update, event: gr.EventData) -> Update:
        """Download the strip as an animation."""
        state, form = data[self.ui.state], choice("format", sent(event).get("format"), images.FORMATS)
        name = f"{state['model']}-{state['mode']}.{form}"
        return self.download(self.ui.strip, name, images.MEDIA[form], self.views.film(state, form))

    def open_latent(self, data: Update, request: gr.Request) -> Update:
        """Put a saved latent into the active slot."""
        self.runs.drop(request)
        state = data[self.ui.state]
        model, spec = files.read(self.studio, data[self.ui.opened])
        if model != state["model"]:
            seeds = self.studio.catalogue.facts(model).good_seeds
            state = state | {"a": {"seed": seeds[0]}, "b": {"seed": seeds[1]}, "places": [self.studio.strongest(model)]}
        state = state | {"model": model, "mode": "fit", state["active"]: spec}
        return self.drawn(state) | self.model_updates(state)

    def wire(self) -> None:
        ui, controls, fit = self.ui, self.ui.controls, self.ui.fit
        shown = [ui.state, ui.lesson, ui.stage, ui.coordinates, ui.strip, ui.curve, ui.slots, ui.takeaway]
        refinements = [fit.again, fit.share, fit.leave, fit.leaving]
        mode_controls = [*ui.groups.values(), controls["mode"], controls["kind"], controls["places"], controls["direction"]]
        model_controls = [*shown, *refinements, *mode_controls, controls["model"], fit.examples, fit.space, fit.perceptual]
        triggers = [
            *(controls[key].input for key in ("mode", "path", "frames", "kind", "direction", "reach", "truncation")),
            controls["places"].submit, fit.share.input, ui.morph.click, ui.sweep.click, ui.slots.submit, ui.slots.select,
            ui.coordinates.select,
        ]  # fmt: skip
        self.on(triggers, self.change, [ui.state, fit.share, *controls.values()], [*shown, *refinements, *mode_controls], QUICK)
        self.on([controls["model"].input], self.switch, [ui.state, controls["model"]], model_controls, QUICK)
        self.on([ui.opened.upload], self.open_latent, [ui.state, ui.opened], model_controls, QUICK)
        settings = [fit.upload, fit.optimizer, fit.steps, fit.restarts, fit.rate, fit.perceptual, fit.seed, fit.space]
        searches = [fit.examples.select, fit.upload.upload, fit.again.click, fit.eraser.submit]
        self.on(searches, self.fit, [ui.state, *settings], [*shown, fit.examples, *refinements, fit.eraser], trigger_mode="multiple")
        ui.strip.select(
            self.handled(self.keep), {ui.state}, [ui.state, ui.slots, ui.takeaway], trigger_mode="always_last", **QUICK, **PRIVATE
        )
        fit.leave.click(self.handled(self.brush), {ui.state}, [fit.leave, fit.leaving, fit.eraser], **QUICK, **PRIVATE)
        fit.optimizer.change(self.handled(self.defaults), {fit.optimizer}, [fit.steps, fit.restarts, fit.rate], **QUICK, **PRIVATE)
        self.attach(ui.stage, [*model_controls, *(controls[key] for key in ("path", "frames", "reach", "truncation"))], ui.strip, self.save)
