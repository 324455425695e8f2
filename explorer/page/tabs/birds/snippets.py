"""Code to copy that reproduces what the Text to bird tab shows, for the API and for the package, and the content of the settings file."""

from __future__ import annotations

from explorer.page.shared.fields import State
from explorer.page.shared.studio import Studio

from .session import FIELDS


def settings(studio: Studio, state: State) -> str:
    """The settings with the SHA-256 of the weights, as JSON."""
    model = state["model"]
    return FIELDS.file(state, revision=studio.catalogue.revision(model), encoder=studio.catalogue.encoder(model))


def client(state: State) -> str:
    """The code that calls /text_to_bird; the browser replaces ADDRESS by the page's address."""
    head = 'from gradio_client import Client\n\nclient = Client("ADDRESS")\npictures, details = client.predict(\n'
    return f'{head}{FIELDS.keywords(state)}    api_name="/text_to_bird",\n)'


def package(studio: Studio, state: State) -> str:
    """The code that uses the package directly."""
    model = state["model"]
    settings = FIELDS.keywords(state).replace(f"    model={model!r},\n", "").replace("    ", "        ")
    return (
        "import torch\nfrom explorer import illustration, images\nfrom explorer.zoo import Zoo\n\nzoo = Zoo()\n"
        f"model, encoder = zoo.load({model!r}), zoo.load({studio.catalogue.encoder(model)!r})\n"
        f"with torch.inference_mode():\n    birds = illustration.illustrate(\n        model, encoder,\n{settings}    )\n"
        "    pictures = torch.stack([list(bird.stages)[-1] for bird in birds])\n"
        'images.grid(pictures, 8).save("birds.png")'
    )
