"""What happens on the Text to bird tab: each control and picture, and what it changes."""

from __future__ import annotations

import base64
import time
from types import SimpleNamespace
from typing import Any

import gradio as gr

from explorer import images
from explorer.page.shared.checks import choice
from explorer.page.shared.studio import Studio
from explorer.page.shell import arrival
from explorer.page.shell.messages import answered
from explorer.page.shell.runs import Runs
from explorer.page.widgets.base import busy, came_from, sent, undims

from . import lessons, session
from . import snippets as snippets_birds
from .views import BirdViews, State

CHANNEL = "birds"


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


def wire(ui: SimpleNamespace, studio: Studio, views: BirdViews) -> None:
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

    @answered
    def illustrate(before: State, model, sentence, seed, count, other, augmentation, request: gr.Request, event: gr.EventData):
        """Draw what the controls ask for; only the button draws again what is there, as a menu reports even that it was closed."""
        seed = sent(event).get("seed", seed)
        now = session.settings(studio, model, sentence, seed, count, other, augmentation)
        if now == runs.asked(request, before) and not came_from(event, ui.draw):
            yield {}
            return
        told = gr.update(info=studio.blurb(now["model"]))
        yield from shown(now, request, {ui.model: told, ui.seed: now["seed"], ui.count: now["count"]})

    @answered
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

    @answered
    def restore(request: gr.Request, event: gr.EventData):
        """The state in the page's address, if it carries one for this tab."""
        found = arrival.asked(event, session.SLUG)
        if found is None:
            yield {}
            return
        now = session.decode(studio, found)
        values = {getattr(ui, key): now[key] for key in ("model", "sentence", "seed", "count", "other", "augmentation")}
        yield from shown(now, request, {**values, ui.model: gr.update(value=now["model"], info=studio.blurb(now["model"]))})

    @answered
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
