"""The command that a recipe registers: its name, the length of the run, and the texts for the model card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .recipe import Recipe


@dataclass(frozen=True)
class Command:
    """A recipe as a command of `python -m train`.

    Attributes:
        name: of the command and of the checkpoint.
        build: the recipe function, from hyper-parameters to a recipe.
        images: the length of the run, in training pictures.
        card: texts for the model card and the page: summary, trained_on, subject, weakness, story, data (a name in
            `train.data.sources.SOURCES`), good_seeds (the page's default seeds, comma-separated), without (the name of a part that is
            not shipped).
        evaluate_every: how many training pictures there are between two evaluations.
        lab: whether the training lab shows the run itself: its history and its timeline are shipped, a card is not.
        weights: whether the weights of such a run are shipped too.
    """

    name: str
    build: Callable[..., Recipe]
    images: int
    card: dict[str, str]
    evaluate_every: int = 5000
    lab: bool = False
    weights: bool = False


COMMANDS: dict[str, Command] = {}


def command(name: str, images: int, evaluate_every: int = 5000, lab: bool = False, weights: bool = False, **card: str) -> Callable:
    """Register the decorated recipe function as `python -m train NAME`."""

    def register(build: Callable[..., Recipe]) -> Callable[..., Recipe]:
        COMMANDS[name] = Command(name, build, images, card, evaluate_every, lab, weights)
        return build

    return register
