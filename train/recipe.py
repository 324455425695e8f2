"""The interface between the training loop and a recipe.

A recipe has the networks, the optimisers, the hyper-parameters and a `train_step`. The loop does everything else: it orders the pictures,
places tensors on devices, averages weights, saves and logs. It contains no code for GANs.
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
    """A schedule that is always 1."""
    return 1.0


def linear(after: float) -> Callable[[float], float]:
    """A schedule that is 1 for the first `after` (a share) of the run, and then falls linearly to 0. If `after` is 1, it is always 1."""

    def rate(done: float) -> float:
        return min(1.0, (1 - done) / (1 - after)) if after < 1 else 1.0

    return rate


def warm_cosine(warm_up: float, first: float) -> Callable[[float], float]:
    """A schedule that rises linearly from `first` during the first `warm_up` (a share) of the run, and falls to 0 along half a cosine
    (Loshchilov and Hutter 2017, eq. 5)."""

    def rate(done: float) -> float:
        return min(1.0, done / warm_up + first) * (1 + math.cos(math.pi * done)) / 2

    return rate


@dataclass
class Recipe:
    """A model and all that is needed to train it. Recipe files define subclasses.

    Attributes:
        model: the model that is shipped.
        parts: the networks that are trained, by name. If a part is averaged, its name must be that of an attribute of the model, such as
            "generator"; any other name stands for the whole model. Parts outside the model, such as a projected discriminator, are saved
            in training.safetensors, for warm starts.
        optimizers: by name.
        data: the training pictures.
        dataset: the name of their data set. A warm start from a checkpoint of another data set does not continue its history. "" matches
            every data set.
        batch_size: pictures per step.
        averaged: names of the parts whose weights are shipped as an exponential moving average.
        average_decay: decay of this average per step; it is smaller at the beginning of a run.
        metric: the key of the dict from `evaluate` by which the best checkpoint is chosen; lower is better.
        compare_raw: whether to evaluate the raw weights too, and to choose them if they are better than the average.
        share_done: the completed share of the run, in [0, 1); the loop sets it before each step.
        rates: learning rates by the name of the optimiser.
        rate: the schedule: a function from the completed share (`progress`) to the factor that all learning rates are multiplied by.
        judged: how many training pictures `evaluate` compares with, at most; 0 if it uses other pictures or none.
        feature_network: the network in whose features `evaluate` measures distances, "" for none.
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
    share_done: float = 0.0
    rates: dict[str, float] = field(default_factory=dict)
    rate: Callable[[float], float] = constant
    dataset: str = ""
    judged: ClassVar[int] = 0
    feature_network: ClassVar[str] = ""

    @property
    def measured(self) -> str:
        """In which features, and on how many pictures of which split, `evaluate` measures distances; "" if it measures none."""
        return f"features of {self.feature_network}, n = {min(self.judged, len(self.data)):,}, train split" if self.feature_network else ""

    def train_step(self, batch: dict[str, Tensor], backward: Callable[..., None]) -> dict[str, Tensor]:
        """Update every part once. Call `backward(loss)` instead of `loss.backward()`. Returns the losses to log, as detached scalars."""
        raise TypeError(f"{type(self).__name__} defines no train_step")

    def step(self, name: str, loss: Tensor, backward: Callable[..., None], longest: float = math.inf) -> None:
        """Take one step of an optimiser at the scheduled learning rate. Gradients are computed for the weights of this optimiser only.

        Args:
            name: of the optimiser. A parameter group may have a "scale", by which its learning rate is multiplied.
            loss: a scalar.
            backward: the argument of `train_step`.
            longest: clip the norm of the gradient over all weights to this value.
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
        # Autocast keeps its copies of the weights until the end of the training step, in which these weights may be used again.
        torch.clear_autocast_cache()

    def progress(self, name: str) -> float:
        """The completed share, in [0, 1), of the part of the run in which an optimiser is used; by default that is the whole run."""
        return self.share_done

    def updates_average(self, name: str) -> bool:
        """Whether the moving average of a part is updated at this step."""
        return True

    def evaluate(self, model: Model) -> dict[str, float]:
        """The metrics of a model that could be shipped; {} if there are none."""
        return {}

    def preview(self, model: Model) -> Tensor | None:
        """Pictures for the timeline, (count, channels, height, width) in [-1, 1], generated from the same latents each time."""
        return None

    def snapshot(self, averages: dict[str, nn.Module]) -> Model:
        """A copy of the model in eval mode, whose averaged parts have the averaged weights."""
        model = copy.deepcopy(self.model)
        for name, part in averages.items():
            getattr(model, name, model).load_state_dict(part.state_dict())
        return model.eval().requires_grad_(False)

    def extra_parts(self) -> dict[str, nn.Module]:
        """The trained parts that are not modules of the model."""
        model_modules = {id(module) for module in self.model.modules()}
        return {name: part for name, part in self.parts.items() if id(part) not in model_modules}
