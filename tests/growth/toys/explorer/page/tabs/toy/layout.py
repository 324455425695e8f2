"""The toy tab's controls beside its picture."""

import gradio as gr

from explorer.page.shared.lesson import OPENING
from explorer.page.shared.studio import Studio
from explorer.page.shell.controls import Controls
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.toy import Toy

from .events import ToyEvents, Ui
from .session import FIELDS, SLUG


def build(studio: Studio, lazy: bool = False) -> ToyEvents:
    """Lay out the tab inside the current Blocks, and wire its events."""
    controls = Controls(SLUG, FIELDS, studio, FIELDS.opening(studio))
    with gr.Row(elem_classes="workspace"):
        with gr.Column(elem_classes="lead"):
            lesson = gr.HTML(OPENING, apply_default_css=False)
            figure = Toy(None, channel=SLUG, saved=None, elem_id=f"{SLUG}-figure")
        with gr.Column(elem_classes="controls"):
            for key in FIELDS:
                controls.place(key)
            takeaway = Takeaway(None, keys="", channel=SLUG)
    return ToyEvents(Ui(gr.State(), controls, lesson, figure, takeaway), studio, None).ready(lazy)
