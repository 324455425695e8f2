"""Computes what the Latent space tab shows for a state: draws the pictures and returns the values of the widgets.

A view is a dictionary {widget name: value} with the keys "lesson", "stage", "coordinates", "strip" and "curve". Most methods return it
together with the updated state.
"""

from __future__ import annotations

import time
from typing import Any

import torch
from torch import Tensor

from explorer import extended, images, latent
from explorer.page.shared.checks import FieldError
from explorer.page.shared.lesson import lesson
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import uri

from . import lessons
from .fit_views import FitViews, State, View, frame_spec, rounded

SEEDS_SHOWN = 12  # the number of pictures in the strip "Other seeds"


def name_of(spec: dict[str, Any]) -> str:
    """A short description of a spec (the latent in a slot): its seed, or where it comes from and its PSNR."""
    if spec.get("latent") is None:
        return f"seed {spec['seed']}"
    name = str(spec.get("source", "latent"))
    if spec.get("share", 1.0) < 1:  # without its PSNR, which holds for a share of 1
        return f"{name}, {spec['share']:.0%} of the added numbers"
    return name + (f", {spec['psnr']:.1f} dB" if spec.get("psnr") is not None else "")


def added(spec: dict[str, Any], size: int | None) -> str:
    """The share of a spec as text. `size` is how many numbers can be added after the first layers."""
    return f"{spec.get('share', 1.0):.0%} of {size:,} numbers"


def pick(state: State, index: int) -> State:
    """Put frame `index` of the strip into the active slot and return the new state."""
    return state | {state["active"]: state["strip"][index]}


