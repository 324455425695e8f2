"""What the VQ codes tab shows for a state: the values of its widgets, computed by encoding, decoding and asking the prior.

A view is a dictionary by widget name ("lesson", "map", "stage", "chances", "strip"), beside the state that belongs to it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from explorer import codes, images
from explorer.likeness import psnr
from explorer.page.shared import inputs as targets
from explorer.page.shared import opinions
from explorer.page.shared.checks import FieldError
from explorer.page.shared.conditions import ANY, weights
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import uri

from . import lessons, session
from .codebooks import Codebook, codebook_of

State = dict[str, Any]
View = dict[str, Any]
NEAREST, CHANCES = 5, 8
BETWEEN = 0.05  # seconds between two cells that the prior fills, so that one can watch


@dataclass(frozen=True)
class Seen:
    """What a model makes of a picture: the picture as the model takes it, its codes, their picture, and the codes nearest to each cell."""

    target: Tensor
    codes: list[int]
    decoded: Tensor
    nearest: list[list[list[float]]]


def place_of(cell: int, side: int) -> str:
    return f"row {cell // side + 1}, column {cell % side + 1}"


class CodeViews:
    """Draws every view from one studio."""

    def __init__(self, studio: Studio):
        self.studio = studio
        self._codebooks: dict[str, Codebook] = {}
        self._seen = lru_cache(maxsize=64)(self._look)

    def codebook(self, model: str) -> Codebook:
        """What the page shows of a model's codebook; read once."""
        if model not in self._codebooks:
            self._codebooks[model] = codebook_of(self.studio.coder(model), self.studio.catalogue.checkpoint(model).folder)
        return self._codebooks[model]

    def seen(self, model: str, source: dict[str, str]) -> Seen:
        """What a model makes of a source's picture; remembered, since a visitor changes cells of one picture many times."""
        return self._seen(model, source["png"])

    @torch.inference_mode()
    def _look(self, model: str, png: str) -> Seen:
        network = self.studio.coder(model)
        target = targets.as_seen(network, targets.picture({"png": png}))
        found = network.encode(target[None])
        near, away = codes.nearest(network, target, min(NEAREST, network.codebook_size))
        pairs = zip(near.flatten(0, 1).tolist(), away.flatten(0, 1).tolist(), strict=True)
        ranked = [[[code, round(distance, 3)] for code, distance in zip(*pair, strict=True)] for pair in pairs]
        return Seen(target, found[0].flatten().tolist(), network.decode(found)[0], ranked)

    def twin(self, model: str) -> str | None:
        """The same model with the other likelihood, if it is here."""
        other = self.studio.catalogue.checkpoint(model).twin
        return other if other in self.studio.catalogue.coders else None

    @torch.inference_mode()
    def decode(self, model: str, flat: list[int]) -> Tensor:
        """The picture of a map, drawn alone; erased cells get the mean of all codes."""
        network = self.studio.coder(model)
        grid = torch.tensor(flat).view(network.map_size, network.map_size)
        return codes.sketch(network, grid) if min(flat) < 0 else network.decode(grid[None])[0]

    def redraw(self, asked: dict[str, Any]) -> str | None:
        """The picture of {"model", "codes": rows} as a data URI, for the map in the browser; None if they cannot be drawn."""
        try:
            grid = session.grid(self.studio, asked["model"], asked["codes"], erased=True)
            return uri(self.decode(asked["model"], grid.flatten().tolist()))
        except (FieldError, KeyError, TypeError):
            return None

    def encoded(self, state: State, source: dict[str, str]) -> State:
        """The state with a picture's codes in its map."""
        found = self.seen(state["model"], source).codes
        return session.remember(state, codes=found, source=source, encoded=found, painted=[])

    def show(self, state: State, lesson: str | None = None, selected: int | None = None) -> tuple[State, View]:
        """A state at rest."""
        start = time.perf_counter()
        picture = self.decode(state["model"], state["codes"])
        seconds = time.perf_counter() - start
        if lesson is None:
            lesson = self._lesson(state)
        return {**state, "strip": []}, {
            "lesson": lesson,
            "map": self.map(state, selected),
            "stage": self.stage(state, picture, seconds),
            "chances": None,
            "strip": None,
        }

    def _lesson(self, state: State) -> str:
        network = self.studio.coder(state["model"])
        if state["mode"] == "fill":
            return lessons.erasing(network.codebook_size)
        return lessons.mixing() if state["mode"] == "mix" else lessons.opened(network.map_size**2, network.codebook_size)

    def map(self, state: State, selected: int | None = None) -> View:
        """The value of the CodeMap widget."""
        network = self.studio.coder(state["model"])
        near = self.seen(state["model"], state["source"]).nearest if state["source"] is not None and state["mode"] == "edit" else None
        painted = session.erased(state) if state["mode"] == "fill" else state["painted"]
        before = state["encoded"]
        changed = [i for i, (a, b) in enumerate(zip(before, state["codes"], strict=True)) if a != b] if before else []
        return {
            "model": state["model"], "side": network.map_size, "codes": state["codes"], "colours": self.codebook(state["model"]).colours,
            "mode": state["mode"], "painted": painted, "selected": selected, "changed": changed, "nearest": near,
            "title": f"{network.map_size} x {network.map_size} codes", "note": f"{math.ceil(codes.bits(network) / 8)} bytes",
        }  # fmt: skip

    def stage(self, state: State, picture: Tensor, seconds: float | None = None, progress: Any = None) -> View:
        """The pictures beside the map, and the line of facts."""
        model = state["model"]
        side, current = picture.shape[-1], uri(picture)
        shown = [
            {"role": "current", "src": current, "side": side, "title": "from the codes", "note": f"{side} px",
             "alt": f"Picture that {model} draws from its codes"}
        ]  # fmt: skip
        facts = [["time", f"{1000 * seconds:.0f} ms"]] if seconds is not None else []
        if state["source"] is not None:
            target = self.seen(model, state["source"]).target
            apart = psnr(picture, target)
            shown[0]["note"] = f"{apart:.1f} dB"
            raw = target.numel()
            shown.insert(0, {
                "role": "target", "src": uri(target), "side": side, "title": state["source"]["name"], "note": f"{raw:,} bytes",
                "alt": f"The picture as {model} sees it",
            })  # fmt: skip
            shown.append({
                "role": "difference", "src": uri(((picture - target).abs() - 1).clamp(-1, 1)), "side": side, "title": "difference",
                "note": "black: none", "alt": "The difference between the two",
            })  # fmt: skip
            whole = state["codes"] == state["encoded"]
            files = self._files(model, target, apart) if whole else []
            facts = [["PSNR", f"{apart:.1f} dB"], *files, *facts]
            if state["mode"] == "edit" and (other := self.twin(model)):
                found, likelihood = self.seen(other, state["source"]), getattr(self.studio.coder(other), "likelihood", other)
                shown.append({
                    "role": "twin", "src": uri(found.decoded), "side": side, "title": f"by {likelihood}",
                    "note": f"{psnr(found.decoded, found.target):.1f} dB", "alt": f"What {other} makes of the same picture",
                })  # fmt: skip
        if state["mode"] == "mix" and state["second"] is not None:
            second = self.seen(model, state["second"]).target
            shown.append({
                "role": "second", "src": uri(second), "side": side, "title": f"second: {state['second']['name']}", "note": f"{side} px",
                "alt": "The second picture, whose cells are mixed in",
            })  # fmt: skip
        if progress is None and (reading := opinions.readings(self.studio, model, picture[None])):
            facts.append(["the judge reads", reading[0].label])
        if (book := self.codebook(model)).perplexity is not None:
            facts.append(["perplexity of the set", f"{book.perplexity:.0f} of {len(book.colours)}"])
        return {"columns": "two-close", "pictures": shown, "facts": facts, "progress": progress}

    def _files(self, model: str, target: Tensor, apart: float) -> list[list[str]]:
        """What a map costs in bytes, and what files cost that come as close to the picture."""
        own = math.ceil(codes.bits(self.studio.coder(model)) / 8)
        found = [[f"as {name}", f"{images.smallest_file(target, apart, name)[0]:,} bytes"] for name in ("JPEG", "WebP")]
        return [["codes", f"{own} bytes"], *found]

    def swap(self, state: State, cell: int, code: int) -> tuple[State, View]:
        """Another code in one cell."""
        network = self.studio.coder(state["model"])
        side, before = network.map_size, state["codes"][cell]
        grid = codes.swap(torch.tensor(state["codes"]).view(side, side), cell // side, cell % side, code, network.codebook_size)
        if code == before:
            return self.show(state, lessons.same(), cell)
        top, left, bottom, right = network.receptive_field(cell // side, cell % side)
        told = lessons.swapped(place_of(cell, side).capitalize(), before, code, bottom - top + 1, right - left + 1)
        return self.show(session.remember(state, codes=grid.flatten().tolist()), told, cell)

    def paint(self, state: State, cells: list[int]) -> tuple[State, View]:
        """What a stroke over the map does: these cells are erased, or taken from the second picture.

        Those that were, and are no more, get their codes back; what else was changed stays.
        """
        past = session.erased(state) if state["mode"] == "fill" else state["painted"]
        back = state["encoded"] or state["codes"]
        now = torch.tensor([back[cell] if cell in past else code for cell, code in enumerate(state["codes"])])
        mask = torch.zeros(len(now), dtype=torch.bool)
        mask[cells] = True
        mixes = state["mode"] == "mix"
        other = torch.tensor(self.seen(state["model"], state["second"]).codes) if mixes else torch.full_like(now, -1)
        return self.show(session.remember(state, codes=codes.blend(now, other, mask).tolist(), painted=cells))

    def fill(self, state: State, label: str) -> Iterator[tuple[State, View]]:
        """The prior at work on the erased cells, one view after each; the last one is at rest and has all of them in its strip."""
        model = state["model"]
        network, side = self.studio.coder(model), self.studio.coder(model).map_size
        start = torch.tensor(state["codes"]).view(side, side)
        told = weights(self.studio, model, label)
        frames: list[dict[str, Any]] = []
        begun, picture = time.perf_counter(), None
        for found in codes.fill(network, start, told, seed=state["seed"], temperature=state["temperature"], top=state["top"]):
            picture = self.decode(model, found.codes.flatten().tolist())
            chances = _chances(found)
            here = place_of(found.cell, side)
            share = float(found.probabilities[found.code])
            frames.append({
                "src": uri(picture), "alt": f"After {found.step} of {found.steps} cells",
                "label": f"{here}: code {found.code}, {share:.0%}",
                "title": "from the codes", "note": f"{found.step} of {found.steps} cells", "codes": found.codes.flatten().tolist(),
                "chances": chances, "drawn": found.code, "place": f"{here}: code {found.code} was drawn", "share": share,
            })  # fmt: skip
            now = {**state, "codes": found.codes.flatten().tolist()}
            left = (time.perf_counter() - begun) / found.step * (found.steps - found.step)
            progress = {"step": found.step, "steps": found.steps, "left": f"{left:.0f} s" if left >= 1 else None}
            view = {
                "lesson": lessons.thinking(here.capitalize(), found.code, share), "map": self.map(now), "strip": None,
                "stage": self.stage(now, picture, progress=progress),
                "chances": {
                    "title": "What the prior thinks of this cell", "chances": chances, "drawn": found.code, "place": frames[-1]["place"],
                },
            }  # fmt: skip
            yield now, view
            time.sleep(max(0.0, begun + BETWEEN * found.step - time.perf_counter()))
        if not frames:
            return
        filled = session.erased(state)
        final = {**state, "codes": frames[-1]["codes"], "painted": [], "filled": filled, "strip": [frame["codes"] for frame in frames]}
        final["encoded"] = final["codes"] if state["source"] is None else state["encoded"]
        kept = len(state["codes"]) - len(frames)
        reading = opinions.readings(self.studio, model, picture[None])
        text = lessons.filled(len(frames), kept) if kept else lessons.written(
            None if label == ANY else label, reading[0].label if reading else None
        )  # fmt: skip
        strip = [{key: frame[key] for key in frame if key != "share"} for frame in frames]
        yield final, {
            "lesson": text, "map": self.map(final), "stage": self.stage(final, picture),
            "chances": {"title": "What the prior thought of the cell"},
            "strip": {
                "title": "How the cells were filled", "side": network.image_size, "frames": strip, "selected": len(strip) - 1, "film": True,
            },
        }  # fmt: skip


def _chances(found: codes.Filling) -> list[list[float]]:
    """The likeliest codes of a cell with their probabilities, and the one that was drawn if it is not among them."""
    likely = found.probabilities.topk(min(CHANCES, len(found.probabilities))).indices.tolist()
    shown = likely if found.code in likely else [*likely[:-1], found.code]
    return [[code, round(float(found.probabilities[code]), 4)] for code in shown]
