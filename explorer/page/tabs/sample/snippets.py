"""Code that draws what the Sample tab shows, for a program to run: over the network, with the package, and the settings as a file."""

from __future__ import annotations

import json
from typing import Any

from explorer.diffusion import DEFAULT
from explorer.page.shared import conditions
from explorer.page.shared.studio import Studio

from .session import FIELDS


def settings(studio: Studio, state: dict[str, Any]) -> str:
    """The settings with the SHA-256 of the weights, as JSON."""
    return FIELDS.file(state, revision=studio.catalogue.revision(state["model"]))


def _labels(studio: Studio, state: dict[str, Any]) -> list[float]:
    return [round(share, 4) for share in conditions.each(studio, state)[0].weights.tolist()]


def _rows(studio: Studio, state: dict[str, Any]) -> list[list[float]]:
    """What each picture is told."""
    return [[round(share, 4) for share in one.weights.tolist()] for one in conditions.each(studio, state)]


def client(studio: Studio, state: dict[str, Any]) -> str:
    """A call of /sample, or one for each picture if what the model is told changes; ADDRESS stands for the page's own."""
    if state["vary"] != "seed":
        settings: dict[str, Any] = {"truncation": state["truncation"]}
        if state["model"] in studio.catalogue.denoisers:
            settings = {"settings": DEFAULT}
        elif state["model"] in studio.catalogue.coders:
            settings = {"settings": {"temperature": state["temperature"]}}
        more = "".join(f", {name}={value}" for name, value in settings.items())
        call = f'model={json.dumps(state["model"])}, seed={state["seed"]}, labels=labels{more}, api_name="/sample"'
        return "\n".join([
            "from gradio_client import Client", "", 'client = Client("ADDRESS")', "pictures = []", f"for labels in {_rows(studio, state)}:",
            f"    (picture,), details = client.predict({call})", "    pictures.append(picture)",
        ])  # fmt: skip
    values: dict[str, Any] = {"model": state["model"], "seed": state["seed"], "count": state["count"]}
    if state["model"] in studio.catalogue.denoisers:
        values |= {"labels": _labels(studio, state), "settings": DEFAULT}
    elif state["model"] in studio.catalogue.coders:
        values |= {"labels": _labels(studio, state), "settings": {"temperature": state["temperature"]}}
    else:
        values |= {"truncation": state["truncation"]}
        if state["model"] in studio.catalogue.conditional:
            values |= {"labels": _labels(studio, state) if state["other"] else state["label"].split(conditions.AND)}
    lines = "".join(f"    {name}={json.dumps(value) if isinstance(value, str) else value},\n" for name, value in values.items())
    head = 'from gradio_client import Client\n\nclient = Client("ADDRESS")\npictures, details = client.predict(\n'
    return f'{head}{lines}    api_name="/sample",\n)'


def package(studio: Studio, state: dict[str, Any]) -> str:
    """The same with the explorer's own functions."""
    model, seed = state["model"], state["seed"]
    load, told = f'model = Zoo().load("{model}")', model not in studio.catalogue.unconditional
    if state["vary"] == "seed":
        given = [f"asked = [(seed, torch.tensor({_labels(studio, state)})) for seed in range({seed}, {seed + state['count']})]"]
        given = given if told else [f"asked = range({seed}, {seed + state['count']})"]
    else:
        given = [f"asked = [({seed}, torch.tensor(labels)) for labels in {_rows(studio, state)}]"]
    each = "seed, labels in asked" if told else "seed in asked"
    if model in studio.catalogue.denoisers:
        needed, draw = "diffusion, images", f"diffusion.sample(model, labels[None], seed=seed, **{DEFAULT})"
    elif model in studio.catalogue.coders:
        needed = "codes, images"
        draw = f"model.decode(codes.write(model, labels[None], seed=seed, temperature={state['temperature']}))"
    else:
        z = f"latent.draw(seed, 1, model.latent_size, truncation={state['truncation']})"
        needed, draw = "images, latent", f"model.generate({z}{', labels[None]' if told else ''})"
    return "\n".join([
        "import torch", f"from explorer import {needed}", "from explorer.zoo import Zoo", "", load, *given,
        "with torch.inference_mode():", f"    drawn = [{draw} for {each}]", 'images.grid(torch.cat(drawn), 8).save("sheet.png")',
    ])  # fmt: skip
