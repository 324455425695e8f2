"""The state of a visit to the VQ codes tab, and its form in a link and in a file.

The state is plain JSON: the fields; the map of codes (-1 for an erased cell); the encoded picture (`source`) and its map (`encoded`), with
which the current map is compared; the cells `painted` from the `second` picture; the cells `filled` by the prior; and earlier maps, for
undo. A link and a file hold the map, not the visitor's picture.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from explorer.page.shared.checks import FieldError
from explorer.page.shared.fields import Choice, Fields, Model, Seed, State
from explorer.page.shared.settings import TEMPERATURE, TOP, ClassLabel
from explorer.page.shared.studio import Studio

SLUG = "codes"
UNDO = 40  # the largest number of changes that can be undone
KEPT = ("codes", "encoded", "source", "painted")  # the keys that undo restores
FIELDS = Fields(
    model=Model(slug=SLUG, names=lambda studio: studio.catalogue.coders),
    mode=Choice(label="Mode", default="edit", options=(("Change codes", "edit"), ("Erase, fill", "fill"), ("Mix two", "mix"))),
    label=ClassLabel(),
    seed=Seed(label="Seed"),
    temperature=replace(TEMPERATURE, info="of the prior; below 1 likely codes become likelier"),
    top=TOP,
)


def opening(studio: Studio, model: str = "") -> State:
    """The state of a new visit, without a map yet."""
    return FIELDS.opening(studio, model) | {
        "codes": [], "encoded": None, "source": None, "second": None, "painted": [], "history": [], "filled": [], "strip": [],
    }  # fmt: skip


def grid(studio: Studio, model: str, value: Any, field: str = "codes", erased: bool = False) -> Tensor:
    """Validate a map from JSON, rows of whole numbers below the size of the model's codebook, and convert it to (rows, columns).

    Args:
        erased: whether -1, an erased cell, is allowed.

    Raises:
        FieldError: for the first invalid row or code.
    """
    network = studio.coder(model)
    side, size = network.map_size, network.codebook_size
    allowed = f"{side} rows of {side} codes for {model}"
    if not isinstance(value, (list, tuple)) or len(value) != side:
        raise FieldError(field, value if not isinstance(value, (list, tuple)) else f"{len(value)} rows", allowed)
    lowest = -1 if erased else 0
    for row, values in enumerate(value, 1):
        if not isinstance(values, (list, tuple)) or len(values) != side:
            text = f"{len(values)} codes" if isinstance(values, (list, tuple)) else values
            raise FieldError(f"{field}, row {row}", text, allowed)
        for column, code in enumerate(values, 1):
            if isinstance(code, bool) or not isinstance(code, int) or not lowest <= code < size:
                raise FieldError(f"{field}, row {row}, column {column}", code, f"a whole number from {lowest} to {size - 1}")
    return torch.tensor(value, dtype=torch.int64)


def rows(studio: Studio, model: str, codes: list[int]) -> list[list[int]]:
    """A flat list of codes as rows."""
    side = studio.coder(model).map_size
    return [codes[start : start + side] for start in range(0, len(codes), side)]


def remember(state: State, **changes: Any) -> State:
    """Change the map of a state, and add the old map and the other `KEPT` keys to the history, for undo."""
    history = [*state["history"], {key: state[key] for key in KEPT}][-UNDO:] if state["codes"] else state["history"]
    return {**state, "history": history, "filled": [], **changes}


def undo(state: State) -> State:
    """The state before the last change to the map."""
    return {**state, "filled": [], **state["history"][-1], "history": state["history"][:-1]}


def erased(state: State) -> list[int]:
    """The indices of the erased cells."""
    return [cell for cell, code in enumerate(state["codes"]) if code < 0]


def carried(studio: Studio, state: State) -> State:
    """The part of a state that a link holds: the fields and the map, not the visitor's picture."""
    return {key: state[key] for key in FIELDS} | {"codes": rows(studio, state["model"], state["codes"])}


def decode(studio: Studio, values: State) -> State:
    """Validate the values of a link and return them as a state. Missing fields get the values of a new visit; without codes the map is
    empty.

    Raises:
        FieldError: for an invalid value.
    """
    fields = FIELDS.check(studio, values)
    state = opening(studio, fields["model"]) | fields
    if "codes" in values:
        state["codes"] = grid(studio, state["model"], values["codes"], erased=True).flatten().tolist()
    return state
