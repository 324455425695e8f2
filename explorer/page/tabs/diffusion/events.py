"""What happens on the Diffusion tab: each control, picture and stroke, and the run that follows from it."""

from __future__ import annotations

import base64
import time
from types import SimpleNamespace
from typing import Any

import gradio as gr

from explorer import images
from explorer.page.shared.checks import FieldError, choice, numbers, whole
from explorer.page.shared.conditions import ANY
from explorer.page.shared.inputs import from_ink, from_picture, pickable
from explorer.page.shared.kinds import reverse_settings
from explorer.page.shared.studio import Studio
from explorer.page.shell import arrival
from explorer.page.shell.messages import answered
from explorer.page.shell.runs import Runs
from explorer.page.widgets.base import busy, came_from, sent, undims
from explorer.page.widgets.sketch import SIDE

from . import session
from . import snippets as snippets_diffusion
from .views import DiffusionViews, State, View

CHANNEL = "diffusion"
Update = dict[Any, Any]


def takeaway(studio: Studio, state: State) -> dict[str, Any]:
    """The value of the Takeaway widget."""
    return {
        "query": session.encode(studio, state),
        "file": {"label": "download settings", "name": f"{state['model']}-{state['seed']}.json",
                 "content": snippets_diffusion.settings(studio, state)},
        "codes": [
            ["over the network", snippets_diffusion.client(studio, state)],
            ["with the package", snippets_diffusion.package(studio, state)],
        ],
    }  # fmt: skip


