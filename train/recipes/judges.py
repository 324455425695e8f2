"""judge-mnist and judge-cifar10: classifiers of generated pictures.

Both are trained on real pictures only, and are not used to train a generator. The network and the training follow Jordan 2024 ("94% on
CIFAR-10 in 3.29 seconds on a single GPU"): a frozen first layer that whitens patches, initialisation with identity kernels, Nesterov
momentum with a triangular learning rate, label smoothing, and mirrored and shifted pictures.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional as F

from explorer.models import ClassJudge
from train import data
from train.command import command
from train.data.sources import CIFAR10
from train.metrics.seeds import VALIDATION
from train.parts.augment import shifted
from train.recipe import Recipe


def climb_and_fall(done: float) -> float:
    """The schedule of Jordan 2024: linearly up from 0.2 to 1 in the first fifth of the run, then linearly down to 0."""
    return 0.2 + 4 * done if done < 0.2 else 1.25 * (1 - done)


@dataclass(kw_only=True)
class ClassJudgeRecipe(Recipe):
    """A classifier trained with the cross-entropy of smoothed labels."""

    validation: data.Pictures
    test: data.Pictures
    shift: int
    mirror: bool

    def train_step(self, batch, backward):
        images = shifted(batch["images"], self.shift, mirror=self.mirror).contiguous(memory_format=torch.channels_last)
        logits = self.parts["network"](images)["class"].float()
        loss = F.cross_entropy(logits, batch["label"], label_smoothing=0.2)
        self.step("network", loss, backward)
        return {"loss": loss.detach(), "train_accuracy": (logits.argmax(1) == batch["label"]).float().mean()}

    def evaluate(self, model):
        """The accuracy on the test pictures, and the error rate on the validation pictures, which chooses the checkpoint."""
        accuracies, model = {}, model.cpu()
        for name, pictures in (("validation", self.validation), ("test", self.test)):
            correct = []
            for batch in pictures.batches(500):
                correct.append(model.judge(batch["images"])["class"].argmax(1) == batch["label"])
            accuracies[name] = torch.cat(correct).float().mean().item()
        return {"accuracy_class": accuracies["test"], "error": 1 - accuracies["validation"]}


def _recipe(
    name: str, model: ClassJudge, *, batch_size: int, learning_rate: float, weight_decay: float, mirror: bool, limit: int | None
) -> ClassJudgeRecipe:
    pictures = data.load(name, "train", model.image_size, channels=model.channels, limit=limit)
    train_count = len(pictures) - min(VALIDATION, len(pictures) // 4)
    model.whiten_with(pictures.batch(torch.arange(min(5000, train_count)))["images"])
    model.whiten.requires_grad_(False)
    norms = [p for key, p in model.named_parameters() if "norm" in key]
    others = [p for key, p in model.named_parameters() if "norm" not in key and p.requires_grad]
    groups = [
        {"params": others, "scale": 1.0, "weight_decay": weight_decay},
        {"params": norms, "scale": 4.0, "weight_decay": weight_decay / 4},
    ]
    return ClassJudgeRecipe(
        model=model,
        parts={"network": model},
        optimizers={"network": torch.optim.SGD(groups, lr=learning_rate, momentum=0.9, nesterov=True)},
        data=pictures.rows(torch.arange(train_count)),
        batch_size=batch_size,
        averaged=("network",),
        average_decay=0.99,
        metric="error",
        rates={"network": learning_rate},
        rate=climb_and_fall,
        validation=pictures.rows(torch.arange(train_count, len(pictures))),
        test=data.load(name, "test", model.image_size, channels=model.channels, limit=limit),
        shift=2,
        mirror=mirror,
    )


@command(
    "judge-mnist",
    images=300_000,
    summary="A classifier that reads a digit.",
    trained_on="58,000 digits of MNIST",
    data="mnist",
    evaluate_every=100_000,
    story="2,000 more of the train split chose the moment. Accuracy on the 10,000 test digits; seed 0.",
)
def judge_mnist(batch_size: int = 250, learning_rate: float = 0.1, weight_decay: float = 5e-4, limit: int | None = None) -> Recipe:
    """A classifier of digits of 28 pixels.

    Args:
        batch_size: pictures per step.
        learning_rate: of SGD with Nesterov momentum 0.9; four times as high for batch norm.
        weight_decay: of SGD; a quarter of it for batch norm.
        limit: use only this many pictures, for a quick try.
    """
    model = ClassJudge([str(digit) for digit in range(10)], channels=1, image_size=28, widths=(32, 64, 128))
    return _recipe("mnist", model, batch_size=batch_size, learning_rate=learning_rate, weight_decay=weight_decay, mirror=False, limit=limit)


@command(
    "judge-cifar10",
    images=400_000,
    summary="A classifier that names what a small photo shows.",
    trained_on="48,000 photos of CIFAR-10",
    data="cifar10",
    evaluate_every=100_000,
    story="2,000 more of the train split chose the moment. Accuracy on the 10,000 test pictures, each judged with its mirror image; "
    "seed 0.",
)
def judge_cifar10(batch_size: int = 250, learning_rate: float = 0.2, weight_decay: float = 1.2e-3, limit: int | None = None) -> Recipe:
    """A classifier of CIFAR-10's ten classes.

    Args:
        batch_size: pictures per step.
        learning_rate: of SGD with Nesterov momentum 0.9; four times as high for batch norm.
        weight_decay: of SGD; a quarter of it for batch norm.
        limit: use only this many pictures, for a quick try.
    """
    model = ClassJudge(CIFAR10, widths=(64, 192, 256), mirror=True)
    return _recipe(
        "cifar10", model, batch_size=batch_size, learning_rate=learning_rate, weight_decay=weight_decay, mirror=True, limit=limit
    )
