"""The components of the Diffusion tab."""

from __future__ import annotations

from typing import Any

import gradio as gr

from explorer.models import Denoises
from explorer.page.shared.inputs import PHOTO_FILES
from explorer.page.shared.lesson import OPENING
from explorer.page.shared.studio import Studio
from explorer.page.shell.controls import Controls
from explorer.page.widgets.chart import Chart
from explorer.page.widgets.eraser import Eraser
from explorer.page.widgets.examples import Examples
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.histogram import Histogram
from explorer.page.widgets.reverse_step import ReverseStep
from explorer.page.widgets.sketch import Sketch
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.upload import Upload

from . import charts, lessons, session
from .events import DiffusionEvents, Ui
from .session import FIELDS, MODES, SLUG
from .views import DiffusionViews

KEYS = "Arrows scrub, space plays, R draws with a random seed."


def build(studio: Studio, lazy: bool = False) -> DiffusionEvents:
    """Lay out the tab inside the current Blocks, and wire its events.

    Args:
        studio: must have at least one diffusion model.
        lazy: whether the first run is computed only when a visitor first selects the tab.

    Returns:
        The tab's events, whose handlers a test can call.
    """
    state = session.opening(studio)
    network = studio.denoiser(state["model"])
    controls = Controls(SLUG, FIELDS, studio, state)
    with gr.Row(elem_classes="workspace"):
        with gr.Column(elem_classes="lead"):
            lesson = gr.HTML(OPENING, apply_default_css=False)
            with gr.Column(elem_classes="card diffusion-card"):
                stage = Stage(None, rolls=True, elem_id="diffusion-stage", channel=SLUG)
            strip = Filmstrip(None, saved=None, elem_id="diffusion-strip", channel=SLUG)
        with gr.Column(elem_classes="controls"):
            controls.place("model")
            controls["mode"] = gr.Radio(
                MODES, value=state["mode"], show_label=False, container=False, elem_classes="segments even", elem_id="diffusion-mode"
            )
            placed = _pictures(network)
            placed |= _settings(controls, studio, state, network)
            takeaway = Takeaway(None, keys=KEYS, channel=SLUG)
        with gr.Column(elem_classes="rest"):
            with gr.Row(elem_classes="learned"):
                curve = Chart(None, elem_id="diffusion-curve", channel=SLUG)
                histogram = Histogram(None, channel=SLUG)
            step = _one_step(network)
            gr.HTML(lessons.HOW, apply_default_css=False)
    ui = Ui(
        state=gr.State(), controls=controls, **placed, lesson=lesson, stage=stage, strip=strip, curve=curve, histogram=histogram,
        step=step, takeaway=takeaway,
    )  # fmt: skip
    return DiffusionEvents(ui, studio, DiffusionViews(studio)).ready(lazy)


def _pictures(network: Denoises) -> dict[str, Any]:
    """Create the buttons of a run and the controls of the picture to noise. Returns them by their names in `Ui`."""
    with gr.Column(elem_classes="group") as reverse:
        draw = gr.Button("Denoise", variant="primary", elem_id="diffusion-draw")
        five = gr.Button("Five at once", elem_id="diffusion-five")
    with gr.Column(elem_classes="group", visible=False) as picture:
        upload = Upload("Upload a picture", variant="primary", elem_id="diffusion-upload", file_types=PHOTO_FILES)
        examples = Examples(None, elem_id="diffusion-examples", channel=SLUG)
        with gr.Accordion("Draw a digit", open=False, visible=network.channels == 1) as drawing:
            slate = Sketch(None, elem_id="diffusion-slate", channel=SLUG)
    with gr.Column(elem_classes="group", visible=False) as edit:
        eraser = Eraser(None, elem_id="diffusion-eraser", channel=SLUG)
    return {
        "groups": {"reverse": reverse, "picture": picture, "edit": edit}, "draw": draw, "five": five, "upload": upload,
        "examples": examples, "drawing": drawing, "slate": slate, "eraser": eraser,
    }  # fmt: skip


def _settings(controls: Controls, studio: Studio, state: dict[str, Any], network: Denoises) -> dict[str, Any]:
    """Create the controls of a run and of the second run. Returns the accordions by their names in `Ui`."""
    field = FIELDS["start"]
    controls["start"] = gr.Slider(
        1, network.timesteps, value=state["start"], step=1, label=field.label, info=field.info, visible=False, elem_id="diffusion-start"
    )
    with gr.Row(elem_classes="two"):
        field = FIELDS["label"]
        controls["label"] = gr.Dropdown(
            field.choices(studio, state["model"]), value=state["label"], label=field.label, filterable=False, min_width=110,
            visible=bool(network.classes), elem_id="diffusion-class",
        )  # fmt: skip
        controls.place("seed", min_width=80)
    with gr.Accordion("More settings", open=False) as settings:
        controls.place("sampler")
        controls.place("steps", minimum=None, maximum=None)  # the page's own message says more than Gradio's
        controls.place("guidance")
    with gr.Accordion("Compare two runs", open=False) as comparison:
        controls.place("compare")
        for key in ("other_guidance", "other_sampler", "other_seed"):
            controls.place(key, visible=False)
    return {"settings": settings, "comparison": comparison}


def _one_step(network: Denoises) -> ReverseStep:
    """The figure of one reverse step. Its sliders call a function on the server."""

    def look(request: dict) -> dict | None:  # a function, because Gradio sets an attribute on it, which fails for a method
        return charts.look(network, request)

    return ReverseStep(server_functions=[look], elem_id="diffusion-step", channel=SLUG)
