"""The recipes of digit classifiers with few labels: one run trains a classifier for each number of labels, all on the same draw of digits.

No test digit chooses anything: the last step's weights count, and the accuracy on the test split is only logged.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.few_labels import BETAS, RATE, Labelled, accuracy, chosen, classifier_step, sgan_step, vaegan_step
from explorer.models import SGAN, VAEGAN, FewLabels, Model
from train import data
from train.metrics.seeds import TIMELINE_SEED
from train.parts.augment import distorted, shifted
from train.recipe import Recipe

EXTRA = 20  # labels as the report's tutorial draws them for "25": 25 // 10 of each class; measured, but not shipped
SHOWN = 100  # labels of the classifier whose generator ships
CONFIDENT, PER_LABELLED = 0.95, 7  # Sohn et al. 2020, table 4


@dataclass(kw_only=True)
class FewLabelsRecipe(Recipe):
    """The step of one number of labels, for all of them in turn.

    The names of parts and optimisers end with the number of labels, as in "classifier_25".

    Attributes:
        labelled: the labelled digits by their number.
        test: the digits of the test split, and their labels.
    """

    labelled: dict[int, Labelled]
    test: tuple[Tensor, Tensor]
    roles: tuple[str, ...] = ("classifier",)

    def networks(self, count: int) -> dict[str, nn.Module]:
        """The networks of a number of labels, by their role."""
        return {role: self.parts[f"{role}_{count}"] for role in self.roles}

    def learn(self, count: int, real: Tensor, update: Callable[[str, Tensor], None]) -> dict[str, Tensor]:
        """One step for a number of labels; `real` are digits without labels, (batch, 1, 28, 28)."""
        return classifier_step(self.networks(count), self.labelled[count], update)

    def train_step(self, batch, backward):
        logged = {}
        for count in self.labelled:
            losses = self.learn(count, batch["images"], lambda name, loss, count=count: self.step(f"{name}_{count}", loss, backward))
            logged |= {f"{name}_{count}": value for name, value in losses.items()}
        return logged

    def judged_classifiers(self) -> dict[int, nn.Module]:
        """The classifiers whose accuracy is measured, by number of labels."""
        return {count: self.parts[f"classifier_{count}"] for count in self.labelled}

    def evaluate(self, model: Model) -> dict[str, float]:
        """The accuracy on the digits of the test split, by number of labels: `accuracy_25` and so on."""
        images, labels = self.test
        return {f"accuracy_{count}": accuracy(each, images, labels) for count, each in self.judged_classifiers().items()}

    @torch.no_grad()
    def preview(self, model: Model) -> Tensor | None:
        """Four digits from the generator of each number of labels, from the same latents; None without a generator."""
        name = next((role for role in self.roles if role in ("generator", "decoder")), None)
        if name is None:
            return None
        z = torch.randn(4, self.model.latent_size, generator=torch.Generator().manual_seed(TIMELINE_SEED))
        return torch.cat([copy.deepcopy(self.parts[f"{name}_{count}"]).cpu().float().eval()(z) for count in self.model.counts])

    def extra_parts(self) -> dict[str, nn.Module]:
        """None: the networks of other numbers of labels do not ship."""
        return {}


@dataclass(kw_only=True)
class SGANRecipe(FewLabelsRecipe):
    """`explorer.few_labels.sgan_step`.

    Attributes:
        matching: whether the generator matches features.
    """

    roles: tuple[str, ...] = ("classifier", "generator")
    matching: bool = False

    def learn(self, count, real, update):
        return sgan_step(self.networks(count), self.labelled[count], real, update, self.matching)


@dataclass(kw_only=True)
class VAEGANRecipe(FewLabelsRecipe):
    """`explorer.few_labels.vaegan_step`."""

    roles: tuple[str, ...] = ("classifier", "encoder", "decoder")

    def learn(self, count, real, update):
        return vaegan_step(self.networks(count), self.labelled[count], real, update)


class Distorted(Labelled):
    """Labelled digits, each distorted anew in every batch."""

    def batch(self, size: int) -> tuple[Tensor, Tensor]:
        images, labels = super().batch(size)
        return distorted(images), labels


@dataclass(kw_only=True)
class FixMatchRecipe(FewLabelsRecipe):
    """FixMatch (Sohn et al. 2020): a digit without a label gets the class that the classifier gives to a slightly shifted copy, if it is
    confident, and the classifier has to give the same class to a distorted copy. The averaged classifier ("mean teacher", Tarvainen and
    Valpola 2017) gives the classes here, and is what ships.

    Attributes:
        teachers: the averages by number of labels: the model's classifiers.
        decay: of the averages.
    """

    teachers: dict[int, nn.Module] = field(default_factory=dict)
    decay: float = 0.999

    def learn(self, count, real, update):
        student, teacher = self.parts[f"classifier_{count}"], self.teachers[count]
        images, labels = self.labelled[count].batch(max(1, len(real) // PER_LABELLED))
        with torch.no_grad():
            chances = teacher(shifted(real, 2, mirror=False)).float().softmax(1)
        best, guessed = chances.max(1)
        sure = (best >= CONFIDENT).float()
        logits = student(torch.cat([shifted(images, 2, mirror=False), distorted(real)])).float()
        on_labelled = F.cross_entropy(logits[: len(labels)], labels)
        on_guessed = (F.cross_entropy(logits[len(labels) :], guessed, reduction="none") * sure).mean()
        update("classifier", on_labelled + on_guessed)
        self._average(student, teacher)
        return {"classifier_loss": on_labelled.detach(), "guessed_loss": on_guessed.detach(), "sure": sure.mean()}

    @torch.no_grad()
    def _average(self, student: nn.Module, teacher: nn.Module) -> None:
        """Move the teacher towards the student, faster at the beginning of the run; its batch norm statistics are the student's."""
        done = self.share_done * 1e4
        weight = 1 - min(self.decay, (1 + done) / (10 + done))
        for average, value in zip(teacher.state_dict().values(), student.state_dict().values(), strict=True):
            average.lerp_(value, weight) if average.is_floating_point() else average.copy_(value)

    def judged_classifiers(self):
        return self.teachers


