"""The state of a visit to the VQ codes tab, and its form in a link and in a file.

The state is plain JSON: the model, the map of codes (-1 where a cell is erased), the picture that it came from (`source`) with the codes to
compare with and to go back to (`encoded`), which cells were `painted` from the `second` picture, which the prior has `filled`, and the maps
before for undo. A link and a file carry the map, not the visitor's picture.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from explorer.page.shared.checks import FieldError, choice
from explorer.page.shared.conditions import ANY
from explorer.page.shared.kinds import prior_settings
from explorer.page.shared.links import pack
from explorer.page.shared.studio import Studio

SLUG = "codes"
MODES = ("edit", "fill", "mix")
UNDO = 40
KEPT = ("codes", "encoded", "source", "painted")  # what an undo brings back


def opening(studio: Studio, model: str | None = None) -> dict[str, Any]:
    """The state of a visit that begins, without a map yet."""
    model = model or studio.catalogue.coders[0]
    return {
        "model": model, "mode": "edit", "codes": [], "encoded": None, "source": None, "second": None, "painted": [], "history": [],
        "filled": [], "label": ANY, "seed": 0, "temperature": 1.0, "top": None, "strip": [],
    }  # fmt: skip


def grid(studio: Studio, model: str, value: Any, field: str = "codes", erased: bool = False) -> Tensor:
    """A map (rows, columns) from JSON: rows of whole numbers, each below the size of the model's codebook.

    Args:
        erased: whether -1 is allowed, for a cell that is not there.

    Raises:
        FieldError: with the first thing that is wrong.
    """
    network = studio.coder(model)
    side, size = network.map_size, network.codebook_size
    allowed = f"{side} rows of {side} codes for {model}"
    if not isinstance(value, (list, tuple)) or len(value) != side:
        raise FieldError(field, value if not isinstance(value, (list, tuple)) else f"{len(value)} rows", allowed)
    least = -1 if erased else 0
    for number_of_row, row in enumerate(value):
        if not isinstance(row, (list, tuple)) or len(row) != side:
            came = f"{len(row)} codes" if isinstance(row, (list, tuple)) else row
            raise FieldError(f"{field}, row {number_of_row + 1}", came, allowed)
        for number_of_column, code in enumerate(row):
            if isinstance(code, bool) or not isinstance(code, int) or not least <= code < size:
                place = f"{field}, row {number_of_row + 1}, column {number_of_column + 1}"
                raise FieldError(place, code, f"a whole number from {least} to {size - 1}")
    return torch.tensor(value, dtype=torch.int64)


def rows(studio: Studio, model: str, codes: list[int]) -> list[list[int]]:
    """A flat list of codes as rows."""
    side = studio.coder(model).map_size
    return [codes[start : start + side] for start in range(0, len(codes), side)]


def remember(state: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The state with changes to its map; the map before, with what belongs to it, can be had back."""
    history = [*state["history"], {key: state[key] for key in KEPT}][-UNDO:] if state["codes"] else state["history"]
    return {**state, "history": history, "filled": [], **changes}


def undo(state: dict[str, Any]) -> dict[str, Any]:
    """The state before the last change to the map."""
    return {**state, "filled": [], **state["history"][-1], "history": state["history"][:-1]}


def erased(state: dict[str, Any]) -> list[int]:
    """The numbers of the cells that are erased."""
    return [cell for cell, code in enumerate(state["codes"]) if code < 0]


def encode(studio: Studio, state: dict[str, Any]) -> str:
    """The state as a short text for a link."""
    kept = {key: state[key] for key in ("model", "mode", "label", "seed", "temperature", "top")}
    return pack(SLUG, kept | {"codes": rows(studio, state["model"], state["codes"])})


def decode(studio: Studio, found: dict[str, Any]) -> dict[str, Any]:
    """The state that a link carries.

    Raises:
        FieldError: if it asks for something that there is not.
    """
    state = opening(studio, choice("model", found.get("model"), studio.catalogue.coders))
    state["codes"] = grid(studio, state["model"], found.get("codes"), erased=True).flatten().tolist()
    state["mode"] = choice("mode", found.get("mode", state["mode"]), MODES)
    more = (found.get(key, state[key]) for key in ("label", "seed", "temperature", "top"))
    return state | prior_settings(studio, state["model"], *more)
