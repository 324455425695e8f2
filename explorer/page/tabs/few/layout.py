"""The components of the Few labels tab."""

from __future__ import annotations

import gradio as gr

from explorer.page.shared.inputs import PHOTO_FILES
from explorer.page.shared.lesson import OPENING
from explorer.page.shared.studio import Studio
from explorer.page.shell.controls import Controls
from explorer.page.widgets.chart import Chart
from explorer.page.widgets.examples import Examples
from explorer.page.widgets.labeller import Labeller
from explorer.page.widgets.plane import Plane
from explorer.page.widgets.sketch import Sketch
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.upload import Upload
from explorer.page.widgets.verdicts import Verdicts

from . import lessons, session
from .events import FewEvents, Ui
from .session import FIELDS, SLUG
from .views import FewViews

KEYS = "While you label, arrows choose a digit, and a number key labels it."


def build(studio: Studio, lazy: bool = False) -> FewEvents:
    """Lay out the tab inside the current Blocks, and wire its events.

    Args:
        studio: must have at least one model with classifiers that have seen few labels.
        lazy: whether its first digit is read when a visitor first selects the tab.

    Returns:
        The tab's events, whose handlers a test can call.
    """
    state = session.opening(studio)
    controls = Controls(SLUG, FIELDS, studio, state)
    with gr.Row(elem_classes="workspace"):
        with gr.Column(elem_classes="lead"):
            lesson = gr.HTML(OPENING, apply_default_css=False)
            with gr.Column(elem_classes="few-card") as read_card:
                verdicts = Verdicts(None, channel=SLUG, elem_id="few-verdicts")
            with gr.Column(elem_classes="few-card", visible=False) as label_card:
                labeller = Labeller(None, channel=SLUG, elem_id="few-labeller")
                learning = Stage(None, channel=SLUG, elem_id="few-learning", elem_classes="few-learning")
                curves = Chart(None, channel="few-learning", elem_id="few-curves")
        with gr.Column(elem_classes="controls"):
            modes = FIELDS["mode"].options
            controls["mode"] = gr.Radio(
                modes, value=state["mode"], show_label=False, container=False, elem_classes="segments halves", elem_id="few-mode"
            )
            with gr.Column(elem_classes="group") as read_group:
                upload = Upload("Upload a digit", variant="primary", elem_id="few-upload", file_types=PHOTO_FILES)
                examples = Examples(None, elem_id="few-examples", channel=SLUG)
                slate = Sketch(None, elem_id="few-slate", channel=SLUG)
            with gr.Column(elem_classes="group", visible=False) as label_group:
                train = gr.Button("Train on these labels", variant="primary", elem_id="few-train", interactive=False)
                random = gr.Button("Label 25 at random", elem_id="few-random")
                forget = gr.Button("Take all labels back", elem_id="few-forget")
                controls.place("seed")
            takeaway = Takeaway(None, keys=KEYS, channel=SLUG)
        with gr.Column(elem_classes="rest"):
            chart = Chart(None, channel="few-accuracy", elem_id="few-chart")
            field = FIELDS["count"]
            controls["count"] = gr.Radio(field.options, value=state["count"], label=field.label, elem_classes="words", elem_id="few-count")
            seen = Stage(None, channel="few-seen", elem_id="few-seen")
            history = Chart(None, channel="few-history", elem_id="few-history")
            plane = Plane(None, channel="few-plane", elem_id="few-plane")
            gr.HTML(lessons.HOW, apply_default_css=False)
    ui = Ui(
        state=gr.State(), controls=controls, groups={"read": [read_group, read_card], "label": [label_group, label_card]}, upload=upload,
        examples=examples, slate=slate, train=train, random=random, forget=forget, lesson=lesson, verdicts=verdicts, labeller=labeller,
        learning=learning, curves=curves, chart=chart, seen=seen, history=history, plane=plane, takeaway=takeaway,
    )  # fmt: skip
    return FewEvents(ui, studio, FewViews(studio)).ready(lazy)
