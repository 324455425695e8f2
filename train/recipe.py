"""What the loop and a recipe agree on.

A recipe owns networks, optimisers, hyper-parameters and one `train_step`; the loop owns time: order of the pictures, devices,
averaging, saving, logging. The loop knows nothing of GANs.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor, nn

from explorer.models import Model

from .data import Pictures


def constant(done: float) -> float:
    """The schedule that changes nothing."""
    return 1.0


def linear(after: float) -> Callable[[float], float]:
    """A schedule that is 1 for a share `after` of the run and then falls to 0 in a line; 1 throughout where that is the whole run."""

    def rate(done: float) -> float:
        return min(1.0, (1 - done) / (1 - after)) if after < 1 else 1.0

    return rate


def warm_cosine(warm_up: float, first: float) -> Callable[[float], float]:
    """A schedule that climbs from `first` for about a share `warm_up` of the run, and falls to 0 along half a cosine (Loshchilov and
    Hutter 2017, eq. 5)."""

    def rate(done: float) -> float:
        return min(1.0, done / warm_up + first) * (1 + math.cos(math.pi * done)) / 2

    return rate


@dataclass
class Recipe:
    """One system to train. A recipe file subclasses it or fills it in.

    Attributes:
        model: what ships.
        parts: the networks that are trained, by name. A part of the model that is averaged carries its attribute's name, such as
            "generator", or any other name if it is the whole model; what is no part of the model, such as a projected discriminator, is
            kept for warm starts in training.safetensors.
        optimizers: by name.
        data: the pictures.
        dataset: their set's name, by which a run knows whether a checkpoint that it starts from learned from the same; "" is like any.
        batch_size: pictures in a step.
        averaged: parts of which an exponential moving average is kept, and shipped.
        average_decay: per step, reached gradually.
        metric: the key of `evaluate`'s result that chooses the checkpoint; lower is better.
        compare_raw: whether the last weights compete with the averaged ones.
        done: the share of the run that is behind, in [0, 1); the loop sets it before each step.
        rates: of the optimisers that `step` steps, by name.
        rate: the schedule of these rates: share of the run that is behind, see `progress`, -> factor of each rate.
        judged: training pictures that choose the checkpoint, at most; 0 where others, or other things, do.
    """

    model: Model
    parts: dict[str, nn.Module]
    optimizers: dict[str, torch.optim.Optimizer]
    data: Pictures
    batch_size: int
    averaged: tuple[str, ...] = ()
    average_decay: float = 0.999
    metric: str | None = None
    compare_raw: bool = False
    done: float = 0.0
    rates: dict[str, float] = field(default_factory=dict)
    rate: Callable[[float], float] = constant
    dataset: str = ""
    judged: ClassVar[int] = 0

    def train_step(self, batch: dict[str, Tensor], backward: Callable[..., None]) -> dict[str, Tensor]:
        """One update of every part. `backward` replaces `Tensor.backward`. Returns losses to log, detached scalars."""
        raise TypeError(f"{type(self).__name__} defines no train_step")

    def step(self, name: str, loss: Tensor, backward: Callable[..., None], longest: float = math.inf) -> None:
        """One step of an optimiser at this moment's rate, with the gradients of what it moves and no others.

        Args:
            name: of the optimiser. A group of its weights may have a "scale": its rate is so many times the others'.
            loss: a scalar.
            backward: as `train_step` gets it.
            longest: a longer gradient, all weights together, is scaled down to this norm.
        """
        optimizer, factor = self.optimizers[name], self.rate(self.progress(name))
        weights = [weight for group in optimizer.param_groups for weight in group["params"]]
        for group in optimizer.param_groups:
            group["lr"] = self.rates[name] * group.get("scale", 1.0) * factor
        optimizer.zero_grad()
        backward(loss, inputs=weights)
        if longest < math.inf:
            nn.utils.clip_grad_norm_(weights, longest)
        optimizer.step()

    def progress(self, name: str) -> float:
        """The share that is behind of the part of the run in which an optimiser steps, in [0, 1): by default of the whole run."""
        return self.done

    def averages(self, name: str) -> bool:
        """Whether an averaged part's weights of this step go into its average."""
        return True

    def evaluate(self, model: Model) -> dict[str, float]:
        """Metrics of the model as it would ship; {} for none."""
        return {}

    def preview(self, model: Model) -> Tensor | None:
        """The pictures of the training timeline, (count, channels, height, width) in [-1, 1], always of the same latents."""
        return None

    def snapshot(self, averages: dict[str, nn.Module]) -> Model:
        """A copy of the model in eval mode, with the averages in the place of the parts that have one."""
        model = copy.deepcopy(self.model)
        for name, part in averages.items():
            getattr(model, name, model).load_state_dict(part.state_dict())
        return model.eval().requires_grad_(False)

    def extra_parts(self) -> dict[str, nn.Module]:
        """The trained parts that are not parts of the model."""
        inside = {id(module) for module in self.model.modules()}
        return {name: part for name, part in self.parts.items() if id(part) not in inside}
