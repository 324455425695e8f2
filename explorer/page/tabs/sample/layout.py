"""The components of the Sample tab."""

from __future__ import annotations

import gradio as gr

from explorer.page.shared.kinds import kind_of
from explorer.page.shared.lesson import OPENING
from explorer.page.shared.studio import Studio
from explorer.page.shell.controls import Controls
from explorer.page.widgets.chart import Chart
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.game import Game
from explorer.page.widgets.object_picker import ObjectPicker
from explorer.page.widgets.picture_grid import PictureGrid
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway

from . import lessons
from .events import SampleEvents, Ui
from .options import class_picker, object_picker, variations
from .session import FIELDS, SLUG
from .views import SampleViews

TRAINING, GAME = "training", "game"  # channels of the widgets below the pictures
KEYS = "Arrows choose a picture, R draws with a random seed."


def build(studio: Studio, lazy: bool = False) -> SampleEvents:
    """Lay out the tab inside the current Blocks, and wire its events.

    Args:
        studio: must have at least one model that generates pictures without a sentence.
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
                grid = PictureGrid(None, channel=SLUG, saved=None, elem_id="sample-grid")
        with gr.Column(elem_classes="controls"):
            draw, objects = _controls(controls, studio, state)
            takeaway = Takeaway(None, keys=KEYS, channel=SLUG)
        with gr.Column(elem_classes="rest"):
            game = Game(None, channel=GAME, elem_id="sample-game")
            strip = Filmstrip(None, channel=TRAINING, saved=None)
            with gr.Row(elem_classes="learned"):
                training_stage = Stage(None, channel=TRAINING, elem_classes="moment")
                curves = Chart(None, channel=TRAINING)
            gr.HTML(lessons.HOW, apply_default_css=False)
    ui = Ui(
        state=gr.State(), controls=controls, lesson=lesson, grid=grid, draw=draw, objects=objects, takeaway=takeaway, round=gr.State(),
        game=game, strip=strip, training_stage=training_stage, curves=curves,
    )  # fmt: skip
    return SampleEvents(ui, studio, SampleViews(studio)).ready(lazy)


def _controls(controls: Controls, studio: Studio, state: dict) -> tuple[gr.Button, ObjectPicker]:
    kind = kind_of(studio, state["model"])
    controls.place("model")
    draw = gr.Button("Draw", variant="primary", elem_id="sample-draw")
    with gr.Row(elem_classes="two"):
        controls.place("seed")
        controls.place("count")
    # These are not created with `place`, because their ids differ from their keys, or their choices depend on the state.
    controls["label"] = gr.Dropdown(**class_picker(studio, state), label="Class", filterable=False, elem_id="sample-class")
    objects = ObjectPicker(object_picker(studio, state), channel=SLUG, elem_id="sample-objects")
    varied = variations(studio, state)
    controls["vary"] = gr.Radio(**varied["vary"], label=FIELDS["vary"].label, elem_id="sample-vary")
    controls["other"] = gr.Dropdown(**varied["other"], label=FIELDS["other"].label, filterable=False, elem_id="sample-other")
    controls.place("share", **varied["share"])
    controls.place("truncation", visible=kind.truncates)
    controls.place("temperature", visible=kind.heats)
    return draw, objects
