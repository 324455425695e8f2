"""The smallest run: a recipe that fits the mean of some pictures with one number."""

from __future__ import annotations

import torch
from torch import nn

from explorer.models import GAN32
from train.data import InMemory, Pictures
from train.loop import Schedule
from train.recipe import Recipe


class Line(Recipe):
    """Fits the mean of the pictures with one number."""

    def train_step(self, batch, backward):
        error = (batch["images"].mean() - self.parts["generator"].bias).square().sum()
        self.optimizers["generator"].zero_grad()
        backward(error)
        self.optimizers["generator"].step()
        return {"error": error.detach()}

    def evaluate(self, model):
        return {"kid": float(model.generator.bias.abs().sum())}


def line(decay=0.5) -> Line:
    model = GAN32(channels=(2, 2, 2, 2))
    model.generator = nn.Linear(1, 1)
    nn.init.zeros_(model.generator.bias)
    return Line(
        model=model,
        parts={"generator": model.generator},
        optimizers={"generator": torch.optim.SGD(model.generator.parameters(), lr=0.1)},
        data=Pictures(InMemory(torch.full((16, 1, 2, 2), 255, dtype=torch.uint8))),
        batch_size=4,
        averaged=("generator",),
        average_decay=decay,
        metric="kid",
    )


def quick(steps, **kwargs) -> Schedule:
    return Schedule(steps=steps, log_every=5, evaluate_every=5, **kwargs)
