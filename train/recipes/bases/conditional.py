"""What all recipes share whose generator is told what to draw: how a checkpoint is chosen, and what its timeline shows.

A judge that was trained on real pictures alone reads whether the generator obeyed. It chooses the checkpoint, on latents and conditions
that no card uses, and takes no part in training.
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
)  # objects of the timeline


def load_judge(name: str) -> Judges:
    """The judge that chooses a checkpoint.

    Raises:
        ValueError: if there is none yet, with the command that makes it.
    """
    zoo = Zoo()
    if name not in zoo.checkpoints:
        raise ValueError(f"{name} chooses this checkpoint, and there is none: python -m train {name} --ship checkpoints makes it")
    return zoo.load(name)


@dataclass(kw_only=True)
class ConditionalRecipe(Recipe):
    """A recipe whose model draws `generate(z, labels)`.

    Attributes:
        judge_name: of the checkpoint that chooses.
        judge: of the data set.
        chosen_on: real pictures, whose conditions the generator is asked for when a checkpoint is chosen.
        shown: the conditions of the timeline's columns, (columns, conditions); it has as many rows as columns, each of one latent.
    """

    judge_name: ClassVar[str]
    judge: Judges = field(init=False)
    chosen_on: data.Pictures = field(init=False)
    shown: Tensor = field(init=False)

    def __post_init__(self) -> None:
        self.choose_with(load_judge(self.judge_name))

    def choose_with(self, judge: Judges) -> None:
        """Let this judge choose the checkpoint: set `judge`, `chosen_on` and `shown`."""
        raise TypeError(f"{type(self).__name__} defines no choose_with")

    def conditions(self, labels: dict[str, Tensor]) -> Tensor:
        """(batch, conditions), float: from a batch, or from a set's labels."""
        raise TypeError(f"{type(self).__name__} defines no conditions")

    def obedience(self, images: Tensor, asked: Tensor) -> dict[str, float]:
        """What the judge says of pictures for which conditions (count, conditions) were asked."""
        raise TypeError(f"{type(self).__name__} defines no obedience")

    @cached_property
    def _real(self) -> Tensor:
        return metrics.embed(self.judge.embed, (batch["images"] for batch in self.chosen_on.batches()))

    def evaluate(self, model: Model) -> dict[str, float]:
        """Whether the pictures are what was asked for, and precision and recall in the judge's features."""
        asked = self.conditions(self.chosen_on.labels)
        images = torch.cat(list(metrics.drawn(model.cpu(), len(asked), CHOOSING_SEED, labels=asked)))
        found = metrics.embed(self.judge.embed, images.split(128))
        precision, recall = metrics.precision_recall(self._real, found)
        return {**self.obedience(images, asked), **self.distance(found), "precision": precision, "recall": recall}

    def distance(self, features: Tensor) -> dict[str, float]:
        """Of the generated pictures' features from the real ones', if that chooses."""
        return {}

    def preview(self, model: Model) -> Tensor:
        """Columns: the conditions of `shown`. Rows: one latent with all of them."""
        count = len(self.shown)
        z = torch.randn(count, model.latent_size, generator=torch.Generator().manual_seed(TIMELINE_SEED)).repeat_interleave(count, 0)
        with torch.no_grad():
            return torch.cat([model.cpu().generate(*part) for part in zip(z.split(50), self.shown.repeat(count, 1).split(50), strict=True)])

    def latents(self, count: int) -> Tensor:
        device = next(self.parts["generator"].parameters()).device
        return torch.randn(count, self.model.latent_size, device=device)


@dataclass(kw_only=True)
class Cifar10Recipe(ConditionalRecipe):
    """One of ten classes; the judge's features choose (KID), and its agreement with what was asked is told."""

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
        """The last pictures, which the judge did not learn from, choose."""
        self.judge = judge
        self.chosen_on = self.data.rows(torch.arange(max(0, len(self.data) - self.judged), len(self.data)))
        self.shown = torch.eye(len(self.judge.classes))


@dataclass(kw_only=True)
class ObjectsRecipe(ConditionalRecipe):
    """One to three of 24 objects; the course's score chooses, on sets of the train split that the course does not score."""

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
        """Of the pictures whose objects the course does not score, a random `judged` choose."""
        self.judge = judge
        free = (~among(self.data.labels["objects"], scored_sets())).nonzero().flatten()
        order = torch.randperm(len(free), generator=torch.Generator().manual_seed(CHOOSING_SEED))
        self.chosen_on = self.data.rows(free[order[: self.judged]])
        self.shown = data.several(SHOWN, OBJECTS)
