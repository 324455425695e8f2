"""The components of the Training lab tab."""

from __future__ import annotations

import gradio as gr

from explorer.page.shared.lesson import OPENING
from explorer.page.shared.studio import Studio
from explorer.page.shell.controls import Controls
from explorer.page.widgets.chart import Chart
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.live_gan import LiveGAN
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway

from . import lessons, session, stories
from .events import LabEvents, Ui
from .session import FIELDS, MOST_CURVES, MOST_RUNS, SLUG
from .views import LabViews

KEYS = "In the strip, arrows go from step to step, and space plays it."


def build(studio: Studio, lazy: bool = False) -> LabEvents:
    """Lay out the tab inside the current Blocks, and wire its events.

    Args:
        studio: must have at least one run.
        lazy: whether its runs are sent when a visitor first selects the tab.

    Returns:
        The tab's events, whose handlers a test can call.
    """
    state = session.opening(studio)
    controls = Controls(SLUG, FIELDS, studio, state)
    with gr.Row(elem_classes="workspace"):
        with gr.Column(elem_classes="lead"):
            lesson = gr.HTML(OPENING, apply_default_css=False)
            reveal = gr.Button("Show what happened", variant="primary", elem_id="lab-reveal", elem_classes="reveal")
            with gr.Column(elem_classes="card"):
                stage = Stage(None, channel=SLUG, elem_id="lab-stage")
            strip = Filmstrip(None, saved=None, channel=SLUG, elem_id="lab-strip")
        with gr.Column(elem_classes="controls"):
            _controls(controls, studio, state)
            takeaway = Takeaway(None, keys=KEYS, channel=SLUG)
        with gr.Column(elem_classes="rest"):
            charts = Chart(None, channel=SLUG, elem_id="lab-charts")
            aside = Chart(None, channel="lab-aside", elem_id="lab-aside")
            live = LiveGAN(None, channel="lab-live", elem_id="lab-live")
            Chart(None, channel="lab-live", elem_id="lab-live-charts")
            gr.HTML(lessons.HOW, apply_default_css=False)
    ui = Ui(gr.State(), controls, lesson, reveal, stage, strip, charts, aside, live, takeaway)
    return LabEvents(ui, studio, LabViews(studio)).ready(lazy)


def _controls(controls: Controls, studio: Studio, state: dict) -> None:
    told = [(story.title, story.slug) for story in stories.told(studio.runs)]
    controls["story"] = gr.Dropdown(
        [*told, ("none: my own choice", "")], value=state["story"], label=FIELDS["story"].label, info=FIELDS["story"].info,
        filterable=False, elem_id="lab-story",
    )  # fmt: skip
    controls["family"] = gr.Dropdown(
        session.families(studio), value=state["family"], label=FIELDS["family"].label, filterable=False, elem_id="lab-family"
    )
    for key, most in (("runs", MOST_RUNS), ("curves", MOST_CURVES)):
        controls[key] = gr.Dropdown(
            FIELDS[key].options(studio, state["family"]), value=state[key], label=FIELDS[key].label, info=f"up to {most}",
            multiselect=True, max_choices=most, filterable=False, elem_id=f"lab-{key}",
        )  # fmt: skip