def labelled_digits(pictures: data.Pictures, draw: int, counts: tuple[int, ...], kind: type[Labelled] = Labelled) -> dict[int, Labelled]:
    """The labelled digits of a draw, by their number: the same ones for every recipe.

    Args:
        pictures: of the train split.
        draw: its number.
        kind: `Labelled` or a subclass.
    """
    labels = pictures.labels["label"].long()
    drawn = {}
    for count in counts:
        rows = chosen(labels, count, draw)
        drawn[count] = kind(pictures.fetch(rows).float() / 127.5 - 1, labels[rows])
    return drawn


def test_digits(limit: int | None) -> tuple[Tensor, Tensor]:
    """The digits of the test split, (count, 1, 28, 28) in [-1, 1], and their labels (count,)."""
    pictures = data.load("mnist", "test", 28, channels=1, limit=limit)
    return pictures.fetch(torch.arange(len(pictures))).float() / 127.5 - 1, pictures.labels["label"].long()


def adam(part: nn.Module, rate: float = RATE) -> torch.optim.Adam:
    """Adam as in the report's tutorial."""
    return torch.optim.Adam(part.parameters(), rate, BETAS)


def of_each_count(model: FewLabels) -> tuple[dict[str, nn.Module], dict[str, torch.optim.Optimizer]]:
    """The parts and the optimisers of a recipe: for each number of labels its own networks, as "classifier_25". Those that ship are the
    model's; the others begin like them, with weights of their own.

    Args:
        model: a `FewLabels`, `SGAN` or `VAEGAN`.
    """
    parts: dict[str, nn.Module] = {}
    for count in (EXTRA, *model.counts):
        own = model if count == SHOWN else type(model)(**model._hub_mixin_config)  # new weights
        parts[f"classifier_{count}"] = model.classifiers[str(count)] if count in model.counts else own.classifiers[str(model.counts[0])]
        if isinstance(model, SGAN):
            parts[f"generator_{count}"] = own.generator
        if isinstance(model, VAEGAN):
            parts |= {f"encoder_{count}": own.encoder, f"decoder_{count}": own.generator}
    optimisers = {name: adam(part) for name, part in parts.items()}
    if isinstance(model, SGAN | VAEGAN):
        optimisers |= {f"discriminator_{count}": adam(parts[f"classifier_{count}"]) for count in (EXTRA, *model.counts)}
    return parts, optimisers
