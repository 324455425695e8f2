"""Code to copy that reproduces what the Sample tab shows, for the API and for the package, and the content of the settings file."""

from __future__ import annotations

import json
from typing import Any

from explorer.page.shared import conditions
from explorer.page.shared.kinds import kind_of
from explorer.page.shared.studio import Studio

from .session import FIELDS


def settings(studio: Studio, state: dict[str, Any]) -> str:
    """The settings with the SHA-256 of the weights, as JSON."""
    return FIELDS.file(state, revision=studio.catalogue.revision(state["model"]))


def _labels(studio: Studio, state: dict[str, Any]) -> list[float]:
    return [round(share, 4) for share in conditions.picture_inputs(studio, state)[0].weights.tolist()]


def _rows(studio: Studio, state: dict[str, Any]) -> list[list[float]]:
    """The label vector of each picture."""
    return [[round(share, 4) for share in one.weights.tolist()] for one in conditions.picture_inputs(studio, state)]


def client(studio: Studio, state: dict[str, Any]) -> str:
    """The code that calls /sample, once for each picture if the label varies; the browser replaces ADDRESS by the page's address."""
    kind = kind_of(studio, state["model"])
    if state["vary"] != "seed":
        settings = "".join(f", {name}={value}" for name, value in kind.shared(state).items())
        call = f'model={json.dumps(state["model"])}, seed={state["seed"]}, labels=labels{settings}, api_name="/sample"'
        return "\n".join([
            "from gradio_client import Client", "", 'client = Client("ADDRESS")', "pictures = []", f"for labels in {_rows(studio, state)}:",
            f"    (picture,), details = client.predict({call})", "    pictures.append(picture)",
        ])  # fmt: skip
    values = {"model": state["model"], "seed": state["seed"], "count": state["count"], **kind.arguments(state, _labels(studio, state))}
    lines = "".join(f"    {name}={json.dumps(value) if isinstance(value, str) else value},\n" for name, value in values.items())
    head = 'from gradio_client import Client\n\nclient = Client("ADDRESS")\npictures, details = client.predict(\n'
    return f'{head}{lines}    api_name="/sample",\n)'


def package(studio: Studio, state: dict[str, Any]) -> str:
    """The code that uses the package directly."""
    model, seed = state["model"], state["seed"]
    load, kind = f'model = Zoo().load("{model}")', kind_of(studio, model)
    if state["vary"] == "seed":
        given = [f"inputs = [(seed, torch.tensor({_labels(studio, state)})) for seed in range({seed}, {seed + state['count']})]"]
        given = given if kind.takes_labels else [f"inputs = range({seed}, {seed + state['count']})"]
    else:
        given = [f"inputs = [({seed}, torch.tensor(labels)) for labels in {_rows(studio, state)}]"]
    each = "seed, labels in inputs" if kind.takes_labels else "seed in inputs"
    return "\n".join([
        "import torch", f"from explorer import {', '.join(kind.modules)}", "from explorer.zoo import Zoo", "", load, *given,
        "with torch.inference_mode():", f"    drawn = [{kind.code(state)} for {each}]",
        'images.grid(torch.cat(drawn), 8).save("sheet.png")',
    ])  # fmt: skip
