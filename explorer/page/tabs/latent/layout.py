"""The Latent space tab: fit a photo, morph between two latents, sweep single numbers or principal directions.

`build` lays the tab out with a picture already on it; its events are in `latent_events`, what it shows is computed in `views`.
"""

from __future__ import annotations

from types import SimpleNamespace

import gradio as gr

from explorer.inversion import DEFAULT, OPTIMIZERS
from explorer.page.shared.inputs import PHOTO_FILES, own_examples
from explorer.page.shared.studio import SEEDS, TRUNCATION, Studio
from explorer.page.widgets.coordinates import Coordinates
from explorer.page.widgets.curve import Curve
from explorer.page.widgets.eraser import Eraser
from explorer.page.widgets.examples import Examples
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.slots import Slots
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.upload import Upload

from . import events as latent_events
from . import files as keepsake
from . import lessons, session
from .views import Views

MODES = [("Fit a photo", "fit"), ("Morph", "morph"), ("Sweep", "sweep")]
PATHS = [("along the sphere", "slerp"), ("straight", "lerp")]
SPACES = [("the latent's numbers", "latent"), ("numbers behind the first layers too", "extended")]
CHANNEL = "latent"
KEYS = "← and → step through the strip, space plays it, R rolls a seed."
KINDS = [("numbers", "coordinate"), ("a direction", "direction")]


def build(studio: Studio) -> None:
    """Lay out the tab inside the Blocks in work, and wire its events.

    Args:
        studio: must have at least one model.
    """
    views = Views(studio)
    first, view = views.draw(session.opening(studio))
    ui = SimpleNamespace(state=gr.State(first))

    with gr.Row(elem_classes="workspace"):
        with gr.Column(elem_classes="lead"):
            ui.lesson = gr.HTML(view["lesson"], apply_default_css=False)
            with gr.Row(elem_classes="card"):
                ui.coordinates = Coordinates(view["coordinates"], elem_id="latent-coordinates", channel=CHANNEL)
                ui.stage = Stage(view["stage"], channel=CHANNEL)
            ui.strip = Filmstrip(view["strip"], saved=None, channel=CHANNEL)
        with gr.Column(elem_classes="controls"):
            ui.model = gr.Dropdown(
                studio.catalogue.unconditional,
                value=first["model"],
                label="Model",
                info=studio.blurb(first["model"]),
                filterable=False,
                elem_id="latent-model",
            )
            ui.mode = gr.Radio(MODES, value="fit", show_label=False, container=False, elem_classes="segments")
            _fit_controls(ui, studio, first["model"])
            _morph_controls(ui, first)
            _sweep_controls(ui, first)
            ui.slots = Slots(views.slots(first), elem_id="latent-slots", channel=CHANNEL)
            _more_settings(ui)
            ui.takeaway = Takeaway(keepsake.takeaway(studio, first), keys=KEYS, channel=CHANNEL)
        with gr.Column(elem_classes="rest"):
            ui.curve = Curve(view["curve"], channel=CHANNEL)
            gr.HTML(lessons.HOW, apply_default_css=False)

    latent_events.wire(ui, studio, views)


def _fit_controls(ui: SimpleNamespace, studio: Studio, model: str) -> None:
    with gr.Column(elem_classes="group") as ui.fit_group:
        ui.upload = Upload("Upload a photo", variant="primary", elem_id="latent-upload", file_types=PHOTO_FILES)
        ui.examples = Examples(own_examples(studio, model), button="#latent-upload", elem_id="latent-examples", channel=CHANNEL)
        with gr.Row(elem_classes="two"):
            ways = [(way.label, name) for name, way in OPTIMIZERS.items()]
            ui.optimizer = gr.Dropdown(ways, value=DEFAULT, label="Optimiser", filterable=False, min_width=110, elem_id="latent-optimizer")
            ui.steps = gr.Number(OPTIMIZERS[DEFAULT].steps, label="Steps", precision=0, min_width=80, minimum=1)
        ui.space = gr.Radio(SPACES, value="extended", label="Search among", elem_classes="words", elem_id="latent-space")
        ui.share = gr.Slider(
            0, 1, value=1, step=0.05, label="Faithful to", info="0: the model, 1: the photo", visible=False, elem_id="latent-share"
        )
        ui.again = gr.Button("Fit again", visible=False, elem_id="latent-again")
        ui.leave = gr.Button("Leave a part out", visible=False, elem_id="latent-leave")
        with gr.Column(visible=False) as ui.leaving:
            ui.eraser = Eraser(None, elem_id="latent-eraser", channel=CHANNEL)


def _morph_controls(ui: SimpleNamespace, first: dict) -> None:
    with gr.Column(elem_classes="group", visible=False) as ui.morph_group:
        ui.path = gr.Radio(PATHS, value="slerp", label="From A to B", elem_classes="words")
        ui.frames = gr.Slider(*session.FRAMES, value=first["frames"], step=1, label="Frames")
        ui.morph = gr.Button("Morph A into B", variant="primary")


def _sweep_controls(ui: SimpleNamespace, first: dict) -> None:
    with gr.Column(elem_classes="group", visible=False) as ui.sweep_group:
        ui.kind = gr.Radio(KINDS, value="coordinate", label="Sweep", elem_classes="words")
        ui.numbers = gr.Textbox(str(first["places"][0]), label="Which numbers", info="one, or several with commas; or click the bars")
        ui.direction = gr.Slider(
            1, session.DIRECTIONS, value=1, step=1, label="Which direction", info="1 changes the first layer most", visible=False
        )
        ui.reach = gr.Slider(*session.REACH, value=first["reach"], step=0.5, label="Range", info="to either side, in standard deviations")
        ui.sweep = gr.Button("Sweep", variant="primary")


def _more_settings(ui: SimpleNamespace) -> None:
    own = OPTIMIZERS[DEFAULT]
    with gr.Accordion("More settings", open=False):
        ui.restarts = gr.Number(own.restarts, label="Restarts", info="searches side by side; the best is kept", precision=0, minimum=1)
        ui.rate = gr.Number(own.learning_rate, label="Learning rate", visible=own.learning_rate is not None)
        ui.perceptual = gr.Slider(0, 1, value=0, step=0.05, label="Perceptual loss", info="weight of the discriminator's features")
        ui.fit_seed = gr.Number(0, label="Seed of the search", precision=0, minimum=0, maximum=SEEDS)
        ui.truncation = gr.Slider(
            0.5,
            TRUNCATION[1],
            value=TRUNCATION[1],
            step=0.1,
            label="Truncation",
            info=f"less is more typical; {TRUNCATION[1]:g} is off",
            elem_id="latent-truncation",
        )
        ui.opened = Upload("Open a latent file", size="sm", file_types=[".json"], elem_id="latent-open")
