"""The command that a recipe registers: its name, its length, and the texts for its card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .recipe import Recipe


@dataclass(frozen=True)
class Command:
    """A recipe with the length of its run.

    Attributes:
        name: of the command and of the checkpoint.
        build: hyper-parameters -> recipe.
        images: how many pictures the shipped checkpoint has seen in training.
        card: texts for the model card and the page: summary, trained_on, subject, weakness, story, data (a name in
            `train.data.sources.SOURCES`), good_seeds (comma-separated, for the page's first picture), without (a part that is not shipped).
        evaluate_every: pictures between two measurements.
    """

    name: str
    build: Callable[..., Recipe]
    images: int
    card: dict[str, str]
    evaluate_every: int = 5000


COMMANDS: dict[str, Command] = {}


def command(name: str, images: int, evaluate_every: int = 5000, **card: str) -> Callable:
    """Register the decorated recipe function as `python -m train NAME`."""

    def register(build: Callable[..., Recipe]) -> Callable[..., Recipe]:
        COMMANDS[name] = Command(name, build, images, card, evaluate_every)
        return build

    return register
