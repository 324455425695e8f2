"""What happens on the Sample tab: each control, picture and guess, and what it changes."""

from __future__ import annotations

import base64
import time
from types import SimpleNamespace
from typing import Any

import gradio as gr

from explorer import images
from explorer.page.shared import conditions
from explorer.page.shared.checks import choice
from explorer.page.shared.conditions import ANY
from explorer.page.shared.studio import TRUNCATION, Studio
from explorer.page.shell import arrival
from explorer.page.shell.messages import answered
from explorer.page.shell.runs import Runs
from explorer.page.widgets.base import busy, came_from, sent, undims

from . import lessons, session
from . import rounds as game_session
from . import snippets as snippets_sample
from .views import SampleViews, State

CHANNEL, TRAINING, GAME = "sample", "training", "game"


def takeaway(studio: Studio, state: State) -> dict[str, Any]:
    """The value of the Takeaway widget."""
    name = f"{state['model']}-{state['seed']}.json"
    return {
        "query": session.encode(state),
        "file": {"label": "download settings", "name": name, "content": snippets_sample.settings(studio, state)},
        "codes": [
            ["over the network", snippets_sample.client(studio, state)],
            ["with the package", snippets_sample.package(studio, state)],
        ],
    }


def one_class(studio: Studio, state: State) -> dict[str, Any]:
    """The picker of one class: choices, value and whether it is there."""
    classes, free = studio.classes(state["model"]), state["model"] not in studio.catalogue.conditional
    here = bool(classes) and studio.most(state["model"]) == 1
    return {"choices": [*([ANY] if free else []), *classes], "value": state["label"] if here else ANY if free else None, "visible": here}


def several_objects(studio: Studio, state: State) -> dict[str, Any] | None:
    """The value of the picker of several objects; None for a model that is told one class, or nothing."""
    most = studio.most(state["model"])
    chosen = state["label"].split(conditions.AND)
    return {"classes": studio.classes(state["model"]), "chosen": chosen, "most": most} if most > 1 else None


def changes(studio: Studio, state: State) -> dict[str, dict[str, Any]]:
    """The controls of what changes from picture to picture, and of a mixture: choices, value and whether each is there."""
    classes, other = studio.classes(state["model"]), state["other"]
    mixable = len(classes) > 1 and studio.most(state["model"]) == 1 and state["label"] != ANY
    thing = "object" if studio.most(state["model"]) > 1 else "class"
    ways = [("seed", "seed"), (thing, "class"), *([("share of the mixture", "mix")] if other else [])]
    return {
        "vary": {"choices": ways, "value": state["vary"], "visible": bool(classes)},
        "other": {"choices": [("nothing", ""), *classes], "value": other, "visible": mixable},
        "share": {"value": state["share"], "visible": bool(other) and state["vary"] == "seed"},
    }


