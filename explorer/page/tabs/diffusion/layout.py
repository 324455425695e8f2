"""The Diffusion tab: a picture sinks into noise, a picture comes out of noise, and every step between can be held.

`build` lays the tab out with a finished run on it; its events are in `diffusion_events`, what it shows is computed in `diffusion_views`.
"""

from __future__ import annotations

from types import SimpleNamespace

import gradio as gr

from explorer.diffusion import GUIDANCE, SAMPLERS
from explorer.page.shared.conditions import ANY
from explorer.page.shared.inputs import PHOTO_FILES, pickable
from explorer.page.shared.studio import SEEDS, Studio
from explorer.page.widgets.curve import Curve
from explorer.page.widgets.eraser import Eraser
from explorer.page.widgets.examples import Examples
from explorer.page.widgets.filmstrip import Filmstrip
from explorer.page.widgets.histogram import Histogram
from explorer.page.widgets.reverse_step import ReverseStep
from explorer.page.widgets.sketch import Sketch
from explorer.page.widgets.stage import Stage
from explorer.page.widgets.takeaway import Takeaway
from explorer.page.widgets.upload import Upload

from . import charts as noise_charts
from . import events, lessons, session
from .views import DiffusionViews

MODES = [("Out of noise", "reverse"), ("Into noise", "forward"), ("From a picture", "edit")]
NAMES = {"ddpm": "DDPM, draws anew at each step", "ddim": "DDIM, draws once", "dpm-solver++": "DPM-Solver++, needs few steps"}
COMPARED = [("nothing", "nothing"), ("another guidance", "guidance"), ("another sampler", "sampler"), ("another seed", "seed")]
KEYS = "Arrows scrub, space plays, R rolls the seed."


def build(studio: Studio, lazy: bool = False) -> None:
    """Lay out the tab inside the Blocks in work, and wire its events.

    Args:
        studio: must have at least one diffusion model.
    """
    views = DiffusionViews(studio)
    first = session.opening(studio)
    *_, view = views.show(first)
    network = studio.denoiser(first["model"])
    ui = SimpleNamespace(state=gr.State(first))
    here = {"channel": events.CHANNEL}

    def look(asked: dict) -> dict | None:  # Gradio marks the function, which a method does not allow
        return noise_charts.look(network, asked)

    with gr.Row(elem_classes="workspace"):
        with gr.Column(elem_classes="lead"):
            ui.lesson = gr.HTML(view["lesson"], apply_default_css=False)
            with gr.Column(elem_classes="card diffusion-card"):
                ui.stage = Stage(view["stage"], rolls=True, elem_id="diffusion-stage", **here)
            ui.strip = Filmstrip(view["strip"], saved=None, elem_id="diffusion-strip", **here)
        with gr.Column(elem_classes="controls"):
            ui.model = gr.Dropdown(
                studio.catalogue.denoisers,
                value=first["model"],
                label="Model",
                info=views.about(first["model"]),
                filterable=False,
                elem_id="diffusion-model",
            )
            ui.mode = gr.Radio(
                MODES, value="reverse", show_label=False, container=False, elem_classes="segments even", elem_id="diffusion-mode"
            )
            _controls(ui, studio, views, first, network, here)
            ui.takeaway = Takeaway(events.takeaway(studio, first), keys=KEYS, **here)
        with gr.Column(elem_classes="rest"):
            with gr.Row(elem_classes="learned"):
                ui.curve = Curve(view["curve"], elem_id="diffusion-curve", **here)
                ui.histogram = Histogram(view["histogram"], **here)
            ReverseStep(
                noise_charts.look(network, {"t": 500, "step": 250, "x": 0.1}), server_functions=[look], elem_id="diffusion-step", **here
            )
            gr.HTML(lessons.HOW, apply_default_css=False)

    events.wire(ui, studio, views)


def _controls(ui: SimpleNamespace, studio: Studio, views: DiffusionViews, first: dict, network, here: dict[str, str]) -> None:
    with gr.Column(elem_classes="group") as ui.reverse_group:
        ui.draw = gr.Button("Denoise", variant="primary", elem_id="diffusion-draw")
        ui.five = gr.Button("Five at once", elem_id="diffusion-five")
    with gr.Column(elem_classes="group", visible=False) as ui.picture_group:
        ui.upload = Upload("Upload a picture", variant="primary", elem_id="diffusion-upload", file_types=PHOTO_FILES)
        ui.examples = Examples(pickable(network, first["example"]), button="#diffusion-upload", elem_id="diffusion-examples", **here)
        with gr.Accordion("Draw one", open=False, visible=network.channels == 1) as ui.drawing:
            ui.slate = Sketch(None, elem_id="diffusion-slate", **here)
    with gr.Column(elem_classes="group", visible=False) as ui.edit_group:
        ui.eraser = Eraser(views.erasable(first), elem_id="diffusion-eraser", **here)
    ui.start = gr.Slider(
        1, network.timesteps, value=first["start"], step=1, label="Timestep t", info="how far the picture is noised", visible=False,
        elem_id="diffusion-start",
    )  # fmt: skip
    with gr.Row(elem_classes="two"):
        ui.label = gr.Dropdown(
            [ANY, *studio.classes(first["model"])], value=first["label"], label="Class", filterable=False, min_width=110,
            visible=bool(studio.classes(first["model"])), elem_id="diffusion-class",
        )  # fmt: skip
        ui.seed = gr.Number(first["seed"], label="Seed", precision=0, minimum=0, maximum=SEEDS, min_width=80, elem_id="diffusion-seed")
    with gr.Accordion("More settings", open=False) as ui.more:
        ui.sampler = gr.Dropdown(
            [(NAMES[name], name) for name in SAMPLERS], value=first["sampler"], label="Sampler", filterable=False,
            elem_id="diffusion-sampler",
        )  # fmt: skip
        ui.steps = gr.Number(first["steps"], label="Steps", info="1 to 1000", precision=0, elem_id="diffusion-steps")
        ui.guidance = gr.Slider(
            *GUIDANCE, value=first["guidance"], step=0.1, label="Guidance", info="0 leaves the class out, 1 tells it, more exaggerates it",
            elem_id="diffusion-guidance",
        )  # fmt: skip
    with gr.Accordion("Compare two runs", open=False) as ui.beside:
        ui.compare = gr.Dropdown(COMPARED, value="nothing", label="Beside it", filterable=False, elem_id="diffusion-compare")
        ui.other_guidance = gr.Slider(*GUIDANCE, value=first["other_guidance"], step=0.1, label="Its guidance", visible=False)
        ui.other_sampler = gr.Dropdown(
            [(NAMES[name], name) for name in SAMPLERS], value=first["other_sampler"], label="Its sampler", filterable=False, visible=False
        )
        ui.other_seed = gr.Number(first["other_seed"], label="Its seed", precision=0, minimum=0, maximum=SEEDS, visible=False)
