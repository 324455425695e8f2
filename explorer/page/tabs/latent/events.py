"""What happens on the Latent space tab: each control, slot, bar and frame, and what it changes.

Every callback checks what came in, returns a new state with the view that belongs to it, and leaves the page as it was if something is
wrong. A newer request replaces an older one.
"""

from __future__ import annotations

import base64
import time
from types import SimpleNamespace
from typing import Any

import gradio as gr

from explorer import images
from explorer.inversion import OPTIMIZERS
from explorer.page.shared.checks import FieldError, choice, number, places, whole
from explorer.page.shared.examples import PHOTOS
from explorer.page.shared.inputs import example, from_picture, own_examples
from explorer.page.shared.studio import SEEDS, TRUNCATION, Studio
from explorer.page.shell import arrival
from explorer.page.shell.messages import answered
from explorer.page.shell.runs import Runs
from explorer.page.widgets.base import busy, came_from, sent, undims

from . import files as keepsake
from . import session
from .fitting import HIDDEN, fit_options, mask_of, unperceived
from .views import State, View, Views, pick

Update = dict[Any, Any]


def wire(ui: SimpleNamespace, studio: Studio, views: Views) -> None:
    """Attach the events to the components that `latent_space.build` made."""
    parts = {"lesson": ui.lesson, "stage": ui.stage, "coordinates": ui.coordinates, "strip": ui.strip, "curve": ui.curve}
    settings = [ui.mode, ui.path, ui.frames, ui.kind, ui.numbers, ui.direction, ui.reach, ui.truncation]
    shown = [ui.state, *parts.values(), ui.slots, ui.takeaway]
    grouped = [
        ui.fit_group,
        ui.morph_group,
        ui.sweep_group,
        ui.again,
        ui.share,
        ui.leave,
        ui.leaving,
        ui.mode,
        ui.kind,
        ui.numbers,
        ui.direction,
    ]

    def staged(now: State, view: View) -> Update:
        return {ui.state: now, **{part: view[name] for name, part in parts.items()}}

    def held(now: State) -> Update:
        return {ui.slots: views.slots(now), ui.takeaway: keepsake.takeaway(studio, now)}

    def drawn(now: State) -> Update:
        """Everything that a state shows, and the controls that belong to it."""
        now, view = {"fit": views.draw, "morph": views.morph, "sweep": views.sweep}[now["mode"]](now)
        return staged(now, view) | held(now) | {
            **{group: gr.update(visible=now["mode"] == name) for name, group in zip(session.MODES, grouped, strict=False)},
            **fitting(now), ui.mode: now["mode"], ui.kind: now["kind"],
            ui.numbers: gr.update(visible=now["kind"] == "coordinate", value=", ".join(map(str, now["places"]))),
            ui.direction: gr.update(visible=now["kind"] == "direction"),
        }  # fmt: skip

    def fitting(now: State) -> Update:
        """What can be done about a fit: again, with a part left out, nearer to the photo or to the model."""
        spec, there = now[now["active"]], now["target"] is not None
        share = gr.update(visible=spec.get("beyond") is not None, value=spec.get("share", 1.0))
        leaving = {} if now["hidden"] else {ui.leaving: gr.update(visible=False)}
        return {ui.again: gr.update(visible=there), ui.leave: gr.update(visible=there and not now["hidden"]), ui.share: share, **leaving}

    def named(now: State) -> Update:
        return {ui.model: gr.update(value=now["model"], info=studio.blurb(now["model"])), ui.examples: own_examples(studio, now["model"])}

    def read(now: State, mode, path, frames, kind, numbers, direction, reach, truncation) -> State:
        """The state with the controls' values in it, each checked."""
        size = studio.model(now["model"]).latent_size
        limit = number("truncation", truncation, *TRUNCATION)
        return now | {
            "mode": choice("mode", mode, session.MODES), "path": choice("path", path, session.PATHS),
            "frames": whole("frames", frames, *session.FRAMES), "kind": choice("kind of sweep", kind, session.KINDS),
            "places": places("numbers to sweep", numbers, size) if kind == "coordinate" else now["places"],
            "direction": whole("direction", direction, 1, min(session.DIRECTIONS, size)),
            "reach": number("range", reach, *session.REACH), "truncation": None if limit == TRUNCATION[1] else limit,
        }  # fmt: skip

    runs = Runs()

    @answered
    def change(
        now: State, share, mode, path, frames, kind, numbers, direction, reach, truncation, request: gr.Request, event: gr.EventData
    ) -> Update:
        """What a control, a slot or a bar asks for."""
        runs.drop(request)
        past, data = now, sent(event)
        now = read(now, mode, path, frames, kind, numbers, direction, reach, truncation)
        if came_from(event, ui.truncation):
            now |= {slot: now[slot] | {"truncation": now["truncation"]} for slot in "ab" if now[slot].get("latent") is None}
        elif came_from(event, ui.slots) and "slot" in data:
            now |= {"active": choice("slot", data["slot"], ("a", "b"))}
        elif came_from(event, ui.slots):
            fresh = {slot: whole(f"seed of {slot.upper()}", data[slot], 0, SEEDS) for slot in "ab" if slot in data}
            now |= {slot: {"seed": seed, "truncation": now["truncation"]} for slot, seed in fresh.items()}
            now |= {"active": next(iter(fresh))} if len(fresh) == 1 else {}
        elif came_from(event, ui.share) and now[now["active"]].get("beyond") is not None:
            now |= {now["active"]: now[now["active"]] | {"share": number("faithful to", share, 0, 1)}}
        elif came_from(event, ui.coordinates):
            size = studio.model(now["model"]).latent_size
            index = whole("number to sweep", data.get("index"), 0, size - 1)
            others = [place for place in past["places"] if place != index] if data.get("add") is True and past["mode"] == "sweep" else []
            now |= {"mode": "sweep", "kind": "coordinate", "places": places("numbers to sweep", [*others, index], size)}
        return drawn(now)

    @answered
    def switch(now: State, model: str, request: gr.Request) -> Update:
        """Another model: seeds that a visitor chose stay; a fitted latent, and a seed that its model opens with, give way to its own."""
        if choice("model", model, studio.catalogue.unconditional) == runs.asked(request, now)["model"]:  # the menu was closed
            return {}
        runs.drop(request)
        opened = zip("ab", studio.catalogue.facts(now["model"]).good_seeds, studio.catalogue.facts(model).good_seeds, strict=False)
        gone = {slot: own for slot, old, own in opened if now[slot].get("latent") is not None or now[slot].get("seed") == old}
        now = now | {slot: {"seed": own, "truncation": now["truncation"]} for slot, own in gone.items()}
        now |= {"model": model, "places": [studio.strongest(model)]}
        return drawn(now) | named(now)

    @answered
    def restore(event: gr.EventData) -> Update:
        """The state in the page's address, if it carries one."""
        if arrival.asked(event, session.SLUG) is None:
            return {}
        now = session.decode(arrival.query(event), studio)
        return drawn(now) | named(now) | {
            ui.path: now["path"], ui.frames: now["frames"], ui.reach: now["reach"], ui.truncation: now["truncation"] or TRUNCATION[1],
            ui.direction: gr.update(value=now["direction"], visible=now["kind"] == "direction"),
        }  # fmt: skip

    @answered
    def keep(now: State, event: gr.EventData) -> Update:
        """The clicked frame goes into the slot in work; the strip stays, so that another can be tried."""
        if not now["strip"]:
            raise FieldError("strip", None, "one that is on the page (reload the page)")
        now = pick(now, whole("frame", sent(event).get("index"), 0, len(now["strip"]) - 1))
        return {ui.state: now} | held(now)

    @answered
    def save(now: State, event: gr.EventData) -> Update:
        """The strip as an animation, handed to the browser."""
        form = choice("format", sent(event).get("format"), images.FORMATS)
        content = f"data:{images.MEDIA[form]};base64,{base64.b64encode(views.film(now, form)).decode()}"
        return {ui.strip: gr.update(saved={"name": f"{now['model']}-{now['mode']}.{form}", "content": content, "at": time.time()})}

    @answered
    def open_latent(now: State, path: str, request: gr.Request) -> Update:
        """A saved latent goes into the slot in work."""
        runs.drop(request)
        model, spec = keepsake.read(studio, path)
        if model != now["model"]:
            seeds = studio.catalogue.facts(model).good_seeds
            now = now | {"a": {"seed": seeds[0]}, "b": {"seed": seeds[1]}, "places": [studio.strongest(model)]}
        now = now | {"model": model, "mode": "fit", now["active"]: spec}
        return drawn(now) | named(now)

    @answered
    def fit(now: State, path, optimizer, steps, restarts, rate, perceptual, seed, space, request: gr.Request, event: gr.EventData):
        """Search for a picture's latent and tell how it goes."""
        options = fit_options(optimizer, steps, restarts, rate, perceptual, seed, space)
        selected = None
        if came_from(event, ui.examples):
            selected = whole("example", sent(event).get("index"), 0, len(PHOTOS))
            now = now | {"target": example(studio, now["model"], selected), "hidden": None}
        elif came_from(event, ui.upload):
            now = now | {"target": from_picture(images.read_upload(path), "your photo"), "hidden": None}
        elif now["target"] is None:
            raise FieldError("picture", None, "a photo of yours or one of the examples")
        if came_from(event, ui.eraser):
            now = now | {"hidden": sent(event).get("erased")}
        unperceived(options, mask_of(now["hidden"], studio.model(now["model"]).image_size))
        now = now | {"mode": "fit"}
        run = runs.begin(request, now)
        same = came_from(event, ui.again) or came_from(event, ui.eraser)
        gallery = gr.skip() if same else own_examples(studio, now["model"], selected)
        for after, view in run.watch(views.fit(now, options)):
            if view["stage"]["progress"]["step"] == 0:
                hidden = (ui.again, ui.share, ui.leave, *(() if after["hidden"] else (ui.leaving,)))
                shown_again = {ui.eraser: erasable(after)} if after["hidden"] else {}
                yield staged(after, view) | {ui.examples: gallery, **shown_again} | {part: gr.update(visible=False) for part in hidden}
            else:
                yield {ui.state: after, ui.stage: view["stage"], ui.curve: view["curve"]}
        if not run.wanted:
            yield {}
        else:
            yield staged(after, views.fitted(after, view)) | held(after) | fitting(after)

    def brush(now: State) -> Update:
        """The target, to be brushed over where it should not count."""
        return {ui.leave: gr.update(visible=False), ui.leaving: gr.update(visible=True), ui.eraser: erasable(now)}

    def stop(request: gr.Request) -> None:
        """Let the running search end with what it has."""
        runs.stop(request)

    @answered
    def defaults(optimizer: str) -> Update:
        """An optimiser's own steps, restarts and rate."""
        own = OPTIMIZERS[choice("optimiser", optimizer, list(OPTIMIZERS))]
        rate = gr.update(value=own.learning_rate, visible=own.learning_rate is not None)
        return {ui.steps: own.steps, ui.restarts: own.restarts, ui.rate: rate}

    private = {"api_visibility": "private", "show_progress": "hidden"}
    drawing = {**private, "js": busy("latent"), "trigger_mode": "always_last", "concurrency_limit": 4, "concurrency_id": "draw"}
    asked = [
        ui.mode.input, ui.path.input, ui.frames.input, ui.kind.input, ui.numbers.submit, ui.direction.input, ui.reach.input,
        ui.truncation.input, ui.share.input, ui.morph.click, ui.sweep.click, ui.slots.submit, ui.slots.select, ui.coordinates.select,
    ]  # fmt: skip
    events = [
        gr.on(asked, change, [ui.state, ui.share, *settings], [*shown, *grouped], **drawing),
        ui.model.input(switch, [ui.state, ui.model], [*shown, *grouped, ui.model, ui.examples], **drawing),
        ui.opened.upload(open_latent, [ui.state, ui.opened], [*shown, *grouped, ui.model, ui.examples], **drawing),
        gr.on(
            [ui.examples.select, ui.upload.upload, ui.again.click, ui.eraser.submit], fit,
            [ui.state, ui.upload, ui.optimizer, ui.steps, ui.restarts, ui.rate, ui.perceptual, ui.fit_seed, ui.space],
            [*shown, ui.examples, ui.again, ui.share, ui.leave, ui.leaving, ui.eraser],
            js=busy("latent"), trigger_mode="multiple", concurrency_limit=3, concurrency_id="fit", **private,
        ),
    ]  # fmt: skip
    for event in events:
        undims(event, "latent", **private)
    ui.strip.select(keep, ui.state, [ui.state, ui.slots, ui.takeaway], trigger_mode="always_last", **private)
    ui.strip.download(save, ui.state, ui.strip, concurrency_limit=2, **private)
    ui.leave.click(brush, ui.state, [ui.leave, ui.leaving, ui.eraser], **private)
    ui.stage.stop(stop, None, None, queue=False, **private)
    ui.optimizer.change(defaults, ui.optimizer, [ui.steps, ui.restarts, ui.rate], **private)
    arrival.restores("latent", restore, [*shown, *grouped, ui.model, ui.examples, ui.path, ui.frames, ui.reach, ui.truncation], **private)


def erasable(now: State) -> dict[str, Any]:
    """The value of the Eraser: the target, to be brushed over where it should not count."""
    target, alt = now["target"], f"{now['target']['name']}: brush over what should not count"
    return {"src": f"data:image/png;base64,{target['png']}", "side": HIDDEN, "alt": alt, "erased": now["hidden"]}