def wire(ui: SimpleNamespace, studio: Studio, views: SampleViews) -> None:
    runs = Runs()
    controls = [ui.model, ui.seed, ui.count, ui.label, ui.objects, ui.truncation, ui.temperature, ui.vary, ui.other, ui.share]
    changing = {"vary": ui.vary, "other": ui.other, "share": ui.share}
    past = {"moment": ui.moment, "strip": ui.strip, "curves": ui.curves}

    def shown(now: State, request: gr.Request, more: dict[Any, Any]):
        """The request of a state, view by view, with more in the first; it ends early if it is stopped or something else is asked."""
        run = runs.begin(request, now)
        for view in run.watch(views.request(now)):
            yield {ui.state: now, ui.takeaway: takeaway(studio, now), ui.lesson: view["lesson"], ui.grid: view["grid"], **more}
            more = {}
        if not run.wanted:
            yield {}
        elif view["grid"]["progress"]:
            if now["vary"] == "seed":  # there are as many classes as there are, and the steps of a mixture depend on how many
                now = {**now, "count": len(view["grid"]["pictures"])}
            yield {
                ui.state: now, ui.count: now["count"], ui.takeaway: takeaway(studio, now), ui.lesson: lessons.drawn(studio, now),
                ui.grid: {**view["grid"], "progress": None},
            }  # fmt: skip

    def named(now: State) -> dict[Any, Any]:
        """The controls that depend on the model, and its training."""
        training = views.timeline(now["model"])
        dealt = game_session.deal(views, game_session.opening(now["model"]))
        return {
            ui.round: dealt, ui.game: game_session.view(views, dealt),
            ui.model: gr.update(value=now["model"], info=studio.blurb(now["model"])), ui.seed: now["seed"], ui.count: now["count"],
            ui.label: gr.update(**one_class(studio, now)), ui.objects: several_objects(studio, now),
            ui.truncation: gr.update(value=now["truncation"] or TRUNCATION[1], visible=now["model"] in studio.catalogue.generators),
            ui.temperature: gr.update(value=now["temperature"], visible=now["model"] in studio.catalogue.coders),
            **{part: gr.update(**changes(studio, now)[name]) for name, part in changing.items()},
            **{part: training[name] for name, part in past.items()},
        }  # fmt: skip

    @answered
    def sample(
        before: State, model, seed, count, label, objects, truncation, temperature, vary, other, share,
        request: gr.Request, event: gr.EventData,
    ):  # fmt: skip
        """Draw what the controls ask for; only the button draws again what is there, as a menu reports even that it was closed."""
        seed = sent(event).get("seed", seed)
        told = label
        if studio.most(choice("model", model, studio.catalogue.unprompted)) > 1:
            told = sent(event).get("objects", (objects or {}).get("chosen"))
        now = session.settings(studio, model, seed, count, told, truncation, temperature, vary, other, share)
        if now == runs.asked(request, before) and not came_from(event, ui.draw):
            yield {}
            return
        varied = {part: gr.update(**changes(studio, now)[name]) for name, part in changing.items()}
        yield from shown(now, request, {ui.seed: now["seed"], ui.count: now["count"], ui.objects: several_objects(studio, now), **varied})

    @answered
    def switch(before: State, model: str, seed, count, request: gr.Request):
        """Another model, from the same seed."""
        if choice("model", model, studio.catalogue.unprompted) == runs.asked(request, before)["model"]:
            yield {}
            return
        now = session.settings(studio, model, seed, count, conditions.opening(studio, model), None, 1.0)
        yield from shown(now, request, named(now))

    @answered
    def restore(request: gr.Request, event: gr.EventData):
        """The state in the page's address, if it carries one for this tab."""
        found = arrival.asked(event, session.SLUG)
        if found is None:
            yield {}
            return
        now = session.decode(studio, found)
        yield from shown(now, request, named(now))

    @answered
    def save(now: State, event: gr.EventData) -> dict[Any, Any]:
        """The pictures as a ZIP, or a walk between them as a film."""
        form = choice("format", sent(event).get("format"), ("zip", *images.FORMATS))
        if form != "zip":
            choice("model of a walk", now["model"], studio.catalogue.generators)
        data = views.archive(now) if form == "zip" else views.walk(now, form)
        content = f"data:{images.MEDIA.get(form, 'application/zip')};base64,{base64.b64encode(data).decode()}"
        return {ui.grid: gr.update(saved={"name": f"{now['model']}-{now['seed']}.{form}", "content": content, "at": time.time()})}

    @answered
    def guess(dealt: dict, event: gr.EventData) -> dict[Any, Any]:
        """The visitor has chosen."""
        dealt = game_session.guess(dealt, sent(event).get("index"))
        return {ui.round: dealt, ui.game: game_session.view(views, dealt)}

    @answered
    def next_two(dealt: dict) -> dict[Any, Any]:
        """Two new pictures."""
        dealt = game_session.deal(views, dealt)
        return {ui.round: dealt, ui.game: game_session.view(views, dealt)}

    def stop(request: gr.Request) -> None:
        """Let the request end with the pictures that are there."""
        runs.stop(request)

    private = {"api_visibility": "private", "show_progress": "hidden"}
    drawing = {**private, "js": busy(CHANNEL), "concurrency_limit": 3, "concurrency_id": "sample"}
    everything = [ui.state, ui.lesson, ui.grid, ui.takeaway, *controls, *past.values(), ui.round, ui.game]
    asked = [
        ui.draw.click, ui.seed.submit, ui.count.submit, ui.label.input, ui.objects.select, ui.truncation.release,
        ui.temperature.release, ui.vary.input, ui.other.input, ui.share.release, ui.grid.submit,
    ]  # fmt: skip
    events = [
        gr.on(asked, sample, [ui.state, *controls],
              [ui.state, ui.lesson, ui.grid, ui.takeaway, ui.seed, ui.count, ui.objects, *changing.values()],
              trigger_mode="always_last", **drawing),
        ui.model.input(switch, [ui.state, ui.model, ui.seed, ui.count], everything, trigger_mode="always_last", **drawing),
    ]  # fmt: skip
    for event in events:
        undims(event, CHANNEL, **private)
    ui.game.select(guess, ui.round, [ui.round, ui.game], trigger_mode="once", **private)
    ui.game.submit(next_two, ui.round, [ui.round, ui.game], trigger_mode="once", concurrency_limit=2, **private)
    ui.grid.stop(stop, None, None, queue=False, **private)
    ui.grid.download(save, ui.state, ui.grid, concurrency_limit=2, **private)
    arrival.restores(CHANNEL, restore, everything, **private)
