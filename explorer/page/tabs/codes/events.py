"""What happens on the VQ codes tab: each control, cell, code and stroke, and what it changes.

Every callback checks what came in, returns a new state with the view that belongs to it, and leaves the page as it was if something is
wrong.
"""

from __future__ import annotations

import base64
import time
from types import SimpleNamespace
from typing import Any

import gradio as gr
import torch

from explorer import images
from explorer.page.shared.checks import FieldError, choice, numbers, whole
from explorer.page.shared.conditions import ANY
from explorer.page.shared.inputs import from_ink, from_picture, pickable, picked
from explorer.page.shared.kinds import prior_settings
from explorer.page.shared.studio import Studio
from explorer.page.shell import arrival
from explorer.page.shell.messages import answered
from explorer.page.shell.runs import Runs
from explorer.page.widgets.base import busy, came_from, sent, undims
from explorer.page.widgets.sketch import SIDE

from . import lessons, session
from . import snippets as snippets_codes
from .files import read, write
from .views import CodeViews, State, View

CHANNEL = "codes"
Update = dict[Any, Any]


def takeaway(studio: Studio, state: State) -> dict[str, Any]:
    """The value of the Takeaway widget."""
    return {
        "query": session.encode(studio, state),
        "file": {"label": "download codes", "name": f"{state['model']}-codes.json", "content": write(studio, state)},
        "codes": [
            *([] if session.erased(state) else [["over the network", snippets_codes.client(studio, state)]]),
            ["with the package", snippets_codes.package(studio, state)],
        ],
    }


