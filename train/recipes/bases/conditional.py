"""The base of the recipes of conditional generators: how the best checkpoint is chosen, and what the timeline shows.

A judge, that is a classifier trained on real pictures only, measures whether the generated pictures match their conditions. It is used to
choose the checkpoint, never in training. The latents and conditions are not those of any model card's metrics.
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
    """The judge that chooses a checkpoint.

    Raises:
        ValueError: if it does not exist yet; the message has the command that trains it.
    """
    zoo = Zoo()
    if name not in zoo.checkpoints:
        raise ValueError(f"{name} chooses this checkpoint, and there is none: python -m train {name} --ship checkpoints makes it")
    return zoo.load(name)


@dataclass(kw_only=True)
class ConditionalRecipe(Recipe):
    """A recipe of a model with the method `generate(z, labels)`.

    Attributes:
        judge_name: the name of the judge's checkpoint.
        judge: the classifier that evaluates the generated pictures.
        chosen_on: real pictures. To choose a checkpoint, the generator draws pictures with the same conditions.
        shown: the conditions of the timeline's columns, (columns, conditions). The timeline has as many rows, one latent per row.
    """

    judge_name: ClassVar[str]
    judge: Judges = field(init=False)
    chosen_on: data.Pictures = field(init=False)
    shown: Tensor = field(init=False)

    def __post_init__(self) -> None:
        self.choose_with(load_judge(self.judge_name))

    def choose_with(self, judge: Judges) -> None:
        """Set `judge`, and the `chosen_on` and `shown` that go with it."""
        raise TypeError(f"{type(self).__name__} defines no choose_with")

    def conditions(self, labels: dict[str, Tensor]) -> Tensor:
        """Convert the labels of a batch or a whole data set to condition vectors, (batch, conditions), float."""
        raise TypeError(f"{type(self).__name__} defines no conditions")

    def obedience(self, images: Tensor, asked: Tensor) -> dict[str, float]:
        """Metrics of how well the judge finds the conditions `asked`, (count, conditions), in the generated pictures."""
        raise TypeError(f"{type(self).__name__} defines no obedience")

    @cached_property
    def _real(self) -> Tensor:
        return metrics.embed(self.judge.embed, (batch["images"] for batch in self.chosen_on.batches()))

    def evaluate(self, model: Model) -> dict[str, float]:
        """Whether generated pictures match their conditions (`obedience`), and their distance to real pictures (`distance`), precision and
        recall in the judge's features."""
        asked = self.conditions(self.chosen_on.labels)
        images = torch.cat(list(metrics.drawn(model.cpu(), len(asked), CHOOSING_SEED, labels=asked)))
        found = metrics.embed(self.judge.embed, images.split(128))
        precision, recall = metrics.precision_recall(self._real, found)
        return {**self.obedience(images, asked), **self.distance(found), "precision": precision, "recall": recall}

    def distance(self, features: Tensor) -> dict[str, float]:
        """The distance between the features of generated and real pictures, if it chooses the checkpoint; otherwise {}."""
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
    def obedience(self, images, asked):
        read = torch.cat([self.judge.judge(part)["class"] for part in images.split(128)]).argmax(1)
        return {"agreement": (read == asked.argmax(1)).float().mean().item()}

    def distance(self, features):
        return {"kid": metrics.kernel_distance(self._real, features)[0]}

    def choose_with(self, judge):
        """Choose the checkpoint with the last `judged` pictures, on which the judge was not trained."""
        self.judge = judge
        self.chosen_on = self.data.rows(torch.arange(max(0, len(self.data) - self.judged), len(self.data)))
        self.shown = torch.eye(len(self.judge.classes))


@dataclass(kw_only=True)
class ObjectsRecipe(ConditionalRecipe):
    """Pictures of one to three of 24 objects. The course's score chooses the checkpoint, on combinations of objects in the train split that
    the course does not use for the score."""

    judge_name = "judge-iclevr"
    judged = 600

    def conditions(self, labels):
        return labels["objects"]

    @torch.no_grad()
    def obedience(self, images, asked):
        logits = torch.cat([self.judge.judge(part)["objects"] for part in images.split(128)])
        score = object_score(logits, asked)
        return {"score": score, "exact_set": whole_sets(logits, asked).float().mean().item(), "error": 1 - score}

    def choose_with(self, judge):
        """Choose the checkpoint with `judged` random pictures whose combination of objects the course does not score."""
        self.judge = judge
        free = (~among(self.data.labels["objects"], scored_sets())).nonzero().flatten()
        order = torch.randperm(len(free), generator=torch.Generator().manual_seed(CHOOSING_SEED))
        self.chosen_on = self.data.rows(free[order[: self.judged]])
        self.shown = data.several(SHOWN, OBJECTS)
