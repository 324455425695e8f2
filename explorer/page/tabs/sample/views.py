"""Computes what the Sample tab shows for a state: the pictures, drawn one by one."""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from explorer import drawing, images, latent
from explorer.page.shared import conditions, opinions
from explorer.page.shared.conditions import ANY, PictureInputs
from explorer.page.shared.kinds import kind_of
from explorer.page.shared.nearest import likeness
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import uri

from . import lessons

State = dict[str, Any]
View = dict[str, Any]
BETWEEN = 0.35  # minimum seconds between two views of a request
WALK, LONGEST = 8, 120  # maximum frames of an animation, from one picture to the next and in all


class SampleViews:
    """Computes the views with the models of one studio."""

    def __init__(self, studio: Studio):
        self.studio = studio

    def drawn(self, state: State, inputs: PictureInputs) -> tuple[Tensor, dict[str, Any]]:
        """Generate a picture (channels, side, side). Returns it with the inputs that reproduce it, such as its latent or map of codes."""
        model, kind = self.studio.zoo.load(state["model"]), kind_of(self.studio, state["model"])
        drawn = drawing.draw(model, inputs.seed, inputs.weights if kind.takes_labels else None, kind.settings(state))
        return drawn.picture, drawn.inputs

    def request(self, state: State) -> Iterator[View]:
        """Generate the pictures of a state. Yields a view from time to time, and a final one without progress when all are finished."""
        shown, begun, last = [], time.perf_counter(), 0.0
        for index, inputs in enumerate(conditions.picture_inputs(self.studio, state)):
            shown.append(self._entry(state, inputs, *self.drawn(state, inputs)))
            if (spent := time.perf_counter() - begun) - last > BETWEEN and index + 1 < state["count"]:
                last = spent
                yield {"lesson": lessons.drawing(state), "grid": self._grid(state, shown, {"step": index + 1, "steps": state["count"]})}
        seconds = time.perf_counter() - begun
        for one in shown:
            one["facts"].append(["time for all", f"{1000 * seconds:.0f} ms"])
        yield {"lesson": lessons.drawn(self.studio, state), "grid": self._grid(state, shown, None)}

    def _grid(self, state: State, shown: list[dict[str, Any]], progress: Any) -> View:
        side = self.studio.zoo.load(state["model"]).image_size
        key = hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:16]
        walk = kind_of(self.studio, state["model"]).walks and state["count"] > 1
        return {"key": key, "side": side, "pictures": list(shown), "walk": walk, "progress": progress}

    def _entry(self, state: State, inputs: PictureInputs, picture: Tensor, reproducing: dict[str, Any]) -> dict[str, Any]:
        """The grid's entry for a picture: its facts, and a link to the tab that shows how it was generated."""
        model, seed = state["model"], inputs.seed
        word = "objects" if self.studio.most_classes(model) > 1 else "class"
        facts = [["seed", str(seed)], *([[word, inputs.label]] if inputs.label != ANY else [])]
        conditional = kind_of(self.studio, model).required
        link = None if state["other"] else kind_of(self.studio, model).link(state, seed, inputs.label, reproducing.get("codes"))
        (realness,) = opinions.realness(self.studio, model, picture[None], inputs.weights if conditional else None)
        if realness is not None:
            facts.append(["discriminator", f"{realness:.0%} real"])
        if probabilities := opinions.own_classes(self.studio, model, picture):
            facts.append(["its class head", ", ".join(f"{name} {probability:.0%}" for name, probability in probabilities.items())])
        found = opinions.objects(self.studio, model, picture[None], inputs.weights) if conditional else []
        for name, present in (found[0] if found else {}).items():
            facts.append([f"the judge {'finds' if present else 'misses'}", name])
        if reading := opinions.readings(self.studio, model, picture[None]):
            facts.append(["the judge reads", reading[0].label])
        near = likeness(self.studio, model, picture)
        return {
            "src": uri(picture), "alt": f"Picture drawn by {model} from seed {seed}" + (f": {inputs.label}" if inputs.label != ANY else ""),
            "title": f"seed {seed}" if state["vary"] == "seed" else inputs.label,
            "facts": [*facts, *near.facts], "link": link, "beside": near.beside,
        }  # fmt: skip

    def archive(self, state: State) -> bytes:
        """A ZIP with the pictures as PNG files, and with metadata.json, from which they can be reproduced."""
        buffer = io.BytesIO()
        about: dict[str, Any] = {
            "model": state["model"],
            "revision": self.studio.catalogue.revision(state["model"]),
            "settings": state,
            "pictures": [],
        }
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as file:
            for index, inputs in enumerate(conditions.picture_inputs(self.studio, state)):
                picture, reproducing = self.drawn(state, inputs)
                name = (
                    f"{state['model']}-{inputs.seed}.png" if state["vary"] == "seed" else f"{state['model']}-{inputs.seed}-{index:02}.png"
                )
                file.writestr(name, images.png(images.to_pil(picture)))
                about["pictures"].append({"file": name, "seed": inputs.seed, "label": inputs.label, **reproducing})
            file.writestr("metadata.json", json.dumps(about, indent=1))
        return buffer.getvalue()

    def walk(self, state: State, form: str) -> bytes:
        """An animation that goes from each picture to the next, and from the last to the first."""
        model, truncation = state["model"], state["truncation"]
        points = conditions.picture_inputs(self.studio, state)
        rows = torch.stack([self.studio.latent(model, {"seed": one.seed, "truncation": truncation}) for one in points])
        between = max(1, min(WALK, LONGEST // len(rows)))
        shares = torch.arange(between)[:, None] / between
        way = torch.cat([latent.interpolate(a, b, between + 1)[:-1] for a, b in zip(rows, rows.roll(-1, 0), strict=True)])
        labels = None
        if kind_of(self.studio, model).takes_labels:
            weights = [one.weights for one in points]
            labels = torch.cat([torch.lerp(a, b, shares) for a, b in zip(weights, weights[1:] + weights[:1], strict=True)])
        frames = self.studio.draw(model, way, labels)
        return images.animation(frames, form, frames_per_second=20, scale=max(1, 256 // frames.shape[-1]))
