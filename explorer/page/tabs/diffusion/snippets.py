"""The Takeaway of the Diffusion tab: code to copy that reproduces what it shows, for the API and for the package, and a settings file."""

from __future__ import annotations

import json
from typing import Any

from explorer.page.shared.conditions import weights
from explorer.page.shared.fields import State
from explorer.page.shared.settings import REVERSE
from explorer.page.shared.studio import Studio

from . import session


def takeaway(studio: Studio, state: State, link: str) -> dict[str, Any]:
    """The value of the Takeaway widget; `link` is the state as the query of a link."""
    name = f"{state['model']}-{state['seed']}.json"
    return {
        "query": link,
        "file": {"label": "download settings", "name": name, "content": settings(studio, state)},
        "codes": [["over the network", client(studio, state)], ["with the package", package(studio, state)]],
    }


def settings(studio: Studio, state: State) -> str:
    """The settings with the SHA-256 of the weights, as JSON, without the visitor's picture."""
    values = {key: value for key, value in state.items() if key not in ("source", "example")}
    return json.dumps({"revision": studio.catalogue.revision(state["model"]), **values}, indent=1)


def _labels(studio: Studio, state: State) -> list[float]:
    return weights(studio, state["model"], state["label"]).tolist()


def client(studio: Studio, state: State) -> str:
    """The code that calls /denoise or /noise; the browser replaces ADDRESS by the page's address."""
    head = 'from gradio_client import Client, handle_file\n\nclient = Client("ADDRESS")\n'
    if state["mode"] == "forward":
        return (
            f'{head}pictures, details = client.predict(\n    image=handle_file("picture.png"),\n    model="{state["model"]}",\n'
            f'    t={state["start"]},\n    seed={state["seed"]},\n    api_name="/noise",\n)'
        )
    lines = [f'    model="{state["model"]}",', f"    seed={state['seed']},", f"    labels={_labels(studio, state)},",
             f"    settings={ {key: state[key] for key in REVERSE} },"]  # fmt: skip
    if state["mode"] == "edit":
        lines += ['    image=handle_file("picture.png"),', f"    start={session.start_timestep(studio, state)},"]
        if any(state["erased"]):
            lines.append("    erased=rows,  # of 0 and 1, one for each pixel")
    return "\n".join([f"{head}(film, picture), details = client.predict(", *lines, '    api_name="/denoise",', ")"])


def package(studio: Studio, state: State) -> str:
    """The code that uses the package directly."""
    network = studio.denoiser(state["model"])
    lines = ["import torch", "from explorer import diffusion, images", "from explorer.zoo import Zoo", "",
             f'model = Zoo().load("{state["model"]}")']  # fmt: skip
    if state["mode"] != "reverse":
        expression = "images.to_digit(picture)" if network.channels == 1 else "images.to_tensor(picture, model.image_size)"
        lines += ['picture = images.read_upload("picture.png")', f"image = {expression}"]
    if state["mode"] == "forward":
        return "\n".join([
            *lines, f"x = diffusion.noised(model, image, t={state['start']}, seed={state['seed']})",
            'images.to_pil(model.picture(x[None])[0]).save("noised.png")',
        ])  # fmt: skip
    options = {key: state[key] for key in ("seed", *REVERSE)}
    picture = f", image=image, start={session.start_timestep(studio, state)}" if state["mode"] == "edit" else ""
    picture += ", erased=hole" if state["mode"] == "edit" and any(state["erased"]) else ""
    return "\n".join([
        *lines, f"labels = torch.tensor([{_labels(studio, state)}])", f"settings = {options}",
        f"for step in diffusion.denoise(model, labels, **settings{picture}):", "    print(step.t, step.snr)",
        'images.enlarge(images.to_pil(model.picture(step.x)[0]), 512).save("picture.png")',
    ])  # fmt: skip
