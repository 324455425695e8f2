"""Code to copy that asks for the figures, and draws digits at a position of a dial."""

from __future__ import annotations

from explorer.page.shared.fields import State


def client(state: State) -> str:
    """The code that calls /tradeoff; the browser replaces ADDRESS by the page's address."""
    return (
        'from gradio_client import Client\n\nclient = Client("ADDRESS")\nfor point in client.predict(api_name="/tradeoff"):\n'
        '    print(point["model"], point["dial"], point["value"], point["fd"], point["recall"], point["milliseconds"])'
    )


def package(state: State) -> str:
    """The code that uses the package directly."""
    name, _, number = state["point"].rpartition(":")
    return (
        "import torch\n\nfrom explorer import images, tradeoff\nfrom explorer.zoo import Zoo\n\n"
        f'model = Zoo().load("{name}")\nposition = tradeoff.family_of(type(model)).positions[{number}]\n'
        f"digits = tradeoff.drawn(model, torch.eye(10), {state['seed']}, position.settings)\n"
        'images.grid(digits, columns=5).save("digits.png")'
    )
