"""The components of the Text to bird tab."""

from __future__ import annotations

import gradio as gr

from explorer.page.shared.lesson import OPENING
from explorer.page.shared.studio import Studio
from explorer.page.shell.controls import Controls
from explorer.page.widgets.chart import Chart
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.picture_grid import PictureGrid
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway

from . import lessons
from .events import BirdEvents, Ui
from .session import EXAMPLES, FIELDS, SLUG
from .views import BirdViews

TRAINING = "birds-training"  # the channel of the widgets that show the training
KEYS = "Arrows choose a bird, R draws with a random seed."


def build(studio: Studio, lazy: bool = False) -> BirdEvents:
    """Lay out the tab inside the current Blocks, and wire its events.

    Args:
        studio: must have at least one text-to-image model, and its text encoder.
        lazy: whether its first pictures are drawn when a visitor first selects the tab.

    Returns:
        The tab's events, whose handlers a test can call.
    """
    state = FIELDS.opening(studio)
    controls = Controls(SLUG, FIELDS, studio, state)
    with gr.Row(elem_classes="workspace"):
        with gr.Column(elem_classes="lead"):
            lesson = gr.HTML(OPENING, apply_default_css=False)
            with gr.Column(elem_classes="card grid-card"):
                grid = PictureGrid(None, channel=SLUG, saved=None, elem_id="birds-grid")
        with gr.Column(elem_classes="controls"):
            controls.place("model")
            controls.place("sentence")
            draw = gr.Button("Draw", variant="primary", elem_id="birds-draw")
            with gr.Row(elem_classes="two"):
                controls.place("seed")
                controls.place("count")
            example = gr.Dropdown(list(EXAMPLES), value=None, label="Or take an example", filterable=False, elem_id="birds-example")
            controls.place_rest()
            takeaway = Takeaway(None, keys=KEYS, channel=SLUG)
        with gr.Column(elem_classes="rest"):
            with gr.Accordion("How it learned", open=False, elem_classes="training", elem_id="birds-training") as training:
                strip = Filmstrip(None, channel=TRAINING, saved=None)
                with gr.Row(elem_classes="learned"):
                    training_stage = Stage(None, channel=TRAINING, elem_classes="moment")
                    curves = Chart(None, channel=TRAINING)
            gr.HTML(lessons.how(state["model"], studio.catalogue.facts(state["model"])), apply_default_css=False)
    ui = Ui(
        state=gr.State(), controls=controls, lesson=lesson, grid=grid, draw=draw, example=example, takeaway=takeaway, training=training,
        strip=strip, training_stage=training_stage, curves=curves,
    )  # fmt: skip
    return BirdEvents(ui, studio, BirdViews(studio)).ready(lazy)
