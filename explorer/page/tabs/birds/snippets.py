"""Code that draws what the Text to bird tab shows, for a program to run: over the network, with the package, and the settings as a file."""

from __future__ import annotations

from explorer.page.shared.fields import State
from explorer.page.shared.studio import Studio

from .session import FIELDS


def settings(studio: Studio, state: State) -> str:
    """The settings with the SHA-256 of the weights, as JSON."""
    model = state["model"]
    return FIELDS.file(state, revision=studio.catalogue.revision(model), encoder=studio.catalogue.encoder(model))


def client(state: State) -> str:
    """A call of /text_to_bird; ADDRESS stands for the page's own."""
    head = 'from gradio_client import Client\n\nclient = Client("ADDRESS")\npictures, details = client.predict(\n'
    return f'{head}{FIELDS.keywords(state)}    api_name="/text_to_bird",\n)'


def package(studio: Studio, state: State) -> str:
    """The same with the explorer's own functions."""
    model, seed, count = state["model"], state["seed"], state["count"]
    if state["other"]:
        drawn = (
            f"texts = [illustration.between(encoder, {state['sentence']!r}, {state['other']!r}, i / {max(1, count - 1)}) "
            f"for i in range({count})]\n"
            f"drawn = [illustration.draw(model, text, {seed}, {state['augmentation']})[-1] for text in texts]"
        )
    else:
        drawn = (
            f"text = encoder.understand([{state['sentence']!r}])[0]\n"
            f"drawn = [illustration.draw(model, text, seed, {state['augmentation']})[-1] for seed in range({seed}, {seed + count})]"
        )
    return "\n".join([
        "import torch", "from explorer import illustration, images", "from explorer.zoo import Zoo", "", "zoo = Zoo()",
        f'model, encoder = zoo.load("{model}"), zoo.load("{studio.catalogue.encoder(model)}")', "with torch.inference_mode():",
        *(f"    {line}" for line in drawn.split("\n")),
        'images.grid(torch.stack(drawn), 8).save("birds.png")',
    ])  # fmt: skip
