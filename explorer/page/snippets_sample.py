"""Code that draws what the Sample tab shows, for a program to run: over the network, with the package, and the settings as a file."""

from __future__ import annotations

import json
from typing import Any

from ..diffusion import DEFAULT
from . import conditions
from .studio import Studio


def settings(studio: Studio, state: dict[str, Any]) -> str:
    """The settings with the SHA-256 of the weights, as JSON."""
    return json.dumps({"revision": studio.revision(state["model"]), **state}, indent=1)


def _labels(studio: Studio, state: dict[str, Any]) -> list[float]:
    return conditions.weights(studio, state["model"], state["label"]).tolist()


def client(studio: Studio, state: dict[str, Any]) -> str:
    """A call of /sample; ADDRESS stands for the page's own."""
    values: dict[str, Any] = {"model": state["model"], "seed": state["seed"], "count": state["count"]}
    if state["model"] in studio.denoisers:
        values |= {"labels": _labels(studio, state), "settings": DEFAULT}
    elif state["model"] in studio.coders:
        values |= {"labels": _labels(studio, state), "settings": {"temperature": state["temperature"]}}
    else:
        values |= {"truncation": state["truncation"]}
        values |= {"labels": state["label"].split(conditions.AND)} if state["model"] in studio.conditional else {}
    lines = "".join(f"    {name}={json.dumps(value) if isinstance(value, str) else value},\n" for name, value in values.items())
    head = 'from gradio_client import Client\n\nclient = Client("ADDRESS")\npictures, details = client.predict(\n'
    return f'{head}{lines}    api_name="/sample",\n)'


def package(studio: Studio, state: dict[str, Any]) -> str:
    """The same with the explorer's own functions."""
    load = f'model = Zoo().load("{state["model"]}")'
    if state["model"] in studio.denoisers:
        return "\n".join([
            "import torch", "from explorer import diffusion, images", "from explorer.zoo import Zoo", "", load,
            f"labels, settings = torch.tensor([{_labels(studio, state)}]), {DEFAULT}",
            f"seeds = range({state['seed']}, {state['seed'] + state['count']})",
            "drawn = [diffusion.sample(model, labels, seed=seed, **settings) for seed in seeds]",
            'images.grid(torch.cat(drawn), 8).save("sheet.png")',
        ])  # fmt: skip
    if state["model"] in studio.coders:
        return "\n".join([
            "import torch", "from explorer import codes, images", "from explorer.zoo import Zoo", "", load,
            f"labels = torch.tensor([{_labels(studio, state)}])",
            f"seeds = range({state['seed']}, {state['seed'] + state['count']})",
            f"maps = [codes.write(model, labels, seed=seed, temperature={state['temperature']}) for seed in seeds]",
            'images.grid(torch.cat([model.decode(each) for each in maps]), 8).save("sheet.png")',
        ])  # fmt: skip
    told = [f"labels = torch.tensor([{_labels(studio, state)}])"] if state["model"] in studio.conditional else []
    return "\n".join([
        "import torch", "from explorer import images, latent", "from explorer.zoo import Zoo", "", load,
        f"latents = latent.draw({state['seed']}, {state['count']}, model.latent_size, truncation={state['truncation']})", *told,
        f'images.grid(torch.cat([model.generate(z[None]{", labels" if told else ""}) for z in latents]), 8).save("sheet.png")',
    ])  # fmt: skip
