"""The components of the Trilemma tab."""

from __future__ import annotations

import gradio as gr

from explorer.page.shared.lesson import OPENING
from explorer.page.shared.studio import Studio
from explorer.page.shell.controls import Controls
from explorer.page.widgets.scatter import Scatter
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.triangles import Triangles
from explorer.tradeoff import FLOW

from . import lessons, session
from .events import TrilemmaEvents, Ui
from .session import FIELDS, SLUG
from .views import TrilemmaViews

KEYS = "In the plots, arrows go from point to point, and Enter shows its digits."


def build(studio: Studio, lazy: bool = False) -> TrilemmaEvents:
    """Lay out the tab inside the current Blocks, and wire its events.

    Args:
        studio: must have at least one model whose quality, diversity and speed were measured.
        lazy: whether the first two models draw when a visitor first selects the tab.

    Returns:
        The tab's events, whose handlers a test can call.
    """
    state, views = session.opening(studio), TrilemmaViews(studio)
    controls = Controls(SLUG, FIELDS, studio, state)
    with gr.Row(elem_classes="workspace"):
        with gr.Column(elem_classes="lead"):
            lesson = gr.HTML(OPENING, apply_default_css=False)
            with gr.Column(elem_classes="card"):
                stage = Stage(None, channel=SLUG, elem_id="trilemma-stage")
        with gr.Column(elem_classes="controls"):
            for key in ("left", "right"):
                controls[key] = gr.Dropdown(
                    views.runners(), value=state[key], label=FIELDS[key].label, filterable=False, elem_id=f"trilemma-{key}"
                )
            start = gr.Button("Let them draw", variant="primary", elem_id="trilemma-start")
            controls.place("seed")
            measure = gr.Button("Time all on this server", elem_id="trilemma-measure")
            takeaway = Takeaway(None, keys=KEYS, channel=SLUG)
        with gr.Column(elem_classes="rest"):
            scatter = Scatter(None, channel=SLUG, elem_id="trilemma-scatter")
            picked = Stage(None, channel="trilemma-picked", elem_id="trilemma-picked", elem_classes="stage-beside")
            triangles = Triangles(None, channel=SLUG, elem_id="trilemma-triangles")
            flow = any(views.family(name) == FLOW for name in studio.catalogue.measured)
            gr.HTML(lessons.how(flow), apply_default_css=False)
    ui = Ui(gr.State(), gr.State(), controls, lesson, start, measure, stage, scatter, picked, triangles, takeaway)
    return TrilemmaEvents(ui, studio, views).ready(lazy)
