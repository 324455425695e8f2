"""Two models draw the same number of digits, each against its own clock.

They share the machine, so the one whose clock is behind always draws the next digit. Each clock counts its model's own time only: what the
page shows are two models that draw at the same time, each as if it were alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional as F

from explorer import drawing, tradeoff
from explorer.cancellation import check
from explorer.models import Model
from explorer.page.shared.fields import State
from explorer.page.shared.studio import Studio

from .session import DIGITS

BETWEEN = 0.15  # seconds between two moments that are shown
CLASSES = 10


@dataclass
class Lane:
    """A model that draws.

    Attributes:
        name: of the checkpoint.
        digits: drawn so far, (1, 28, 28) each.
        seconds: of its own clock.
    """

    name: str
    digits: list[Tensor] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ended(self) -> bool:
        """Whether it has drawn all digits."""
        return len(self.digits) == DIGITS


def digit(model: Model, seed: int, number: int) -> Tensor:
    """Draw digit `number` of a seed, at the default position: (1, 28, 28). The classes follow each other."""
    position = tradeoff.family_of(type(model)).positions[0]
    label = F.one_hot(torch.tensor(number % CLASSES), CLASSES)
    return drawing.draw(model, seed + number, label, position.settings).picture


def race(studio: Studio, state: State) -> Iterator[tuple[Lane, Lane]]:
    """Draw with both models; yields from time to time, and at the end."""
    lanes = Lane(state["left"]), Lane(state["right"])
    models = {lane.name: studio.zoo.load(lane.name) for lane in lanes}
    for model in models.values():
        digit(model, state["seed"], 0)  # the first digit after a pause takes longer
    shown = time.perf_counter()
    while running := [lane for lane in lanes if not lane.ended]:
        check()
        lane = min(running, key=lambda lane: lane.seconds)
        begun = time.perf_counter()
        lane.digits.append(digit(models[lane.name], state["seed"], len(lane.digits)))
        lane.seconds += time.perf_counter() - begun
        if time.perf_counter() - shown > BETWEEN:
            shown = time.perf_counter()
            yield lanes
    yield lanes