def wire(ui: SimpleNamespace, studio: Studio, views: CodeViews) -> None:
    """Attach the events to the components that `codes_tab.build` made."""
    parts = {"lesson": ui.lesson, "map": ui.map, "stage": ui.stage, "chances": ui.chances, "strip": ui.strip}
    shown = [ui.state, *parts.values(), ui.takeaway]
    groups = {"edit": ui.edit_group, "fill": ui.fill_group, "mix": ui.mix_group}
    told = [ui.label, ui.seed, ui.temperature, ui.top]
    runs = Runs()

    def staged(pair: tuple[State, View]) -> Update:
        now, view = pair
        return {ui.state: now, **{part: view[name] for name, part in parts.items()}}

    def settled(pair: tuple[State, View]) -> Update:
        now = pair[0]
        return staged(pair) | {
            ui.takeaway: takeaway(studio, now), ui.undo: gr.update(interactive=bool(now["history"])), ui.mode: now["mode"],
            **{group: gr.update(visible=name == now["mode"]) for name, group in groups.items()},
        }  # fmt: skip

    def named(now: State) -> Update:
        """The controls that depend on the model."""
        network = studio.coder(now["model"])
        return {
            ui.model: gr.update(value=now["model"], info=studio.blurb(now["model"])), ui.codebook: book(now),
            ui.examples: pickable(network), ui.seconds: pickable(network), ui.slate: gr.update(visible=network.channels == 1),
            ui.label: gr.update(choices=[ANY, *network.classes], value=now["label"], visible=bool(network.classes)), ui.seed: now["seed"],
            ui.temperature: now["temperature"], ui.top: now["top"],
        }  # fmt: skip

    def book(now: State) -> dict[str, Any]:
        return views.codebook(now["model"]).value()

    def source_of(event: gr.EventData, now: State, path: str | None) -> dict[str, str]:
        """The picture that an upload, an example or the slate means."""
        if came_from(event, ui.upload) or came_from(event, ui.second_upload):
            return from_picture(images.read_upload(path), "your picture")
        if came_from(event, ui.slate):
            ink = numbers("drawing", sent(event).get("ink"), SIDE * SIDE, 255.0)
            if min(ink) < 0:
                raise FieldError("drawing", min(ink), "numbers from 0 to 255")
            return from_ink(ink, SIDE)
        return picked(studio.coder(now["model"]), sent(event).get("index"))

    def ready(now: State) -> State:
        """The state with what its mode needs: a second picture to mix in, and the codes that a cell goes back to."""
        if now["mode"] == "mix" and now["second"] is None:
            now = {**now, "second": picked(studio.coder(now["model"]), 1)}
        whole_map = not session.erased(now)
        return {**now, "encoded": now["codes"], "painted": []} if whole_map and (now["mode"] != "edit" or now["encoded"] is None) else now

    @answered
    def take(now: State, path: str | None, request: gr.Request, event: gr.EventData) -> Update:
        """Another picture into the map."""
        runs.drop(request)
        chosen = whole("example", sent(event).get("index"), 0, 99) if came_from(event, ui.examples) else None
        now = views.encoded(now, source_of(event, now, path))
        return settled(views.show(now)) | {ui.examples: pickable(studio.coder(now["model"]), chosen)}

    @answered
    def take_second(now: State, path: str | None, request: gr.Request, event: gr.EventData) -> Update:
        """A picture to mix in; what was painted stays painted."""
        runs.drop(request)
        chosen = whole("example", sent(event).get("index"), 0, 99) if came_from(event, ui.seconds) else None
        painted = now["painted"] or _middle(studio.coder(now["model"]).map_size)
        now = {**now, "second": source_of(event, now, path), "mode": "mix"}
        return settled(views.paint(now, painted)) | {ui.seconds: pickable(studio.coder(now["model"]), chosen)}

    @answered
    def switch(now: State, model: str, request: gr.Request) -> Update:
        """Another model: the picture stays and is encoded anew; a map without a picture gives way to the model's first example."""
        if choice("model", model, studio.catalogue.coders) == runs.asked(request, now)["model"]:  # the menu was closed
            return {}
        runs.drop(request)
        before, now = now, {**session.opening(studio, model), "mode": now["mode"]}
        alike = studio.coder(model).channels == studio.coder(before["model"]).channels
        source = before["source"] if before["source"] is not None and alike else picked(studio.coder(model), 0)
        now = ready(views.encoded(now | {"second": before["second"] if alike else None}, source))
        return settled(views.show({**now, "history": []})) | named(now)

    @answered
    def change_mode(now: State, mode: str, request: gr.Request) -> Update:
        """Edit, fill or mix: what is on the map stays, and is what strokes start from."""
        runs.drop(request)
        return settled(views.show(ready({**now, "mode": choice("mode", mode, session.MODES), "painted": []})))

    @answered
    def swap(now: State, request: gr.Request, event: gr.EventData) -> Update:
        """The map with a code put into the chosen cell."""
        runs.drop(request)
        if now["mode"] != "edit":
            raise FieldError("mode", now["mode"], "edit, to change a code")
        size = studio.coder(now["model"]).map_size
        wanted = session.grid(studio, now["model"], sent(event).get("codes"), erased=True).flatten().tolist()
        cell = whole("cell", sent(event).get("cell"), 0, size * size - 1)
        others = [new if i != cell else old for i, (new, old) in enumerate(zip(wanted, now["codes"], strict=True))]
        if others != now["codes"]:  # swaps that came too fast to be sent one by one
            now = session.remember(now, codes=others)
        now, view = views.swap(now, cell, wanted[cell])
        return {
            ui.state: now, ui.lesson: view["lesson"], ui.map: view["map"], ui.stage: view["stage"], ui.takeaway: takeaway(studio, now),
            ui.undo: gr.update(interactive=bool(now["history"])),
        }  # fmt: skip

    @answered
    def paint(now: State, request: gr.Request, event: gr.EventData) -> Update:
        """A stroke over the map."""
        runs.drop(request)
        if now["mode"] == "edit":
            raise FieldError("mode", now["mode"], "fill or mix, to paint cells")
        cells = sent(event).get("painted")
        size = studio.coder(now["model"]).map_size ** 2
        if not isinstance(cells, list) or len(cells) > size:
            raise FieldError("painted cells", cells, f"a list of at most {size} cells")
        return settled(views.paint(now, sorted({whole("painted cell", cell, 0, size - 1) for cell in cells})))

    @answered
    def undo(now: State, request: gr.Request) -> Update:
        """The map before, with the picture that it belongs to."""
        runs.drop(request)
        if not now["history"]:
            raise FieldError("undo", None, "a change that can be undone")
        now = session.undo(now)
        return settled(views.show(now, lessons.undone(len(now["history"]))))

    @answered
    def fill(now: State, label, seed, temperature, top, request: gr.Request, event: gr.EventData):
        """The prior fills what is erased, or what it has filled before, or writes a whole map."""
        now = {**now, **prior_settings(studio, now["model"], label, seed, temperature, top), "mode": "fill"}
        if came_from(event, ui.write):
            now = session.remember(now, codes=[-1] * len(now["codes"]), source=None, encoded=None, painted=[])
        elif not session.erased(now):
            if not now["filled"]:
                raise FieldError("erased cells", 0, "at least one: drag over the map first")
            now = {**now, "codes": [-1 if cell in now["filled"] else code for cell, code in enumerate(now["codes"])]}
        run, start, last = runs.begin(request, now), now, None
        for pair in run.watch(views.fill(now, now["label"])):
            if last is not None:
                yield {ui.state: last[0], **{parts[name]: last[1][name] for name in ("lesson", "map", "stage", "chances")}}
            last = pair
        if not run.wanted:
            yield {}
            return
        after, view = last
        if view["strip"] is None:  # stopped: the rest stays erased
            after, still = views.show(after)
            view = {**still, "lesson": view["lesson"]}
        yield settled((session.remember(start, **{key: after[key] for key in ("codes", "encoded", "painted", "filled", "strip")}), view))

    def stop(request: gr.Request) -> None:
        """Let the prior stop after this cell."""
        runs.stop(request)

    @answered
    def save(now: State, event: gr.EventData) -> Update:
        """The filling as an animation, handed to the browser."""
        form = choice("format", sent(event).get("format"), images.FORMATS)
        if not now["strip"]:
            raise FieldError("strip", None, "one that is on the page (let the prior fill cells first)")
        frames = torch.stack([views.decode(now["model"], flat) for flat in now["strip"]])
        film = images.animation(frames, form, frames_per_second=12, scale=256 // frames.shape[-1])
        content = f"data:{images.MEDIA[form]};base64,{base64.b64encode(film).decode()}"
        return {ui.strip: gr.update(saved={"name": f"{now['model']}-filled.{form}", "content": content, "at": time.time()})}

    @answered
    def open_codes(path: str, request: gr.Request) -> Update:
        """A saved map."""
        runs.drop(request)
        model, flat = read(studio, path)
        now = ready({**session.opening(studio, model), "codes": flat, "mode": "fill" if min(flat) < 0 else "edit"})
        return settled(views.show(now)) | named(now)

    @answered
    def restore(event: gr.EventData) -> Update:
        """The state in the page's address, if it carries one for this tab."""
        found = arrival.asked(event, session.SLUG)
        if found is None:
            return {}
        now = ready(session.decode(studio, found))
        return settled(views.show(now)) | named(now)

    private = {"api_visibility": "private", "show_progress": "hidden"}
    quick = {**private, "queue": False}
    drawing = {**private, "js": busy(CHANNEL), "trigger_mode": "always_last", "concurrency_limit": 4, "concurrency_id": "draw"}
    everything = [*shown, ui.undo, ui.mode, *groups.values()]
    controls = [ui.model, ui.codebook, ui.examples, ui.seconds, ui.slate, ui.label, ui.seed, ui.temperature, ui.top]
    sources = [ui.upload.upload, ui.examples.select, ui.slate.submit]
    events = [
        gr.on(sources, take, [ui.state, ui.upload], [*everything, ui.examples], **drawing),
        gr.on(
            [ui.second_upload.upload, ui.seconds.select], take_second, [ui.state, ui.second_upload], [*everything, ui.seconds], **drawing
        ),
        ui.model.input(switch, [ui.state, ui.model], [*everything, *controls], **drawing),
        ui.mode.input(change_mode, [ui.state, ui.mode], everything, **drawing),
        ui.opened.upload(open_codes, ui.opened, [*everything, *controls], **drawing),
        gr.on(
            [ui.fill.click, ui.write.click], fill, [ui.state, *told], everything,
            js=busy(CHANNEL), trigger_mode="once", concurrency_limit=3, concurrency_id="fit", **private,
        ),
    ]  # fmt: skip
    for event in events:
        undims(event, CHANNEL, **private)
    swapped = [ui.state, ui.lesson, ui.map, ui.stage, ui.takeaway, ui.undo]
    ui.map.submit(swap, ui.state, swapped, trigger_mode="always_last", **quick)
    ui.map.select(paint, ui.state, everything, trigger_mode="always_last", **quick)
    ui.undo.click(undo, ui.state, everything, trigger_mode="always_last", **quick)
    ui.stage.stop(stop, None, None, **quick)
    ui.strip.download(save, ui.state, ui.strip, concurrency_limit=2, **private)
    arrival.restores(CHANNEL, restore, [*everything, *controls], **private)


def _middle(side: int) -> list[int]:
    """The right half of a map: what is mixed in before anything was painted."""
    return [row * side + column for row in range(side) for column in range(side // 2 + 1, side)]
