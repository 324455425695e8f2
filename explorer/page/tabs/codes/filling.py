"""The prior at work on erased cells: one view after each cell, and the strip of all of them at the end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from explorer import codes
from explorer.page.shared import opinions
from explorer.page.shared.conditions import ANY, weights
from explorer.page.shared.fields import State
from explorer.page.shared.uris import uri

from . import lessons, session
from .views import CodeViews, View, place_of

CHANCES = 8  # codes that a cell's chances list
BETWEEN = 0.05  # seconds between two cells that the prior fills, so that one can watch


def fill(views: CodeViews, state: State) -> Iterator[tuple[State, View]]:
    """Fill the erased cells of a state, cell by cell.

    Yields:
        The state after each cell with its view, whose strip is None; last the state at rest, with all cells in its strip.
    """
    model, side = state["model"], views.studio.coder(state["model"]).map_size
    start = torch.tensor(state["codes"]).view(side, side)
    settings = {key: state[key] for key in ("seed", "temperature", "top")}
    frames: list[dict[str, Any]] = []
    began = time.perf_counter()
    for filling in codes.fill(views.studio.coder(model), start, weights(views.studio, model, state["label"]), **settings):
        flat = filling.codes.flatten().tolist()
        picture = views.encodings.decode(model, flat)
        frames.append(_frame(filling, picture, flat, side))
        yield _running(views, {**state, "codes": flat}, filling, picture, frames[-1], time.perf_counter() - began)
        time.sleep(max(0.0, began + BETWEEN * filling.step - time.perf_counter()))
    if frames:
        yield _finished(views, state, picture, frames)


def _frame(filling: codes.Filling, picture: Tensor, flat: list[int], side: int) -> dict[str, Any]:
    """A cell that was filled, as a frame of the strip."""
    place, share = place_of(filling.cell, side), float(filling.probabilities[filling.code])
    return {
        "src": uri(picture), "alt": f"After {filling.step} of {filling.steps} cells",
        "label": f"{place}: code {filling.code}, {share:.0%}",
        "title": "from the codes", "note": f"{filling.step} of {filling.steps} cells", "codes": flat,
        "chances": chances(filling), "drawn": filling.code, "place": f"{place}: code {filling.code} was drawn",
    }  # fmt: skip


def _running(
    views: CodeViews, state: State, filling: codes.Filling, picture: Tensor, frame: dict[str, Any], spent: float
) -> tuple[State, View]:
    network = views.studio.coder(state["model"])
    place, share = place_of(filling.cell, network.map_size), float(filling.probabilities[filling.code])
    left = spent / filling.step * (filling.steps - filling.step)
    progress = {"step": filling.step, "steps": filling.steps, "left": f"{left:.0f} s" if left >= 1 else None}
    return state, {
        "lesson": lessons.thinking(place.capitalize(), filling.code, share), "map": views.map(state), "strip": None,
        "stage": views.stage(state, picture, progress=progress),
        "chances": {"title": "What the prior thinks of this cell", **{key: frame[key] for key in ("chances", "drawn", "place")}},
    }  # fmt: skip


def _finished(views: CodeViews, state: State, picture: Tensor, frames: list[dict[str, Any]]) -> tuple[State, View]:
    network = views.studio.coder(state["model"])
    flat, kept = frames[-1]["codes"], len(state["codes"]) - len(frames)
    final = {**state, "codes": flat, "painted": [], "filled": session.erased(state), "strip": [frame["codes"] for frame in frames]}
    final["encoded"] = flat if state["source"] is None else state["encoded"]
    return final, {
        "lesson": lessons.filled(len(frames), kept) if kept else _written(views, state, picture),
        "map": views.map(final), "stage": views.stage(final, picture),
        "chances": {"title": "What the prior thought of the cell"},
        "strip": {
            "title": "How the cells were filled", "side": network.image_size, "frames": frames, "selected": len(frames) - 1, "film": True,
        },
    }  # fmt: skip


def _written(views: CodeViews, state: State, picture: Tensor) -> str:
    """What is said of a map that the prior wrote as a whole."""
    reading = opinions.readings(views.studio, state["model"], picture[None])
    return lessons.written(None if state["label"] == ANY else state["label"], reading[0].label if reading else None)


def chances(filling: codes.Filling) -> list[list[float]]:
    """The likeliest codes of a cell with their probabilities, and the one that was drawn if it is not among them."""
    likely = filling.probabilities.topk(min(CHANCES, len(filling.probabilities))).indices.tolist()
    shown = likely if filling.code in likely else [*likely[:-1], filling.code]
    return [[code, round(float(filling.probabilities[code]), 4)] for code in shown]
