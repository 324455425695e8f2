"""The views while the prior fills erased cells: one view after each cell, and at the end the strip of all cells."""

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

CHANCES = 8  # the number of likeliest codes that are listed for a cell
BETWEEN = 0.05  # seconds between two cells that the prior fills, so that the visitor can watch


def fill(views: CodeViews, state: State) -> Iterator[tuple[State, View]]:
    """Fill the erased cells of a state, cell by cell.

    Yields:
        The state after each cell with its view, whose strip is None; at the end the final state, with all cells in the view's strip.
    """
    model, side = state["model"], views.studio.coder(state["model"]).map_size
    start = torch.tensor(state["codes"]).view(side, side)
    settings = {key: state[key] for key in ("seed", "temperature", "top")}
    frames: list[dict[str, Any]] = []
    start_time = time.perf_counter()
    for filling in codes.fill(views.studio.coder(model), start, weights(views.studio, model, state["label"]), **settings):
        flat = filling.codes.flatten().tolist()
        picture = views.encodings.decode(model, flat)
        frames.append(_frame(filling, picture, flat, side))
        yield _running(views, {**state, "codes": flat}, filling, picture, frames[-1], time.perf_counter() - start_time)
        time.sleep(max(0.0, start_time + BETWEEN * filling.step - time.perf_counter()))
    if frames:
        yield _finished(views, state, picture, frames)


def _frame(filling: codes.Filling, picture: Tensor, flat: list[int], side: int) -> dict[str, Any]:
    """The frame of the strip for a filled cell."""
    place, share = place_of(filling.cell, side), float(filling.probabilities[filling.code])
    return {
        "src": uri(picture), "alt": f"After {filling.step} of {filling.steps} cells",
        "label": f"{place}: code {filling.code}, {share:.0%}",
        "title": "from the codes", "note": f"{filling.step} of {filling.steps} cells", "codes": flat,
        "chances": chances(filling), "drawn": filling.code, "place": f"{place}: code {filling.code} was drawn",
    }  # fmt: skip


def _running(
    views: CodeViews, state: State, filling: codes.Filling, picture: Tensor, frame: dict[str, Any], seconds: float
) -> tuple[State, View]:
    network = views.studio.coder(state["model"])
    place, share = place_of(filling.cell, network.map_size), float(filling.probabilities[filling.code])
    seconds_left = seconds / filling.step * (filling.steps - filling.step)
    progress = {"step": filling.step, "steps": filling.steps, "left": f"{seconds_left:.0f} s" if seconds_left >= 1 else None}
    return state, {
        "lesson": lessons.thinking(place.capitalize(), filling.code, share), "map": views.map(state), "strip": None,
        "stage": views.stage(state, picture, progress=progress),
        "chances": {"title": "The prior's probabilities for this cell", **{key: frame[key] for key in ("chances", "drawn", "place")}},
    }  # fmt: skip


def _finished(views: CodeViews, state: State, picture: Tensor, frames: list[dict[str, Any]]) -> tuple[State, View]:
    network = views.studio.coder(state["model"])
    flat, given_cells = frames[-1]["codes"], len(state["codes"]) - len(frames)
    final_state = {**state, "codes": flat, "painted": [], "filled": session.erased(state), "strip": [frame["codes"] for frame in frames]}
    final_state["encoded"] = flat if state["source"] is None else state["encoded"]
    return final_state, {
        "lesson": lessons.filled(len(frames), given_cells) if given_cells else _written(views, state, picture),
        "map": views.map(final_state), "stage": views.stage(final_state, picture),
        "chances": {"title": "The prior's probabilities for this cell"},
        "strip": {
            "title": "How the cells were filled", "side": network.image_size, "frames": frames, "selected": len(frames) - 1, "film": True,
        },
    }  # fmt: skip


def _written(views: CodeViews, state: State, picture: Tensor) -> str:
    """The lesson for a map whose cells the prior has all filled."""
    reading = opinions.readings(views.studio, state["model"], picture[None])
    return lessons.written(None if state["label"] == ANY else state["label"], reading[0].label if reading else None)


def chances(filling: codes.Filling) -> list[list[float]]:
    """The likeliest codes of a cell with their probabilities. If the drawn code is not among them, it replaces the last one."""
    likely = filling.probabilities.topk(min(CHANCES, len(filling.probabilities))).indices.tolist()
    shown = likely if filling.code in likely else [*likely[:-1], filling.code]
    return [[code, round(float(filling.probabilities[code]), 4)] for code in shown]
