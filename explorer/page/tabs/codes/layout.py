"""The VQ codes tab: a picture as a map of codes that can be read, changed, erased and filled, and mixed with another's.

`build` lays the tab out with a map already on it; its events are in `codes_events`, what it shows is computed in `codes_views`.
"""

from __future__ import annotations

from types import SimpleNamespace

import gradio as gr

from explorer.codes import TEMPERATURES
from explorer.page.shared.conditions import ANY
from explorer.page.shared.inputs import PHOTO_FILES, pickable, picked
from explorer.page.shared.studio import SEEDS, Studio
from explorer.page.widgets.chances import Chances
from explorer.page.widgets.code_map import CodeMap
from explorer.page.widgets.codebook_grid import CodebookGrid
from explorer.page.widgets.examples import Examples
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.sketch import Sketch
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.upload import Upload

from . import events as codes_events
from . import lessons as codes_lessons
from . import session
from .views import CodeViews

MODES = [("Change codes", "edit"), ("Erase, fill", "fill"), ("Mix two", "mix")]
KEYS = "Arrows choose a cell; on a filled map they scrub, and space plays."
OPENING = 3  # the example that the tab opens with


def build(studio: Studio, lazy: bool = False) -> None:
    """Lay out the tab inside the Blocks in work, and wire its events.

    Args:
        studio: must have at least one model that turns pictures into codes.
    """
    views = CodeViews(studio)
    network = studio.coder(studio.catalogue.coders[0])
    first = views.encoded(session.opening(studio), picked(network, OPENING))
    first, view = views.show(first, selected=network.map_size**2 // 2)
    ui = SimpleNamespace(state=gr.State(first))
    here = {"channel": codes_events.CHANNEL}

    def redraw(asked: dict) -> str | None:  # Gradio marks the function, which a method does not allow
        return views.redraw(asked)

    with gr.Row(elem_classes="workspace"):
        with gr.Column(elem_classes="lead"):
            ui.lesson = gr.HTML(view["lesson"], apply_default_css=False)
            with gr.Row(elem_classes="card codes-card"):
                ui.map = CodeMap(view["map"], elem_id="codes-map", server_functions=[redraw], **here)
                ui.stage = Stage(view["stage"], **here)
            ui.chances = Chances(None, **here)
            ui.strip = Filmstrip(None, saved=None, **here)
            ui.codebook = CodebookGrid(views.codebook(first["model"]).value(), elem_id="codes-codebook", **here)
        with gr.Column(elem_classes="controls"):
            ui.model = gr.Dropdown(
                studio.catalogue.coders,
                value=first["model"],
                label="Model",
                info=studio.blurb(first["model"]),
                filterable=False,
                elem_id="codes-model",
            )
            ui.mode = gr.Radio(MODES, value="edit", show_label=False, container=False, elem_classes="segments")
            _picture(ui, network, here)
            _prior(ui, network)
            _second(ui, network, here)
            ui.undo = gr.Button("Undo", interactive=False, elem_id="codes-undo")
            with gr.Accordion("More settings", open=False):
                ui.temperature = gr.Slider(
                    *TEMPERATURES, value=1.0, step=0.05, label="Temperature", info="of the prior; below 1 likely codes become likelier"
                )
                ui.top = gr.Number(None, label="Top codes", info="only so many of the likeliest; empty for all", precision=0, minimum=0)
                ui.opened = Upload("Open a codes file", size="sm", file_types=[".json"], elem_id="codes-open")
            ui.takeaway = Takeaway(codes_events.takeaway(studio, first), keys=KEYS, **here)
        with gr.Column(elem_classes="rest"):
            gr.HTML(codes_lessons.HOW, apply_default_css=False)

    codes_events.wire(ui, studio, views)


def _picture(ui: SimpleNamespace, network, here: dict[str, str]) -> None:
    with gr.Column(elem_classes="group") as ui.edit_group:
        ui.upload = Upload("Upload a picture", variant="primary", elem_id="codes-upload", file_types=PHOTO_FILES)
        ui.examples = Examples(pickable(network, OPENING), button="#codes-upload", elem_id="codes-examples", **here)
        ui.slate = Sketch(None, visible=network.channels == 1, elem_id="codes-slate", **here)


def _prior(ui: SimpleNamespace, network) -> None:
    with gr.Column(elem_classes="group", visible=False) as ui.fill_group:
        ui.fill = gr.Button("Let the prior fill it", variant="primary", elem_id="codes-fill")
        ui.write = gr.Button("Write a new picture", elem_id="codes-write")
        with gr.Row(elem_classes="two"):
            ui.label = gr.Dropdown(
                [ANY, *network.classes], value=ANY, label="Class", filterable=False, min_width=110, visible=bool(network.classes),
                elem_id="codes-class",
            )  # fmt: skip
            ui.seed = gr.Number(0, label="Seed", precision=0, minimum=0, maximum=SEEDS, min_width=80, elem_id="codes-seed")


def _second(ui: SimpleNamespace, network, here: dict[str, str]) -> None:
    with gr.Column(elem_classes="group", visible=False) as ui.mix_group:
        ui.second_upload = Upload("Upload the second picture", variant="primary", elem_id="codes-second", file_types=PHOTO_FILES)
        ui.seconds = Examples(pickable(network), button="#codes-second", elem_id="codes-seconds", **here)
