"""The Text to bird tab: a sentence in, birds out; one word changed, and the birds change while their noise stays.

To have the tab alone: `python -m explorer.page.tabs.birds.layout`.
"""

from __future__ import annotations

import base64
import time
from types import SimpleNamespace
from typing import Any

import gradio as gr

from explorer import images
from explorer.page.shared.checks import choice, said
from explorer.page.shared.studio import SEEDS, Studio
from explorer.page.shell import arrival
from explorer.page.shell.runs import Runs
from explorer.page.widgets.base import busy, came_from, sent, undims
from explorer.page.widgets.picture_grid import PictureGrid
from explorer.page.widgets.takeaway import Takeaway

from . import lessons, session
from . import snippets as snippets_birds
from .views import BirdViews, State

NAME = session.NAME
CHANNEL = "birds"
KEYS = "Arrows choose a bird, R rolls the seed."


def takeaway(studio: Studio, state: State) -> dict[str, Any]:
    """The value of the Takeaway widget."""
    return {
        "query": session.encode(state),
        "file": {"label": "download settings", "name": f"bird-{state['seed']}.json", "content": snippets_birds.settings(studio, state)},
        "codes": [
            ["over the network", snippets_birds.client(studio, state)],
            ["with the package", snippets_birds.package(studio, state)],
        ],
    }


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
                studio.illustrators, value=first["model"], label="Model", info=studio.blurb(first["model"]), filterable=False,
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
            gr.HTML(lessons.how(first["model"], studio.card(first["model"])), apply_default_css=False)
    _wire(ui, studio, views)


def _wire(ui: SimpleNamespace, studio: Studio, views: BirdViews) -> None:
    runs = Runs()
    controls = [ui.model, ui.sentence, ui.seed, ui.count, ui.other, ui.augmentation]

    def shown(now: State, request: gr.Request, more: dict[Any, Any]):
        """The request of a state, view by view, with more in the first; it ends early if it is stopped or something else is asked."""
        run = runs.begin(request, now)
        for view in run.watch(views.request(now)):
            yield {ui.state: now, ui.takeaway: takeaway(studio, now), ui.lesson: view["lesson"], ui.grid: view["grid"], **more}
            more = {}
        if not run.wanted:
            yield {}
        elif view["grid"]["progress"]:
            if not now["other"]:  # the steps of a morph depend on how many there are
                now = {**now, "count": len(view["grid"]["pictures"])}
            yield {
                ui.state: now, ui.count: now["count"], ui.takeaway: takeaway(studio, now),
                ui.lesson: lessons.drawn(now, views.unknown(now), now["count"]), ui.grid: {**view["grid"], "progress": None},
            }  # fmt: skip

    @said
    def illustrate(before: State, model, sentence, seed, count, other, augmentation, request: gr.Request, event: gr.EventData):
        """Draw what the controls ask for; only the button draws again what is there, as a menu reports even that it was closed."""
        seed = sent(event).get("seed", seed)
        now = session.settings(studio, model, sentence, seed, count, other, augmentation)
        if now == runs.asked(request, before) and not came_from(event, ui.draw):
            yield {}
            return
        told = gr.update(info=studio.blurb(now["model"]))
        yield from shown(now, request, {ui.model: told, ui.seed: now["seed"], ui.count: now["count"]})

    @said
    def begin(before: State, example: str | None, model, seed, count, augmentation, request: gr.Request):
        """An example's sentence, drawn with what is set."""
        if example is None:  # the menu was closed
            yield {}
            return
        now = session.settings(studio, model, choice("example", example, session.EXAMPLES), seed, count, "", augmentation)
        told = {ui.sentence: now["sentence"], ui.other: "", ui.example: None}
        if now == runs.asked(request, before):
            yield told
            return
        yield from shown(now, request, told)

    @said
    def restore(request: gr.Request, event: gr.EventData):
        """The state in the page's address, if it carries one for this tab."""
        found = arrival.asked(event, NAME)
        if found is None:
            yield {}
            return
        now = session.decode(studio, found)
        values = {getattr(ui, key): now[key] for key in ("model", "sentence", "seed", "count", "other", "augmentation")}
        yield from shown(now, request, {**values, ui.model: gr.update(value=now["model"], info=studio.blurb(now["model"]))})

    @said
    def save(now: State, event: gr.EventData) -> dict[Any, Any]:
        """The pictures as a ZIP, or the morph as a film."""
        form = choice("format", sent(event).get("format"), ("zip", *(images.FORMATS if now["other"] else ())))
        data = views.archive(now) if form == "zip" else views.film(now, form)
        content = f"data:{images.MEDIA.get(form, 'application/zip')};base64,{base64.b64encode(data).decode()}"
        return {ui.grid: gr.update(saved={"name": f"{now['model']}-{now['seed']}.{form}", "content": content, "at": time.time()})}

    def stop(request: gr.Request) -> None:
        """Let the request end with the pictures that are there."""
        runs.stop(request)

    private = {"api_visibility": "private", "show_progress": "hidden"}
    drawing = {**private, "js": busy(CHANNEL), "concurrency_limit": 3, "concurrency_id": "birds"}
    results = [ui.state, ui.lesson, ui.grid, ui.takeaway]
    asked = [
        ui.draw.click, ui.sentence.submit, ui.seed.submit, ui.count.submit, ui.other.submit, ui.augmentation.release, ui.model.input,
        ui.grid.submit,
    ]  # fmt: skip
    events = [
        gr.on(asked, illustrate, [ui.state, *controls], [*results, ui.model, ui.seed, ui.count], trigger_mode="always_last", **drawing),
        ui.example.input(
            begin, [ui.state, ui.example, ui.model, ui.seed, ui.count, ui.augmentation],
            [*results, ui.sentence, ui.other, ui.example, ui.count], trigger_mode="always_last", **drawing,
        ),
    ]  # fmt: skip
    for event in events:
        undims(event, CHANNEL, **private)
    ui.grid.stop(stop, None, None, queue=False, **private)
    ui.grid.download(save, ui.state, ui.grid, concurrency_limit=2, **private)
    arrival.restores(CHANNEL, restore, [*results, *controls], **private)


if __name__ == "__main__":
    from explorer.page import Tab, launch, page

    launch(page([Tab(NAME, build, lambda studio: studio.illustrators)]))