class Views(FitViews):
    """Computes the views with the models of one studio."""

    def __init__(self, studio: Studio):
        self.studio = studio
        self._seeds: dict[tuple[str, int], tuple[Tensor, str]] = {}

    def _picture(self, model: str, spec: dict[str, Any], role: str = "current", title: str | None = None) -> dict[str, Any]:
        side = self.studio.model(model).image_size
        image = self.studio.draw(model, self.studio.latent(model, spec)[None], beyond=[self.studio.beyond(model, spec)])[0]
        name = name_of(spec)
        return {
            "role": role, "src": uri(image), "side": side, "title": name if title is None else title, "note": f"{side} px",
            "alt": f"Picture drawn by {model} from {name}",
        }  # fmt: skip

    def _facts(self, model: str, spec: dict[str, Any], z: Tensor, seconds: float | None = None) -> list[list[str]]:
        facts = [["seed", str(spec["seed"])]] if spec.get("seed") is not None else []
        facts += [["PSNR", f"{spec['psnr']:.1f} dB"]] if spec.get("psnr") is not None and spec.get("share", 1.0) == 1 else []
        facts += [["time", f"{seconds * 1000:.0f} ms"]] if seconds is not None else []
        facts += [["added after the first layers", added(spec, self.studio.extended_size(model))]] if spec.get("beyond") else []
        return [*facts, ["norm of z", self.studio.norm(z)]]

    def strip(self, model: str, specs: list[dict[str, Any]]) -> tuple[Tensor, Tensor]:
        """Draw the pictures of a strip, each with what its spec adds after the first layers.

        Returns:
            The pictures (frames, 3, side, side) and their latents (frames, latent size).
        """
        latents = torch.stack([self.studio.latent(model, spec) for spec in specs])
        return self.studio.draw(model, latents, beyond=[self.studio.beyond(model, spec) for spec in specs]), latents

    def film(self, state: State, form: str) -> bytes:
        """The strip as an animation in one of `images.FORMATS`.

        Raises:
            FieldError: if the state has no strip.
        """
        if not state["strip"]:
            raise FieldError("strip", None, "one that is on the page (reload the page)")
        frames, _ = self.strip(state["model"], state["strip"])
        return images.animation(frames, form, frames_per_second=12, scale=max(1, 256 // frames.shape[-1]))

    def _frames(self, model: str, specs: list[dict[str, Any]], labels: list[str], facts: list[list[list[str]]]) -> list[dict[str, Any]]:
        pictures, latents = self.strip(model, specs)
        return [
            {"src": uri(image), "label": label, "title": label, "note": f"{image.shape[-1]} px", "z": rounded(z), "facts": picture_facts,
             "alt": f"Picture drawn by {model}, {label}"}
            for image, z, label, picture_facts in zip(pictures, latents, labels, facts, strict=True)
        ]  # fmt: skip

    def slots(self, state: State) -> View:
        """The value of the Slots widget: both slots, the active one, and which of them get a new seed when the visitor presses R."""
        pictures = {slot: self._picture(state["model"], state[slot]) | {"seed": _seed(state[slot])} for slot in ("a", "b")}
        return {"active": state["active"], "rolls": "both" if state["mode"] == "morph" else "active", **pictures}

    def draw(self, state: State) -> tuple[State, View]:
        """Draw the active slot's picture and latent, and a strip of pictures from other seeds."""
        model, spec = state["model"], state[state["active"]]
        z = self.studio.latent(model, spec)
        start = time.perf_counter()
        picture = self._picture(model, spec)
        seconds = time.perf_counter() - start
        other_specs = [{"seed": seed, "truncation": state["truncation"]} for seed in self._other_seeds(state)]
        specs = [spec, *other_specs][:SEEDS_SHOWN]
        latents = torch.stack([self.studio.latent(model, strip_spec) for strip_spec in specs])
        facts = [self._facts(model, strip_spec, row) for strip_spec, row in zip(specs, latents, strict=True)]
        facts[0] = self._facts(model, spec, z, seconds)
        frames = self._frames(model, specs, [name_of(strip_spec) for strip_spec in specs], facts)
        text = lessons.kept(spec) if spec.get("latent") is not None else lessons.drawn(z.numel())
        return state | {"strip": specs}, {
            "lesson": lesson(text),
            "stage": {"columns": "one", "pictures": [picture], "facts": facts[0], "progress": None},
            "coordinates": self._bars(z, []),
            "strip": {
                "title": "Other seeds",
                "side": picture["side"],
                "frames": frames,
                "selected": 0,
                "pick": "click one to work with it",
            },
            "curve": None,
        }

    def _other_seeds(self, state: State) -> list[int]:
        current = _seed(state[state["active"]])
        good = [seed for seed in self.studio.catalogue.facts(state["model"]).good_seeds if seed != current]
        further = [seed for seed in range(100, 100 + SEEDS_SHOWN) if seed != current and seed not in good]
        return (good + further)[:SEEDS_SHOWN]

    def _bars(self, z: Tensor, selected: list[int]) -> View:
        return {"z": rounded(z), "selected": selected, "title": f"{z.numel()} numbers", "note": "up: positive, down: negative"}

    def morph(self, state: State) -> tuple[State, View]:
        """Interpolate between the latents in slots A and B."""
        model, count = state["model"], state["frames"]
        ends = [self.studio.latent(model, state[slot]) for slot in ("a", "b")]
        start = time.perf_counter()
        walk = latent.interpolate(*ends, count, state["path"])
        additions = extended.between(*(self.studio.beyond(model, state[slot]) for slot in ("a", "b")), count)
        share = [i / (count - 1) for i in range(count)]
        labels = ["A", *(f"{place:.0%} of the way to B" for place in share[1:-1]), "B"]
        facts = [
            [["A", name_of(state["a"])], ["B", name_of(state["b"])], ["path", state["path"]], ["norm of z", self.studio.norm(z)]]
            for z in walk
        ]
        suffix = f"({name_of(state['a'])} to {name_of(state['b'])})"
        specs = [frame_spec(z, f"{label} {suffix}", addition) for z, label, addition in zip(walk, labels, additions, strict=True)]
        specs[0], specs[-1] = state["a"], state["b"]
        frames = self._frames(model, specs, labels, facts)
        seconds = time.perf_counter() - start
        for frame_facts in facts:
            frame_facts.append(["time", f"{seconds * 1000:.0f} ms"])
        middle = count // 2
        side = self.studio.model(model).image_size
        end = {"side": side, "note": ""}
        pictures = [
            frames[0] | end | {"role": "start", "title": f"A: {name_of(state['a'])}"},
            frames[middle] | {"role": "current", "side": side},
            frames[-1] | end | {"role": "end", "title": f"B: {name_of(state['b'])}"},
        ]
        return state | {"strip": specs}, {
            "lesson": lesson(lessons.morphing(state["path"], additions[0] is not None)),
            "stage": {"columns": "wide-middle", "pictures": pictures, "facts": facts[middle], "progress": None},
            "coordinates": None,
            "strip": {"title": "From A to B", "side": side, "frames": frames, "selected": middle, "film": True},
            "curve": None,
        }

    def sweep(self, state: State) -> tuple[State, View]:
        """Vary one coordinate, several coordinates or a principal direction of the active slot's latent over a range."""
        model, spec, reach = state["model"], state[state["active"]], state["reach"]
        z = self.studio.latent(model, spec)
        values = torch.linspace(-reach, reach, state["frames"])
        if state["kind"] == "direction":
            directions = self.studio.directions(model, state["direction"])
            total = self.studio.directions(model, z.numel()).variances.sum()
            text = lessons.swept_direction(state["direction"], (directions.variances[-1] / total).item())
            rows, name, indices = latent.sweep(z, directions.vectors[-1], values), f"direction {state['direction']}", []
        elif len(indices := state["places"]) == 1:
            text, name = lessons.sweeping(indices, z.numel()), f"number {indices[0]}"
            rows = latent.sweep(z, indices[0], values)
        else:
            text, name = lessons.sweeping(indices, z.numel()), "numbers " + ", ".join(map(str, indices))
            rows = latent.sweep(z, torch.zeros(z.numel()).index_fill(0, torch.tensor(indices), 1.0), values)
        labels = [f"{name} {'at' if len(indices) == 1 else 'moved by'} {value:+.2f}".replace("-", "−") for value in values.tolist()]
        facts = [
            [["from", name_of(spec)], ["sweep", label], ["norm of z", self.studio.norm(row)]]
            for label, row in zip(labels, rows, strict=True)
        ]
        specs = [frame_spec(row, label) | _kept(spec) for row, label in zip(rows, labels, strict=True)]
        frames = self._frames(model, specs, labels, facts)
        current = z[indices[0]].item() if len(indices) == 1 else 0.0
        nearest = (values - current).abs().argmin().item()
        side = self.studio.model(model).image_size
        return state | {"strip": specs}, {
            "lesson": lesson(text),
            "stage": {
                "columns": "one", "progress": None, "facts": facts[nearest],
                "pictures": [frames[nearest] | {"role": "current", "side": side}],
            },
            "coordinates": self._bars(z, list(indices)),
            "strip": {
                "title": f"Sweep of {name}", "side": side, "frames": frames, "selected": nearest, "film": True,
                "pick": "click a frame to keep it",
            },
            "curve": None,
        }  # fmt: skip


def _seed(spec: dict[str, Any]) -> int | None:
    return spec.get("seed") if spec.get("latent") is None else None


def _kept(spec: dict[str, Any]) -> dict[str, Any]:
    """The entries of a spec that stay the same when its latent changes: what is added after the first layers, and its share."""
    return {key: spec[key] for key in ("beyond", "share") if key in spec}
