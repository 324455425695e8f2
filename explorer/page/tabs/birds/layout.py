"""The Text to bird tab: a sentence in, birds out; one word changed, and the birds change while their noise stays."""

from __future__ import annotations

from types import SimpleNamespace

import gradio as gr

from explorer.page.shared.studio import SEEDS, Studio
from explorer.page.widgets.picture_grid import PictureGrid
from explorer.page.widgets.takeaway import Takeaway

from . import lessons, session
from .events import CHANNEL, takeaway, wire
from .views import BirdViews

KEYS = "Arrows choose a bird, R rolls the seed."


def build(studio: Studio) -> None:
    """Lay out the tab inside the Blocks in work, and wire its events.

    Args:
        studio: must have at least one model that draws sentences, and its text encoder.
    """
    views = BirdViews(studio)
    first = session.opening(studio)
    *_, view = views.request(first)
    ui = SimpleNamespace(state=gr.State(first))
    with gr.Row(elem_classes="workspace"):
        with gr.Column(elem_classes="lead"):
            ui.lesson = gr.HTML(view["lesson"], apply_default_css=False)
            with gr.Column(elem_classes="card grid-card"):
                ui.grid = PictureGrid(view["grid"], channel=CHANNEL, saved=None, elem_id="birds-grid")
        with gr.Column(elem_classes="controls"):
            ui.model = gr.Dropdown(
                studio.catalogue.illustrators, value=first["model"], label="Model", info=studio.blurb(first["model"]), filterable=False,
                elem_id="birds-model",
            )  # fmt: skip
            ui.sentence = gr.Textbox(
                first["sentence"], label="Sentence", info="colours, belly, crown, wings, size, bill", max_lines=3, elem_id="birds-sentence"
            )
            ui.draw = gr.Button("Draw", variant="primary", elem_id="birds-draw")
            with gr.Row(elem_classes="two"):
                ui.seed = gr.Number(first["seed"], label="First seed", precision=0, minimum=0, maximum=SEEDS, elem_id="birds-seed")
                low, high = session.COUNT
                ui.count = gr.Number(
                    first["count"], label="How many", precision=0, minimum=low, maximum=high, elem_id="birds-count"
                )  # fmt: skip
            ui.example = gr.Dropdown(list(session.EXAMPLES), value=None, label="Or begin with", filterable=False, elem_id="birds-example")
            ui.other = gr.Textbox(
                "", label="Morph to", info="another sentence: one noise all the way", max_lines=3, elem_id="birds-other",
                placeholder="a small blue bird with black wings",
            )  # fmt: skip
            ui.augmentation = gr.Slider(
                *session.AUGMENTATION, value=1.0, step=0.1, label="Conditioning augmentation",
                info="0: the sentence as it is; 1: as in training", elem_id="birds-augmentation",
            )  # fmt: skip
            ui.takeaway = Takeaway(takeaway(studio, first), keys=KEYS, channel=CHANNEL)
        with gr.Column(elem_classes="rest"):
            gr.HTML(lessons.how(first["model"], studio.catalogue.facts(first["model"]).words), apply_default_css=False)
    wire(ui, studio, views)
