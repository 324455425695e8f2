"""The event handlers of the VQ codes tab: for the controls, cells, codes and brush strokes.

Every handler validates its input and returns a new state with its view. If the input is invalid, the page stays unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from explorer import images
from explorer.page.shared.checks import FieldError, choice, whole
from explorer.page.shared.inputs import example_count, from_ink, from_picture, pickable, picked
from explorer.page.shell.controls import Controls
from explorer.page.shell.events import PRIVATE, QUICK, Events, State, Update
from explorer.page.shell.messages import opened
from explorer.page.widgets.base import came_from, sent
from explorer.page.widgets.chances import Chances
from explorer.page.widgets.code_map import CodeMap
from explorer.page.widgets.codebook_grid import CodebookGrid
from explorer.page.widgets.examples import Examples
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.sketch import SIDE, Sketch
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.upload import Upload

from . import files, lessons, session
from .filling import fill
from .session import FIELDS, SLUG
from .views import CodeViews, View

OPENING = 3  # the example that the tab opens with
PARTS = ("lesson", "map", "stage", "chances")  # the keys of a view while the prior fills cells; otherwise there is "strip" too
AT_ONCE = {"trigger_mode": "always_last", "queue": False, **PRIVATE}  # a stroke does not wait for other visitors' requests


@dataclass
class Ui:
    """The tab's components. `groups` are the columns of controls by the mode that shows them."""

    state: gr.State
    controls: Controls
    groups: dict[str, gr.Column]
    upload: Upload
    examples: Examples
    slate: Sketch
    fill: gr.Button
    write: gr.Button
    second_upload: Upload
    second_examples: Examples
    undo: gr.Button
    opened: Upload
    lesson: gr.HTML
    map: CodeMap
    stage: Stage
    chances: Chances
    strip: Filmstrip
    codebook: CodebookGrid
    takeaway: Takeaway


