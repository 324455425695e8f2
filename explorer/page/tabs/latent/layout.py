"""The components of the Latent space tab. The event handlers are in `events`, and `views` computes what they show."""

from __future__ import annotations

from typing import Any

import gradio as gr

from explorer.inversion import DEFAULT, OPTIMIZERS
from explorer.models import discriminates
from explorer.page.shared.inputs import PHOTO_FILES
from explorer.page.shared.lesson import OPENING
from explorer.page.shared.studio import LARGEST_SEED, Studio
from explorer.page.shell.controls import Controls
from explorer.page.widgets.chart import Chart
from explorer.page.widgets.coordinates import Coordinates
from explorer.page.widgets.eraser import Eraser
from explorer.page.widgets.examples import Examples
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.slots import Slots
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.upload import Upload

from . import lessons, session
from .events import LatentEvents
from .fit_events import FitControls, Ui
from .session import FIELDS, SLUG
from .views import Views

SPACES = [("the numbers of the latent", "latent"), ("also numbers after the first layers", "extended")]
KEYS = "← and → step through the strip, space plays it, R draws with a random seed."


def build(studio: Studio, lazy: bool = False) -> LatentEvents:
    """Lay out the tab inside the current Blocks, and wire its events.

    Args:
        studio: must have at least one model that generates pictures from a latent alone.
        lazy: whether its first pictures are drawn when a visitor first selects the tab.

    Returns:
        The tab's events, whose handlers a test can call.
    """
    state = session.opening(studio)
    controls = Controls(SLUG, FIELDS, studio, state)
    with gr.Row(elem_classes="workspace"):
        with gr.Column(elem_classes="lead"):
            lesson = gr.HTML(OPENING, apply_default_css=False)
            with gr.Row(elem_classes="card"):
                coordinates = Coordinates(None, elem_id="latent-coordinates", channel=SLUG)
                stage = Stage(None, channel=SLUG)
            strip = Filmstrip(None, saved=None, channel=SLUG)
        with gr.Column(elem_classes="controls"):
            controls.place("model")
            modes = FIELDS["mode"].options
            controls["mode"] = gr.Radio(modes, value=state["mode"], show_label=False, container=False, elem_classes="segments")
            with gr.Column(elem_classes="group") as fit_group:
                fit = _fit_controls()
            with gr.Column(elem_classes="group", visible=False) as morph_group:
                morph = _morph_controls(controls, state)
            with gr.Column(elem_classes="group", visible=False) as sweep_group:
                sweep = _sweep_controls(controls, state)
            slots = Slots(None, elem_id="latent-slots", channel=SLUG)
            with gr.Accordion("More settings", open=False):
                search = _search_controls()
                controls.place("truncation")
                opened = Upload("Open a latent file", size="sm", file_types=[".json"], elem_id="latent-open")
            takeaway = Takeaway(None, keys=KEYS, channel=SLUG)
        with gr.Column(elem_classes="rest"):
            curve = Chart(None, channel=SLUG)
            gr.HTML(lessons.HOW, apply_default_css=False)
    ui = Ui(
        state=gr.State(), controls=controls, groups={"fit": fit_group, "morph": morph_group, "sweep": sweep_group},
        fit=FitControls(**fit, **search), morph=morph, sweep=sweep, opened=opened, lesson=lesson, coordinates=coordinates, stage=stage,
        strip=strip, slots=slots, curve=curve, takeaway=takeaway,
    )  # fmt: skip
    ui.fit.space.visible = studio.extended_size(state["model"]) is not None
    ui.fit.perceptual.visible = discriminates(studio.model(state["model"]))
    return LatentEvents(ui, studio, Views(studio)).ready(lazy)


def _fit_controls() -> dict[str, Any]:
    upload = Upload("Upload a photo", variant="primary", elem_id="latent-upload", file_types=PHOTO_FILES)
    examples = Examples(None, elem_id="latent-examples", channel=SLUG)
    with gr.Row(elem_classes="two"):
        choices = [(settings.label, name) for name, settings in OPTIMIZERS.items()]
        optimizer = gr.Dropdown(choices, value=DEFAULT, label="Optimiser", filterable=False, min_width=110, elem_id="latent-optimizer")
        steps = gr.Number(OPTIMIZERS[DEFAULT].steps, label="Steps", step=1, min_width=80, minimum=1)
    space = gr.Radio(SPACES, value="extended", label="Search among", elem_classes="words", elem_id="latent-space")
    share = gr.Slider(
        0, 1, value=1, step=0.05, label="Faithful to", info="0: the model, 1: the photo", visible=False, elem_id="latent-share"
    )
    again = gr.Button("Fit again", visible=False, elem_id="latent-again")
    leave = gr.Button("Leave a part out", visible=False, elem_id="latent-leave")
    with gr.Column(visible=False) as leaving:
        eraser = Eraser(None, elem_id="latent-eraser", channel=SLUG)
    return {
        "upload": upload, "examples": examples, "optimizer": optimizer, "steps": steps, "space": space, "share": share, "again": again,
        "leave": leave, "leaving": leaving, "eraser": eraser,
    }  # fmt: skip


def _morph_controls(controls: Controls, state: dict[str, Any]) -> gr.Button:
    field = FIELDS["path"]
    controls["path"] = gr.Radio(field.options, value=state["path"], label=field.label, elem_classes="words", elem_id="latent-path")
    field = FIELDS["frames"]
    controls["frames"] = gr.Slider(field.low, field.high, value=state["frames"], step=1, label=field.label, elem_id="latent-frames")
    return gr.Button("Morph A into B", variant="primary")


def _sweep_controls(controls: Controls, state: dict[str, Any]) -> gr.Button:
    field = FIELDS["kind"]
    controls["kind"] = gr.Radio(field.options, value=state["kind"], label=field.label, elem_classes="words", elem_id="latent-kind")
    field = FIELDS["places"]
    controls["places"] = gr.Textbox(field.shown(state["places"]), label=field.label, info=field.info, elem_id="latent-places")
    field = FIELDS["direction"]
    controls["direction"] = gr.Slider(
        field.low,
        field.high,
        value=state["direction"],
        step=1,
        label=field.label,
        info=field.info,
        visible=False,
        elem_id="latent-direction",
    )
    controls.place("reach")
    return gr.Button("Sweep", variant="primary")


def _search_controls() -> dict[str, Any]:
    defaults = OPTIMIZERS[DEFAULT]
    return {
        "restarts": gr.Number(defaults.restarts, label="Restarts", info="searches side by side; the best is kept", step=1, minimum=1),
        "rate": gr.Number(defaults.learning_rate, label="Learning rate", visible=defaults.learning_rate is not None),
        "perceptual": gr.Slider(0, 1, value=0, step=0.05, label="Perceptual loss", info="weight of the discriminator's features"),
        "seed": gr.Number(0, label="Seed of the search", step=1, minimum=0, maximum=LARGEST_SEED),
    }
