"""What the loop and a recipe agree on.

A recipe owns networks, optimisers, hyper-parameters and one `train_step`; the loop owns time: order of the pictures, devices,
averaging, saving, logging. The loop knows nothing of GANs.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor, nn

from explorer.models import Model

from .data import Pictures


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
        anneal_after: share of the run after which these rates fall to zero in a line.
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
    anneal_after: float = 1.0
    dataset: str = ""
    judged: ClassVar[int] = 0

    def train_step(self, batch: dict[str, Tensor], backward: Callable[..., None]) -> dict[str, Tensor]:
        """One update of every part. `backward` replaces `Tensor.backward`. Returns losses to log, detached scalars."""
        raise TypeError(f"{type(self).__name__} defines no train_step")

    def step(self, name: str, loss: Tensor, backward: Callable[..., None]) -> None:
        """One step of an optimiser at this moment's rate, with the gradients of what it moves and no others."""
        optimizer, share = self.optimizers[name], 1.0
        if self.anneal_after < 1:
            share = min(1.0, (1 - self.done) / (1 - self.anneal_after))
        for group in optimizer.param_groups:
            group["lr"] = self.rates[name] * share
        optimizer.zero_grad()
        backward(loss, inputs=[weight for group in optimizer.param_groups for weight in group["params"]])
        optimizer.step()

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
