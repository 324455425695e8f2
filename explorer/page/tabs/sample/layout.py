"""The Sample tab: many pictures of a model at once, what is thought of each, and how the model came to draw them."""

from __future__ import annotations

from types import SimpleNamespace

import gradio as gr

from explorer.codes import TEMPERATURES
from explorer.page.shared.studio import SEEDS, TRUNCATION, Studio
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.game import Game
from explorer.page.widgets.loss_curves import LossCurves
from explorer.page.widgets.object_picker import ObjectPicker
from explorer.page.widgets.picture_grid import PictureGrid
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway

from . import lessons, session
from . import rounds as game_session
from .events import CHANNEL, GAME, TRAINING, changes, one_class, several_objects, takeaway, wire
from .views import SampleViews

KEYS = "Arrows choose a picture, R rolls the seed."


def build(studio: Studio) -> None:
    """Lay out the tab inside the Blocks in work, and wire its events.

    Args:
        studio: must have at least one model that draws.
    """
    views = SampleViews(studio)
    first = session.opening(studio)
    *_, view = views.request(first)
    past = views.timeline(first["model"])
    ui = SimpleNamespace(state=gr.State(first))
    with gr.Row(elem_classes="workspace"):
        with gr.Column(elem_classes="lead"):
            ui.lesson = gr.HTML(view["lesson"], apply_default_css=False)
            with gr.Column(elem_classes="card grid-card"):
                ui.grid = PictureGrid(view["grid"], channel=CHANNEL, saved=None, elem_id="sample-grid")
        with gr.Column(elem_classes="controls"):
            ui.model = gr.Dropdown(
                studio.catalogue.unprompted,
                value=first["model"],
                label="Model",
                info=studio.blurb(first["model"]),
                filterable=False,
                elem_id="sample-model",
            )
            ui.draw = gr.Button("Draw", variant="primary", elem_id="sample-draw")
            with gr.Row(elem_classes="two"):
                ui.seed = gr.Number(first["seed"], label="First seed", precision=0, minimum=0, maximum=SEEDS, elem_id="sample-seed")
                ui.count = gr.Number(first["count"], label="How many", precision=0, minimum=1, maximum=64, elem_id="sample-count")
            latent = first["model"] in studio.catalogue.generators
            ui.label = gr.Dropdown(**one_class(studio, first), label="Class", filterable=False, elem_id="sample-class")
            ui.objects = ObjectPicker(several_objects(studio, first), channel=CHANNEL, elem_id="sample-objects")
            varied = changes(studio, first)
            ui.vary = gr.Radio(**varied["vary"], label="From picture to picture, another", elem_id="sample-vary")
            ui.other = gr.Dropdown(**varied["other"], label="Mix with", filterable=False, elem_id="sample-other")
            ui.share = gr.Slider(
                *session.SHARE, **varied["share"], step=0.05, label="Share of that class", info="0: none of it; 1: nothing else",
                elem_id="sample-share",
            )  # fmt: skip
            ui.truncation = gr.Slider(
                *TRUNCATION, value=TRUNCATION[1], step=0.1, label="Truncation", visible=latent,
                info=f"less is more typical; {TRUNCATION[1]:g} is off",
            )  # fmt: skip
            ui.temperature = gr.Slider(
                *TEMPERATURES,
                value=1.0,
                step=0.05,
                label="Temperature",
                info="below 1 is more typical",
                visible=first["model"] in studio.catalogue.coders,
            )
            ui.takeaway = Takeaway(takeaway(studio, first), keys=KEYS, channel=CHANNEL)
        with gr.Column(elem_classes="rest"):
            ui.round = gr.State(game_session.deal(views, game_session.opening(first["model"])))
            ui.game = Game(game_session.view(views, ui.round.value), channel=GAME, elem_id="sample-game")
            ui.strip = Filmstrip(past["strip"], channel=TRAINING, saved=None)
            with gr.Row(elem_classes="learned"):
                ui.moment = Stage(past["moment"], channel=TRAINING, elem_classes="moment")
                ui.curves = LossCurves(past["curves"], channel=TRAINING)
            gr.HTML(lessons.HOW, apply_default_css=False)
    wire(ui, studio, views)
