"""Code to copy that asks the classifiers with few labels, and draws with their generators."""

from __future__ import annotations

from explorer.page.shared.fields import State


def client(state: State) -> str:
    """The code that calls /classify; the browser replaces ADDRESS by the page's address."""
    return (
        'from gradio_client import Client, handle_file\n\nclient = Client("ADDRESS")\n'
        'digit = handle_file("digit.png")\nfor labels in (25, 50, 100, 1000):\n'
        '    _, details = client.predict(digit, "sgan-mnist", labels, api_name="/classify")\n'
        '    print(labels, details["answers"]["class"])'
    )


def package(state: State) -> str:
    """The code that uses the package directly."""
    labels = state["labels"] or "12:3,40:7"
    return (
        "import torch\n\nfrom explorer import digits\nfrom explorer.few_labels import Labelled, Training, accuracy\n\n"
        f'labels = {{int(number): int(label) for number, label in (pair.split(":") for pair in "{labels}".split(","))}}\n'
        'pictures = digits.read("train")[0][:, None] / 127.5 - 1\n'
        "labelled = Labelled(pictures[list(labels)], torch.tensor(list(labels.values())))\n"
        f"for moment in Training(labelled, unlabelled=None, seed={state['seed']}).run():  # unlabelled=pictures: an SGAN\n"
        "    print(moment.step, moment.losses)\n"
        'test, truth = digits.read("test")\nprint(accuracy(moment.classifier, test[:, None] / 127.5 - 1, truth))'
    )
