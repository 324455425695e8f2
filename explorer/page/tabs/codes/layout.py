"""The components of the VQ codes tab."""

from __future__ import annotations

from typing import Any

import gradio as gr

from explorer.models import Quantises
from explorer.page.shared.inputs import PHOTO_FILES
from explorer.page.shared.lesson import OPENING
from explorer.page.shared.studio import Studio
from explorer.page.shell.controls import Controls
from explorer.page.widgets.chances import Chances
from explorer.page.widgets.code_map import CodeMap
from explorer.page.widgets.codebook_grid import CodebookGrid
from explorer.page.widgets.examples import Examples
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.sketch import Sketch
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.upload import Upload

from . import lessons, session
from .events import CodeEvents, Ui
from .session import FIELDS, SLUG
from .views import CodeViews

KEYS = "Arrows choose a cell; in the strip of a filled map they scrub, and space plays it."


def build(studio: Studio, lazy: bool = False) -> CodeEvents:
    """Lay out the tab inside the current Blocks, and wire its events.

    Args:
        studio: must have at least one VQ model.
        lazy: whether its first picture is encoded when a visitor first selects the tab.

    Returns:
        The tab's events, whose handlers a test can call.
    """
    views, state = CodeViews(studio), session.opening(studio)
    network = studio.coder(state["model"])
    controls = Controls(SLUG, FIELDS, studio, state)

    def redraw(request: dict) -> str | None:  # a function, because Gradio sets an attribute on it, which fails for a method
        return views.encodings.redraw(request)

    with gr.Row(elem_classes="workspace"):
        with gr.Column(elem_classes="lead"):
            lesson = gr.HTML(OPENING, apply_default_css=False)
            with gr.Row(elem_classes="card codes-card"):
                code_map = CodeMap(None, elem_id="codes-map", server_functions=[redraw], channel=SLUG)
                stage = Stage(None, channel=SLUG)
            chances = Chances(None, channel=SLUG)
            strip = Filmstrip(None, saved=None, channel=SLUG)
            codebook = CodebookGrid(None, elem_id="codes-codebook", channel=SLUG)
        with gr.Column(elem_classes="controls"):
            placed = _controls(controls, studio, state, network)
            takeaway = Takeaway(None, keys=KEYS, channel=SLUG)
        with gr.Column(elem_classes="rest"):
            gr.HTML(lessons.HOW, apply_default_css=False)
    ui = Ui(
        state=gr.State(), controls=controls, **placed, lesson=lesson, map=code_map, stage=stage, chances=chances, strip=strip,
        codebook=codebook, takeaway=takeaway,
    )  # fmt: skip
    return CodeEvents(ui, studio, views).ready(lazy)


def _controls(controls: Controls, studio: Studio, state: dict[str, Any], network: Quantises) -> dict[str, Any]:
    """Create the controls beside the map. Returns the components by their names in `Ui`."""
    controls.place("model")
    modes = FIELDS["mode"].options
    controls["mode"] = gr.Radio(
        modes, value=state["mode"], show_label=False, container=False, elem_classes="segments", elem_id="codes-mode"
    )
    with gr.Column(elem_classes="group") as edit_group:
        upload = Upload("Upload a picture", variant="primary", elem_id="codes-upload", file_types=PHOTO_FILES)
        examples = Examples(None, elem_id="codes-examples", channel=SLUG)
        slate = Sketch(None, visible=network.channels == 1, elem_id="codes-slate", channel=SLUG)
    with gr.Column(elem_classes="group", visible=False) as fill_group:
        fill = gr.Button("Let the prior fill it", variant="primary", elem_id="codes-fill")
        write = gr.Button("Write a new picture", elem_id="codes-write")
        with gr.Row(elem_classes="two"):
            field = FIELDS["label"]
            controls["label"] = gr.Dropdown(
                field.choices(studio, state["model"]), value=state["label"], label=field.label, filterable=False, min_width=110,
                visible=bool(network.classes), elem_id="codes-class",
            )  # fmt: skip
            controls.place("seed", min_width=80)
    with gr.Column(elem_classes="group", visible=False) as mix_group:
        second_upload = Upload("Upload the second picture", variant="primary", elem_id="codes-second", file_types=PHOTO_FILES)
        second_examples = Examples(None, elem_id="codes-seconds", channel=SLUG)
    undo = gr.Button("Undo", interactive=False, elem_id="codes-undo")
    with gr.Accordion("More settings", open=False):
        controls.place("temperature")
        controls.place("top", minimum=0, maximum=None)
        opened = Upload("Open a codes file", size="sm", file_types=[".json"], elem_id="codes-open")
    return {
        "groups": {"edit": edit_group, "fill": fill_group, "mix": mix_group}, "upload": upload, "examples": examples, "slate": slate,
        "fill": fill, "write": write, "second_upload": second_upload, "second_examples": second_examples, "undo": undo, "opened": opened,
    }  # fmt: skip
