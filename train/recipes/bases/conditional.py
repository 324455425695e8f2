"""Base classes of recipes for conditional generators: how the best checkpoint is chosen, and what the timeline shows.

A judge, which is a classifier trained on real pictures only, measures whether generated pictures match their conditions. It is used to
choose the checkpoint, never in training. The seed of the latents differs from those of the model cards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from explorer.judges import object_score, whole_sets
from explorer.models import ClassJudge, Judges, Model
from explorer.zoo import Zoo
from train import data, metrics
from train.data.iclevr import OBJECTS, among, scored_sets
from train.metrics.seeds import CHOOSING_SEED, TIMELINE_SEED
from train.recipe import Recipe

SHOWN = (
    ("red cube",),
    ("red cube", "cyan sphere"),
    ("red cube", "cyan sphere", "yellow cylinder"),
    ("green sphere", "blue cylinder"),
)  # the conditions of the timeline's columns


def load_judge(name: str) -> Judges:
    """Load the judge that is used to choose the checkpoint.

    Raises:
        ValueError: if there is no such checkpoint; the message names the command that trains it.
    """
    zoo = Zoo()
    if name not in zoo.checkpoints:
        raise ValueError(f"{name} is needed to choose the best checkpoint; train it with: python -m train {name} --ship checkpoints")
    return zoo.load(name)


@dataclass(kw_only=True)
class ConditionalRecipe(Recipe):
    """A recipe of a model with the method `generate(z, labels)`.

    Attributes:
        judge_name: the name of the judge's checkpoint.
        judge: the classifier that evaluates the generated pictures.
        chosen_on: the real pictures that generated pictures with the same conditions are compared with.
        shown: the conditions of the timeline's columns, (columns, conditions). The timeline has as many rows, with one latent per row.
    """

    judge_name: ClassVar[str]
    judge: Judges = field(init=False)
    chosen_on: data.Pictures = field(init=False)
    shown: Tensor = field(init=False)

    @property
    def feature_network(self) -> str:
        return self.judge_name

    def __post_init__(self) -> None:
        self.choose_with(load_judge(self.judge_name))

    def choose_with(self, judge: Judges) -> None:
        """Set `judge`, `chosen_on` and `shown`."""
        raise TypeError(f"{type(self).__name__} defines no choose_with")

    def conditions(self, labels: dict[str, Tensor]) -> Tensor:
        """Convert the labels of a batch or a whole data set to condition vectors, (batch, conditions), float."""
        raise TypeError(f"{type(self).__name__} defines no conditions")

    def obedience(self, images: Tensor, conditions: Tensor) -> dict[str, float]:
        """Metrics of whether the judge finds the requested conditions, (count, conditions), in the generated pictures."""
        raise TypeError(f"{type(self).__name__} defines no obedience")

    @cached_property
    def _real(self) -> Tensor:
        return metrics.embed(self.judge.embed, (batch["images"] for batch in self.chosen_on.batches()))

    def evaluate(self, model: Model) -> dict[str, float]:
        """Metrics of whether generated pictures match their conditions (`obedience`), and their distance to real pictures (`distance`),
        precision and recall in the judge's features."""
        conditions = self.conditions(self.chosen_on.labels)
        images = torch.cat(list(metrics.drawn(model.cpu(), len(conditions), CHOOSING_SEED, labels=conditions)))
        features = metrics.embed(self.judge.embed, images.split(128))
        precision, recall = metrics.precision_recall(self._real, features)
        return {**self.obedience(images, conditions), **self.distance(features), "precision": precision, "recall": recall}

    def distance(self, features: Tensor) -> dict[str, float]:
        """The distance between the features of generated and real pictures, if the checkpoint is chosen by it; otherwise {}."""
        return {}

    def preview(self, model: Model) -> Tensor:
        """A grid of pictures: one condition of `shown` per column, one latent per row."""
        count = len(self.shown)
        z = torch.randn(count, model.latent_size, generator=torch.Generator().manual_seed(TIMELINE_SEED)).repeat_interleave(count, 0)
        with torch.no_grad():
            return torch.cat([model.cpu().generate(*part) for part in zip(z.split(50), self.shown.repeat(count, 1).split(50), strict=True)])

    def latents(self, count: int) -> Tensor:
        device = next(self.parts["generator"].parameters()).device
        return torch.randn(count, self.model.latent_size, device=device)


@dataclass(kw_only=True)
class Cifar10Recipe(ConditionalRecipe):
    """Pictures of one of ten classes. KID in the judge's features chooses the checkpoint; how often the judge predicts the requested class
    is only logged."""

    judge_name = "judge-cifar10"
    judge: ClassJudge = field(init=False)
    judged = 1000

    def conditions(self, labels):
        return F.one_hot(labels["label"], len(self.judge.classes)).float()

    @torch.no_grad()
    def obedience(self, images, conditions):
        predicted = torch.cat([self.judge.judge(part)["class"] for part in images.split(128)]).argmax(1)
        return {"agreement": (predicted == conditions.argmax(1)).float().mean().item()}

    def distance(self, features):
        return {"kid": metrics.kernel_distance(self._real, features)[0]}

    def choose_with(self, judge):
        """Choose the checkpoint with the last `judged` training pictures, on which the judge was not trained."""
        self.judge = judge
        self.chosen_on = self.data.rows(torch.arange(max(0, len(self.data) - self.judged), len(self.data)))
        self.shown = torch.eye(len(self.judge.classes))


@dataclass(kw_only=True)
class DigitsRecipe(Cifar10Recipe):
    """Digits of one of ten classes. The Fréchet distance in the judge's features chooses the checkpoint."""

    judge_name = "judge-mnist"

    def distance(self, features):
        return {"fd": metrics.frechet_distance(self._real, features)}


@dataclass(kw_only=True)
class ObjectsRecipe(ConditionalRecipe):
    """Pictures of one to three of 24 objects. The checkpoint is chosen by the course's score, measured on combinations of objects from the
    train split that are not in the course's own test."""

    judge_name = "judge-iclevr"
    judged = 600

    def conditions(self, labels):
        return labels["objects"]

    @torch.no_grad()
    def obedience(self, images, conditions):
        logits = torch.cat([self.judge.judge(part)["objects"] for part in images.split(128)])
        score = object_score(logits, conditions)
        return {"score": score, "exact_set": whole_sets(logits, conditions).float().mean().item(), "error": 1 - score}

    def choose_with(self, judge):
        """Choose the checkpoint with `judged` random pictures whose combinations of objects are not in the course's test."""
        self.judge = judge
        candidates = (~among(self.data.labels["objects"], scored_sets())).nonzero().flatten()
        order = torch.randperm(len(candidates), generator=torch.Generator().manual_seed(CHOOSING_SEED))
        self.chosen_on = self.data.rows(candidates[order[: self.judged]])
        self.shown = data.several(SHOWN, OBJECTS)