def wire(ui: SimpleNamespace, studio: Studio, views: DiffusionViews) -> None:
    """Attach the events to the components that `diffusion_tab.build` made."""
    parts = {"lesson": ui.lesson, "stage": ui.stage, "strip": ui.strip, "curve": ui.curve, "histogram": ui.histogram}
    groups = {"reverse": [ui.reverse_group], "forward": [ui.picture_group], "edit": [ui.picture_group, ui.edit_group]}
    told = [ui.label, ui.seed, ui.sampler, ui.steps, ui.guidance]
    beside = [ui.compare, ui.other_guidance, ui.other_sampler, ui.other_seed]
    runs = Runs()

    def shown(now: State, request: gr.Request, more: Update | None = None):
        """The views of a state as they come, with more in the first; it ends early if it is stopped or something else is asked."""
        run, update = runs.begin(request, now), {ui.state: now, **(more or {})}
        for view in run.watch(views.show(now)):
            yield update | staged(view) | ({} if view["strip"] is None else settled(now))
            update = {}
        if not run.wanted:
            yield {}
        elif view["strip"] is None:
            yield staged(views.finished(now, view["frames"])) | settled(now)

    def staged(view: View) -> Update:
        return {component: view[name] for name, component in parts.items() if name in view}

    def settled(now: State) -> Update:
        return {ui.state: now, ui.takeaway: takeaway(studio, now)}

    def visible(now: State) -> Update:
        """Which controls the mode has."""
        has = groups[now["mode"]]
        backward = now["mode"] != "forward"
        return {
            **{group: gr.update(visible=group in has) for group in (ui.reverse_group, ui.picture_group, ui.edit_group)},
            ui.mode: now["mode"], ui.start: noising(now),
            ui.label: gr.update(visible=backward and bool(studio.classes(now["model"]))), ui.more: gr.update(visible=backward),
            ui.beside: gr.update(visible=now["mode"] == "reverse"), **others(now),
        }  # fmt: skip

    def noising(now: State) -> dict[str, Any]:
        """The timestep that a picture is noised to, which is the last one where a part is erased."""
        return gr.update(value=now["start"], visible=now["mode"] == "edit" and not any(now["erased"]))

    def others(now: State) -> Update:
        """The control of what the second run differs in."""
        fields = {"guidance": ui.other_guidance, "sampler": ui.other_sampler, "seed": ui.other_seed}
        return {field: gr.update(visible=now["compare"] == what) for what, field in fields.items()}

    def named(now: State) -> Update:
        """Every control, as a state has it."""
        network = studio.denoiser(now["model"])
        chosen = now["example"] if now["source"] is None else None
        return visible(now) | {
            ui.model: gr.update(value=now["model"], info=views.about(now["model"])), ui.examples: pickable(network, chosen),
            ui.drawing: gr.update(visible=network.channels == 1), ui.eraser: views.erasable(now),
            ui.label: gr.update(
                choices=[ANY, *network.classes], value=now["label"], visible=now["mode"] != "forward" and bool(network.classes)
            ),
            ui.seed: now["seed"], ui.sampler: now["sampler"], ui.steps: now["steps"], ui.guidance: now["guidance"],
            ui.compare: now["compare"], ui.other_guidance: gr.update(value=now["other_guidance"], visible=now["compare"] == "guidance"),
            ui.other_sampler: gr.update(value=now["other_sampler"], visible=now["compare"] == "sampler"),
            ui.other_seed: gr.update(value=now["other_seed"], visible=now["compare"] == "seed"),
        }  # fmt: skip

    @answered
    def draw(
        now: State, label, seed, sampler, steps, guidance, compare, other_guidance, other_sampler, other_seed, start,
        request: gr.Request, event: gr.EventData,
    ):  # fmt: skip
        """What the controls ask for; only the button draws again what is there, as a menu reports even that it was closed."""
        before, total = now, studio.denoiser(now["model"]).timesteps
        now = now | reverse_settings(studio, now["model"], label, seed, sampler, steps, guidance)
        now |= session.compared(compare, other_guidance, other_sampler, other_seed)
        now |= {"start": whole("timestep", start, 1, total)}
        if came_from(event, ui.five):
            now["count"] = session.FIVE
        elif came_from(event, ui.draw) or now["compare"] != before["compare"]:
            now["count"] = 1
        if came_from(event, ui.stage):
            now["seed"] = whole("seed", sent(event).get("seed"), 0, 10**6)
        if now == runs.asked(request, before) and not came_from(event, ui.draw):
            yield {}
            return
        yield from shown(now, request, {ui.seed: now["seed"], **others(now)})

    @answered
    def take(now: State, path: str | None, request: gr.Request, event: gr.EventData):
        """Another picture to noise."""
        network = studio.denoiser(now["model"])
        now = {**now, "source": None, "erased": []}
        if came_from(event, ui.upload):
            now["source"] = from_picture(images.read_upload(path), "your picture")
        elif came_from(event, ui.slate):
            ink = numbers("drawing", sent(event).get("ink"), SIDE * SIDE, 255.0)
            if min(ink) < 0:
                raise FieldError("drawing", min(ink), "numbers from 0 to 255")
            now["source"] = from_ink(ink, SIDE)
        else:
            now["example"] = whole("example", sent(event).get("index"), 0, len(pickable(network)["items"]) - 1)
        chosen = now["example"] if now["source"] is None else None
        yield from shown(now, request, {ui.examples: pickable(network, chosen), ui.eraser: views.erasable(now), ui.start: noising(now)})

    @answered
    def erase(now: State, request: gr.Request, event: gr.EventData):
        """A stroke of the brush: the run follows it."""
        now = {**now, "erased": session.hole(studio, now["model"], sent(event).get("erased")), "mode": "edit"}
        yield from shown(now, request, {ui.start: noising(now)})

    @answered
    def switch(now: State, model: str, request: gr.Request):
        """Another model: what can stay, stays."""
        before = now
        if choice("model", model, studio.catalogue.denoisers) == runs.asked(request, before)["model"]:  # the menu was closed
            yield {}
            return
        now = session.opening(studio, model) | {key: before[key] for key in ("mode", "sampler", "steps", "guidance", "seed", "start")}
        if studio.denoiser(model).channels == studio.denoiser(before["model"]).channels:
            now |= {"source": before["source"], "example": before["example"]}
        now["steps"] = min(now["steps"], studio.denoiser(model).timesteps)
        yield from shown(now, request, named(now))

    @answered
    def change_mode(now: State, mode: str, request: gr.Request):
        """Out of noise, into noise, or from a picture."""
        now = {**now, "mode": choice("mode", mode, session.MODES)}
        yield from shown(now, request, visible(now) | {ui.eraser: views.erasable(now)})

    def stop(request: gr.Request) -> None:
        """Let the run end where it is."""
        runs.stop(request)

    @answered
    def save(now: State, event: gr.EventData) -> Update:
        """The strip as an animation, handed to the browser."""
        form = choice("format", sent(event).get("format"), images.FORMATS)
        content = f"data:{images.MEDIA[form]};base64,{base64.b64encode(views.film(now, form)).decode()}"
        return {ui.strip: gr.update(saved={"name": f"{now['model']}-{now['seed']}.{form}", "content": content, "at": time.time()})}

    @answered
    def restore(request: gr.Request, event: gr.EventData):
        """The state in the page's address, if it carries one for this tab."""
        found = arrival.asked(event, session.SLUG)
        if found is None:
            yield {}
            return
        model = choice("model", found.get("model"), studio.catalogue.denoisers)
        now = session.decode(studio, found, len(pickable(studio.denoiser(model))["items"]))
        yield from shown(now, request, named(now))

    private = {"api_visibility": "private", "show_progress": "hidden"}
    running = {**private, "js": busy(CHANNEL), "trigger_mode": "always_last", "concurrency_limit": 3, "concurrency_id": "diffusion"}
    everything = [ui.state, *parts.values(), ui.takeaway]
    fields = [
        *told, *beside, ui.start, ui.model, ui.mode, ui.reverse_group, ui.picture_group, ui.edit_group, ui.beside, ui.more, ui.examples,
        ui.drawing, ui.eraser,
    ]  # fmt: skip
    asked = [
        ui.draw.click, ui.five.click, ui.label.input, ui.seed.submit, ui.sampler.input, ui.steps.submit,
        ui.guidance.release, ui.start.release, ui.compare.input, ui.other_guidance.release, ui.other_sampler.input, ui.other_seed.submit,
        ui.stage.submit,
    ]  # fmt: skip
    sources = [ui.upload.upload, ui.examples.select, ui.slate.submit]
    given = [ui.state, *told, *beside, ui.start]
    events = [
        gr.on(asked, draw, given, [*everything, ui.seed, *beside[1:]], **running),
        gr.on(sources, take, [ui.state, ui.upload], [*everything, ui.examples, ui.eraser, ui.start],
              **running),
        ui.eraser.submit(erase, ui.state, [*everything, ui.start], **running),
        ui.model.input(switch, [ui.state, ui.model], [*everything, *fields], **running),
        ui.mode.input(change_mode, [ui.state, ui.mode], [*everything, *fields], **running),
    ]  # fmt: skip
    for event in events:
        undims(event, CHANNEL, **private)
    ui.stage.stop(stop, None, None, queue=False, **private)
    ui.strip.download(save, ui.state, ui.strip, concurrency_limit=2, **private)
    arrival.restores(CHANNEL, restore, [*everything, *fields], **private)
