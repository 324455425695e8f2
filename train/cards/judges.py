"""The section of a judge's card: its accuracy on pictures that it was not trained on."""

from __future__ import annotations

from explorer.card import Measure

from . import birds
from .card import Card


def tell(card: Card) -> None:
    """Add the accuracies from the judge's training log. The judge of birds also gets a confusion matrix of colours."""
    accuracies = {key: value for key, value in card.checkpoint.chosen.items() if key.startswith("accuracy")}
    table = [f"| {key.removeprefix('accuracy_')} | {value:.1%} |" for key, value in accuracies.items()]
    card.add(
        ["## Accuracy on pictures it was not trained on", "", "| question | accuracy |", "|---|---|", *table, ""],
        [Measure("accuracy", round(value, 4), quantity=key.replace("_", " ")).row for key, value in accuracies.items()],
    )
    if card.data == "birds":
        card.add(birds.confusion(card.model))
