"""Computes what the VQ codes tab shows for a state: the values of its widgets.

A view is a dictionary {widget name: value} with the keys "lesson", "map", "stage", "chances" and "strip". Most methods return it together
with the updated state.
"""

from __future__ import annotations

import math
import time
from typing import Any

import torch
from torch import Tensor

from explorer import codes, images
from explorer.page.shared.fields import State
from explorer.page.shared.studio import Studio

from . import lessons, session
from .encodings import Encodings
from .stage import stage

View = dict[str, Any]


def place_of(cell: int, side: int) -> str:
    return f"row {cell // side + 1}, column {cell % side + 1}"


class CodeViews:
    """Computes the views with the models of one studio."""

    def __init__(self, studio: Studio):
        self.studio = studio
        self.encodings = Encodings(studio)

    def encoded(self, state: State, source: dict[str, str]) -> State:
        """Encode a picture and return the state with its map of codes."""
        flat = self.encodings.encode(state["model"], source).codes
        return session.remember(state, codes=flat, source=source, encoded=flat, painted=[])

    def show(self, state: State, lesson: str | None = None, selected: int | None = None) -> tuple[State, View]:
        """Decode the state's map and return the view; used whenever no filling is running."""
        start = time.perf_counter()
        picture = self.encodings.decode(state["model"], state["codes"])
        seconds = time.perf_counter() - start
        return {**state, "strip": []}, {
            "lesson": self._lesson(state) if lesson is None else lesson,
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
        model, network, nearest = state["model"], self.studio.coder(state["model"]), None
        if state["source"] is not None and state["mode"] == "edit":
            nearest = self.encodings.encode(model, state["source"]).nearest
        encoded = state["encoded"] or state["codes"]
        return {
            "model": model, "side": network.map_size, "codes": state["codes"], "colours": self.encodings.codebook(model).colours,
            "mode": state["mode"], "painted": session.erased(state) if state["mode"] == "fill" else state["painted"],
            "selected": selected, "nearest": nearest,
            "changed": [cell for cell, (a, b) in enumerate(zip(encoded, state["codes"], strict=True)) if a != b],
            "title": f"{network.map_size} x {network.map_size} codes", "note": f"{math.ceil(codes.bits(network) / 8)} bytes",
        }  # fmt: skip

    def stage(self, state: State, picture: Tensor, seconds: float | None = None, progress: Any = None) -> View:
        """The value of the Stage."""
        return stage(self.encodings, state, picture, seconds, progress)

    def swap(self, state: State, cell: int, code: int) -> tuple[State, View]:
        """Replace the code in one cell of the map."""
        network = self.studio.coder(state["model"])
        side, old_code = network.map_size, state["codes"][cell]
        grid = codes.swap(torch.tensor(state["codes"]).view(side, side), cell // side, cell % side, code, network.codebook_size)
        if code == old_code:
            return self.show(state, lessons.same(), cell)
        top, left, bottom, right = network.receptive_field(cell // side, cell % side)
        lesson = lessons.swapped(place_of(cell, side).capitalize(), old_code, code, bottom - top + 1, right - left + 1)
        return self.show(session.remember(state, codes=grid.flatten().tolist()), lesson, cell)

    def paint(self, state: State, cells: list[int]) -> tuple[State, View]:
        """Apply a brush stroke. `cells` are all cells that are painted now: in the mode "mix" they get the second picture's codes,
        otherwise they are erased.

        Cells that are no longer painted get the codes of the encoded picture back; all other cells stay as they are.
        """
        painted_before = session.erased(state) if state["mode"] == "fill" else state["painted"]
        original = state["encoded"] or state["codes"]
        unpainted = torch.tensor([original[cell] if cell in painted_before else code for cell, code in enumerate(state["codes"])])
        mask = torch.zeros(len(unpainted), dtype=torch.bool)
        mask[cells] = True
        if state["mode"] == "mix":
            new_codes = torch.tensor(self.encodings.encode(state["model"], state["second"]).codes)
        else:
            new_codes = torch.full_like(unpainted, -1)
        return self.show(session.remember(state, codes=codes.blend(unpainted, new_codes, mask).tolist(), painted=cells))

    def film(self, state: State, form: str) -> bytes:
        """The frames of a filling (how the prior filled the map) as an animation file."""
        frames = torch.stack([self.encodings.decode(state["model"], flat) for flat in state["strip"]])
        return images.animation(frames, form, frames_per_second=12, scale=256 // frames.shape[-1])