class CodeEvents(Events):
    """The handlers of the VQ codes tab."""

    slug = SLUG
    ui: Ui
    views: CodeViews

    def opening(self) -> Update:
        ui, state = self.ui, session.opening(self.studio)
        network = self.studio.coder(state["model"])
        state, view = self.views.show(self.views.encoded(state, picked(network, OPENING)), selected=network.map_size**2 // 2)
        return {
            ui.state: state, **{getattr(ui, part): view[part] for part in (*PARTS, "strip")}, ui.takeaway: self.takeaway(state),
            ui.codebook: self.views.encodings.codebook(state["model"]).value(),
            ui.examples: pickable(network, OPENING), ui.second_examples: pickable(network),
        }  # fmt: skip

    def takeaway(self, state: State) -> dict[str, Any]:
        """The value of the Takeaway widget."""
        return files.takeaway(self.studio, state, self.link(session.carried(self.studio, state)))

    # --- Updates ------------------------------------------------------------------------------------------------------------------------

    def shown(self, state: State, view: View) -> Update:
        """The update that shows a state when no filling is running."""
        ui = self.ui
        return {
            ui.state: state, **{getattr(ui, part): view[part] for part in (*PARTS, "strip")}, ui.takeaway: self.takeaway(state),
            ui.undo: gr.update(interactive=bool(state["history"])), ui.controls["mode"]: state["mode"],
            **{group: gr.update(visible=mode == state["mode"]) for mode, group in ui.groups.items()},
        }  # fmt: skip

    def model_updates(self, state: State) -> Update:
        """Update the controls that depend on the model."""
        ui, model, network = self.ui, state["model"], self.studio.coder(state["model"])
        menu = gr.update(choices=FIELDS["label"].choices(self.studio, model), value=state["label"], visible=bool(network.classes))
        return ui.controls.updates(state) | {
            ui.controls["label"]: menu, ui.codebook: self.views.encodings.codebook(model).value(), ui.examples: pickable(network),
            ui.second_examples: pickable(network), ui.slate: gr.update(visible=network.channels == 1),
        }  # fmt: skip

    def with_defaults(self, state: State) -> State:
        """Set what the state's mode needs, if missing: a second picture to mix in, and the codes that an unpainted cell goes back to."""
        if state["mode"] == "mix" and state["second"] is None:
            state = {**state, "second": picked(self.studio.coder(state["model"]), 1)}
        if session.erased(state) or (state["mode"] == "edit" and state["encoded"] is not None):
            return state
        return {**state, "encoded": state["codes"], "painted": []}

    # --- Handlers: pictures and models --------------------------------------------------------------------------------------------------

    def take(self, data: Update, request: gr.Request, event: gr.EventData) -> Update:
        """Encode another picture."""
        self.runs.drop(request)
        state, ui = data[self.ui.state], self.ui
        source, index = chosen_picture(self, state["model"], data.get(ui.upload), event)
        shown = self.shown(*self.views.show(self.views.encoded(state, source)))
        return shown | {ui.examples: pickable(self.studio.coder(state["model"]), index)}

    def take_second(self, data: Update, request: gr.Request, event: gr.EventData) -> Update:
        """Choose the second picture; the same cells stay painted."""
        self.runs.drop(request)
        state, ui = data[self.ui.state], self.ui
        network = self.studio.coder(state["model"])
        source, index = chosen_picture(self, state["model"], data.get(ui.second_upload), event)
        painted = state["painted"] or right_half(network.map_size)
        shown = self.shown(*self.views.paint({**state, "second": source, "mode": "mix"}, painted))
        return shown | {ui.second_examples: pickable(network, index)}

    def switch(self, data: Update, request: gr.Request) -> Update:
        """Switch models. Encode the picture anew; if the map has none, or the new model takes other pictures, encode the first example."""
        past = data[self.ui.state]
        model = FIELDS["model"].check("model", data[self.ui.controls["model"]], self.studio, {})
        if model == self.runs.latest_state(request, past)["model"]:  # the menu was closed
            return gr.skip()
        self.runs.drop(request)
        network = self.studio.coder(model)
        same_channels = network.channels == self.studio.coder(past["model"]).channels
        source = past["source"] if past["source"] is not None and same_channels else picked(network, 0)
        state = session.opening(self.studio, model) | {"mode": past["mode"], "second": past["second"] if same_channels else None}
        state = self.with_defaults(self.views.encoded(state, source))
        return self.model_updates(state) | self.shown(*self.views.show(state))

    def change_mode(self, data: Update, request: gr.Request) -> Update:
        """Switch between edit, fill and mix. The map stays, and further strokes change it."""
        self.runs.drop(request)
        mode = FIELDS["mode"].check("mode", data[self.ui.controls["mode"]], self.studio, {})
        return self.shown(*self.views.show(self.with_defaults({**data[self.ui.state], "mode": mode, "painted": []})))

    def open_codes(self, data: Update, request: gr.Request) -> Update:
        """Open a codes file."""
        self.runs.drop(request)
        model, flat = files.read(self.studio, data[self.ui.opened])
        state = self.with_defaults({**session.opening(self.studio, model), "codes": flat, "mode": "fill" if min(flat) < 0 else "edit"})
        return self.model_updates(state) | self.shown(*self.views.show(state))

    def restore(self, values: State, request: gr.Request) -> Update:
        """Show the state that a link for this tab carries."""
        state = session.decode(self.studio, values)
        if not state["codes"]:
            state = self.views.encoded(state, picked(self.studio.coder(state["model"]), OPENING))
        state = self.with_defaults(state)
        return self.model_updates(state) | self.shown(*self.views.show(state))

    # --- Handlers: the map --------------------------------------------------------------------------------------------------------------

    def swap(self, data: Update, request: gr.Request, event: gr.EventData) -> Update:
        """Replace the code of the selected cell."""
        self.runs.drop(request)
        state, ui = data[self.ui.state], self.ui
        if state["mode"] != "edit":
            raise FieldError("mode", state["mode"], "edit, to change a code")
        cell = whole("cell", sent(event).get("cell"), 0, len(state["codes"]) - 1)
        flat = session.grid(self.studio, state["model"], sent(event).get("codes"), erased=True).flatten().tolist()
        other_codes = [state["codes"][i] if i == cell else code for i, code in enumerate(flat)]
        if other_codes != state["codes"]:  # earlier swaps, whose events Gradio dropped because they came too fast
            state = session.remember(state, codes=other_codes)
        state, view = self.views.swap(state, cell, flat[cell])
        return {
            ui.state: state, ui.lesson: view["lesson"], ui.map: view["map"], ui.stage: view["stage"], ui.takeaway: self.takeaway(state),
            ui.undo: gr.update(interactive=bool(state["history"])),
        }  # fmt: skip

    def paint(self, data: Update, request: gr.Request, event: gr.EventData) -> Update:
        """Erase the cells of a stroke, or take them from the second picture."""
        self.runs.drop(request)
        state, cells = data[self.ui.state], sent(event).get("painted")
        if state["mode"] == "edit":
            raise FieldError("mode", state["mode"], "fill or mix, to paint cells")
        size = len(state["codes"])
        if not isinstance(cells, list) or len(cells) > size:
            raise FieldError("painted cells", cells, f"a list of at most {size} cells")
        return self.shown(*self.views.paint(state, sorted({whole("painted cell", cell, 0, size - 1) for cell in cells})))

    def undo(self, data: Update, request: gr.Request) -> Update:
        """Go back to the map before the last change, with the picture that it belongs to."""
        self.runs.drop(request)
        state = data[self.ui.state]
        if not state["history"]:
            raise FieldError("undo", None, "a change that can be undone")
        state = session.undo(state)
        return self.shown(*self.views.show(state, lessons.undone(len(state["history"]))))

    def fill(self, data: Update, request: gr.Request, event: gr.EventData) -> Iterator[Update]:
        """Let the prior fill the erased cells. If there are none, it fills the same cells again as last time. With the button `write`, it
        fills all cells of a new map."""
        past, ui = data[self.ui.state], self.ui
        values = past | ui.controls.read(data) | {"model": past["model"], "mode": "fill"}
        state = past | FIELDS.check(self.studio, values)
        if came_from(event, ui.write):
            state = session.remember(state, codes=[-1] * len(state["codes"]), source=None, encoded=None, painted=[])
        elif not session.erased(state):
            if not state["filled"]:
                raise FieldError("erased cells", 0, "at least one: drag over the map first")
            state = {**state, "codes": [-1 if cell in state["filled"] else code for cell, code in enumerate(state["codes"])]}
        shown, stopped = (lambda pair: self._filling(state, pair)), (lambda pair: self._stopped(state, pair))
        yield from self.run(state, request, fill(self.views, state), shown, stopped=stopped)

    def _filling(self, start: State, pair: tuple[State, View]) -> Update:
        """The update after each cell; the last update has the strip."""
        state, view = pair
        if view["strip"] is not None:
            return self.shown(with_filling(start, state), view)
        return {self.ui.state: state, **{getattr(self.ui, part): view[part] for part in PARTS}}

    def _stopped(self, start: State, pair: tuple[State, View]) -> Update:
        """The update after Stop: the remaining cells stay erased."""
        state, view = pair
        if view["strip"] is not None:
            return {}
        state, view_at_rest = self.views.show(state)
        return self.shown(with_filling(start, state), {**view_at_rest, "lesson": view["lesson"]})

    def save(self, data: Update, event: gr.EventData) -> Update:
        """Download the filling as an animation."""
        state, form = data[self.ui.state], choice("format", sent(event).get("format"), images.FORMATS)
        if not state["strip"]:
            raise FieldError("strip", None, "one that is on the page (let the prior fill cells first)")
        return self.download(self.ui.strip, f"{state['model']}-filled.{form}", images.MEDIA[form], self.views.film(state, form))

    def wire(self) -> None:
        """Attach the handlers to the components."""
        ui, controls = self.ui, self.ui.controls
        parts = [*(getattr(ui, part) for part in PARTS), ui.strip]
        shown = [ui.state, *parts, ui.takeaway, ui.undo, controls["mode"], *ui.groups.values()]
        settings = [control for key, control in controls.items() if key != "mode"]
        model_components = [*shown, *settings, ui.codebook, ui.examples, ui.second_examples, ui.slate]
        self.on([ui.upload.upload, ui.examples.select, ui.slate.submit], self.take, [ui.state, ui.upload], [*shown, ui.examples], QUICK)
        seconds = [ui.second_upload.upload, ui.second_examples.select]
        self.on(seconds, self.take_second, [ui.state, ui.second_upload], [*shown, ui.second_examples], QUICK)
        self.on([controls["model"].input], self.switch, [ui.state, controls["model"]], model_components, QUICK)
        self.on([controls["mode"].input], self.change_mode, [ui.state, controls["mode"]], shown, QUICK)
        self.on([ui.opened.upload], self.open_codes, [ui.state, ui.opened], model_components, QUICK)
        self.on([ui.fill.click, ui.write.click], self.fill, [ui.state, *settings], shown, trigger_mode="once")
        swapped = [ui.state, ui.lesson, ui.map, ui.stage, ui.takeaway, ui.undo]
        ui.map.submit(self.handled(self.swap), {ui.state}, swapped, **AT_ONCE)
        ui.map.select(self.handled(self.paint), {ui.state}, shown, **AT_ONCE)
        ui.undo.click(self.handled(self.undo), {ui.state}, shown, **AT_ONCE)
        self.attach(ui.stage, model_components, ui.strip, self.save)


def with_filling(start: State, filled: State) -> State:
    """The state from before the filling, with the filled map; undo restores the old map."""
    return session.remember(start, **{key: filled[key] for key in ("codes", "encoded", "painted", "filled", "strip")})


def right_half(side: int) -> list[int]:
    """The cells of the right half of a map, which are painted at first in the mode "mix"."""
    return [row * side + column for row in range(side) for column in range(side // 2 + 1, side)]


def chosen_picture(events: CodeEvents, model: str, path: str | None, event: gr.EventData) -> tuple[dict[str, str], int | None]:
    """The picture of an upload, the slate or an example, and the index of the example; None if it is not an example."""
    if came_from(event, events.ui.upload) or came_from(event, events.ui.second_upload):
        return from_picture(opened(path), "your picture"), None
    if came_from(event, events.ui.slate):
        return from_ink(sent(event).get("ink"), SIDE), None
    network = events.studio.coder(model)
    index = whole("example", sent(event).get("index"), 0, example_count(network) - 1)
    return picked(network, index), index
