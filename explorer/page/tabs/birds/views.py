"""Computes what the Text to bird tab shows for a state: the birds, drawn one by one, each with the judge's predictions."""

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

from explorer import images
from explorer.illustration import Illustration
from explorer.page.shared import opinions
from explorer.page.shared.nearest import NO_LIKENESS, likeness
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import uri

from . import lessons

State = dict[str, Any]
View = dict[str, Any]
BETWEEN = 0.35  # minimum seconds between two views of a request
FRAMES = 48  # frames of the animation from one sentence to the other
PARTS = {"primary": "the judge sees", "crown": "crown", "belly": "belly", "wing": "wings"}


class BirdViews:
    """Computes the views with the models of one studio."""

    def __init__(self, studio: Studio):
        self.studio = studio

    def drawn(self, state: State) -> Iterator[tuple[int, float, list[Tensor]]]:
        """Generate the birds of a state. Yields for each the seed, the weight of the other sentence, and the pictures of all stages, each
        (3, side, side)."""
        for bird in self.studio.illustrate(**state):
            yield bird.seed, bird.share, list(bird.stages)

    def unknown(self, state: State) -> list[str]:
        """The words of the sentences that are in no training sentence of the text encoder."""
        encoder = self.studio.zoo.load(self.studio.catalogue.encoder(state["model"]))
        words = [text[a:b] for text in (state["sentence"], state["other"]) for a, b in encoder.unknown(text)]
        return list(dict.fromkeys(word.lower() for word in words))

    def request(self, state: State) -> Iterator[View]:
        """Generate the pictures of a state. Yields a view from time to time, and a final one without progress when all are finished."""
        begun, last, step, unknown = time.perf_counter(), 0.0, 0, self.unknown(state)
        birds, sizes = self.studio.illustrate(**state), self.studio.zoo.load(state["model"]).sizes
        sources: list[list[str]] = [[] for _ in birds]  # for each bird, the pictures of its stages as data URIs
        shown: list[dict[str, Any]] = []
        for size in sizes:  # the sketches of all birds come first
            for index, bird in enumerate(birds):
                picture = next(bird.stages)
                sources[index].append(uri(picture))
                shown[index : index + 1] = [self._entry(state, bird, picture, sources[index], judged=size == sizes[-1])]
                step += 1
                if (spent := time.perf_counter() - begun) - last > BETWEEN and step < len(sizes) * len(birds):
                    last = spent
                    progress = {"step": step, "steps": len(sizes) * len(birds)}
                    yield {"lesson": lessons.drawn(state, unknown, state["count"]), "grid": self._grid(state, shown, progress)}
        seconds = time.perf_counter() - begun
        for one in shown:
            one["facts"].append(["time for all", f"{1000 * seconds:.0f} ms"])
        yield {"lesson": lessons.drawn(state, unknown, len(shown)), "grid": self._grid(state, shown, None)}

    def _grid(self, state: State, shown: list[dict[str, Any]], progress: Any) -> View:
        key = hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:16]
        side = self.studio.zoo.load(state["model"]).sizes[-1]
        return {"key": key, "side": side, "pictures": list(shown), "walk": bool(state["other"]), "progress": progress}

    def _entry(self, state: State, bird: Illustration, picture: Tensor, sources: list[str], judged: bool) -> dict[str, Any]:
        """The grid's entry for a bird.

        Args:
            picture: the picture of its latest stage.
            sources: the pictures of all its stages so far, as data URIs.
            judged: whether to add the judge's predictions and the nearest training pictures.
        """
        seed, share, text = bird.seed, bird.share, state["sentence"]
        facts, title = [["seed", str(seed)]], f"seed {seed}"
        if state["other"]:
            facts.append(["of the way", f"{share:.0%}"])
            title, text = f"{share:.0%} of the way", f"{text}, {share:.0%} of the way to {state['other']}"
        colours = opinions.colours(self.studio, picture) if judged else {}
        for part, name in PARTS.items():
            if part in colours:
                colour, probability = next(iter(colours[part].items()))
                facts.append([name, f"{colour} ({probability:.0%})"])
        alt = f"Bird drawn by {state['model']} for: {text}, seed {seed}"
        near = likeness(self.studio, state["model"], picture) if judged else NO_LIKENESS
        facts, beside = [*facts, *near.facts], list(near.beside)
        if len(sizes := self.studio.zoo.load(state["model"]).sizes) > 1:
            figures = [
                {"src": source, "side": picture.shape[-1], "alt": f"{name}: {alt}", "caption": f"{name}, {size} pixels"}
                for name, source, size in zip(("Stage I", "Stage II"), sources, sizes, strict=False)
            ]
            beside.insert(0, ["a sketch, then the picture", figures])
        return {"src": sources[-1], "alt": alt, "title": title, "facts": facts, "link": None, "beside": beside}

    def archive(self, state: State) -> bytes:
        """A ZIP with the pictures as PNG files, and with metadata.json, from which they can be reproduced."""
        buffer, rows = io.BytesIO(), []
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as file:
            for number, (seed, share, stages) in enumerate(self.drawn(state)):
                name = f"bird-{number:02}.png"
                file.writestr(name, images.png(images.to_pil(stages[-1])))
                for stage, sketch in enumerate(stages[:-1], 1):
                    file.writestr(f"bird-{number:02}-stage-{stage}.png", images.png(images.to_pil(sketch)))
                rows.append({"file": name, "seed": seed, "share": share})
            about = {"revision": self.studio.catalogue.revision(state["model"]), "settings": state, "pictures": rows}
            file.writestr("metadata.json", json.dumps(about, indent=1))
        return buffer.getvalue()

    def film(self, state: State, form: str) -> bytes:
        """The animation from one sentence to the other."""
        frames = torch.stack([stages[-1] for *_, stages in self.drawn({**state, "count": FRAMES})])
        return images.animation(frames, form, frames_per_second=16, scale=max(1, 256 // frames.shape[-1]))
