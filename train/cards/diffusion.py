"""The sections of a diffusion model's card: the quality of its pictures for each sampler, number of steps and guidance scale.

The pictures are compared with the test split, which is not used to choose the checkpoint. The features are those of a judge, which takes no
part in training.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from explorer import diffusion, images
from explorer.card import Measure
from explorer.judges import judge_for
from explorer.models import DDPM, ClassJudge
from explorer.models.base import WEIGHTS
from explorer.zoo import Zoo
from train import data, metrics
from train.metrics.seeds import SCORING_SEED, SHEET_SEED

from .card import Card

MEASURED = "samplers.json"
BATCH = 100
DEFAULT = "DPM-Solver++, {steps} steps, guidance {guidance}".format(**diffusion.DEFAULT)


@dataclass(frozen=True)
class Plan:
    """How many pictures to measure: `headline` with the default settings, `wide` for each row of the tables, and `long` for each row with
    1000 steps; 0 for no such rows. `steps` and `guidances` are the settings of the rows."""

    headline: int
    wide: int
    long: int
    steps: tuple[int, ...]
    guidances: tuple[float, ...]


PLANS = {
    "mnist": Plan(5000, 500, 100, (4, 10, 25, 100), (1.0, 1.5, 2.0, 3.0, 5.0)),
    "cifar10": Plan(2000, 500, 0, (4, 10, 25), (1.0, 1.5, 2.0, 3.0)),
}


@torch.no_grad()
def drawn(model: DDPM, count: int, **settings) -> Iterator[Tensor]:
    """Batches of `count` pictures, the classes in turn, with seeds from SCORING_SEED. `settings` are those of `diffusion.denoise`."""
    labels = F.one_hot(torch.arange(count) % len(model.classes), len(model.classes)).float()
    for start in range(0, count, BATCH):
        yield diffusion.sample(model, labels[start : start + BATCH], seed=SCORING_SEED + start, **settings)


class Scored:
    """Compares sets of pictures with the test pictures, in a judge's features."""

    def __init__(self, judge: ClassJudge, pictures: data.Pictures, most: int):
        self.judge, self.labels = judge, pictures.labels["label"]
        self.most = min(most, len(pictures))
        self.real = metrics.embed(judge.embed, (batch["images"] for batch in pictures.take(2 * self.most).batches(250)))

    def __call__(self, features: Tensor) -> dict[str, Any]:
        """FD, KID, precision and recall; and the judge's accuracy, over all pictures and by class."""
        n, classes = len(features), len(self.judge.classes)
        scores = metrics.score(self.real[:n], features)
        labels = torch.arange(n) % classes
        correct = self.judge.head(features).argmax(1) == labels
        return {
            "n": n, "fd": scores.fd, "kid": scores.kid, "precision": scores.precision, "recall": scores.recall,
            "accuracy": correct.float().mean().item(),
            "by_class": [correct[labels == k].float().mean().item() for k in range(classes)],
        }  # fmt: skip

    def floor(self) -> dict[str, Any]:
        """The scores of other real pictures: those of the test split that generated pictures are not compared with."""
        scores = metrics.score(self.real[: self.most], self.real[self.most : 2 * self.most])
        return {"n": self.most, "fd": scores.fd, "kid": scores.kid, "precision": scores.precision, "recall": scores.recall}

    def reading(self) -> float:
        """The judge's accuracy on the real pictures."""
        return (self.judge.head(self.real).argmax(1) == self.labels[: len(self.real)]).float().mean().item()


def measure(model: DDPM, dataset: str, judge: ClassJudge, plan: Plan) -> dict[str, Any]:
    """All figures of the card, as values that JSON can store."""
    test = data.load(dataset, "test", model.image_size, channels=model.channels)
    scored = Scored(judge, test, min(plan.headline, len(test) // 2))

    def score(count: int, **settings: Any) -> dict[str, Any]:
        features = metrics.embed(judge.embed, drawn(model, count, **settings))
        evaluations = settings["steps"] * (1 if settings["guidance"] in (0.0, 1.0) else 2)
        row = {**settings, "evaluations": evaluations, **scored(features)}
        if plan.long and count > plan.long:
            row["few"] = scored(features[: plan.long])
        return row

    figures: dict[str, Any] = {
        "headline": score(scored.most, **diffusion.DEFAULT),
        "floor": scored.floor(),
        "reading": scored.reading(),
    }
    figures["guided"] = [score(plan.wide, **diffusion.DEFAULT | {"guidance": scale}) for scale in plan.guidances]
    figures["samplers"] = [
        score(plan.wide, sampler=sampler, steps=steps, guidance=1.0) for sampler in diffusion.SAMPLERS for steps in plan.steps
    ]
    if plan.long:
        figures["samplers"] += [score(plan.long, sampler=name, steps=model.timesteps, guidance=1.0) for name in diffusion.SAMPLERS]
    return figures


def measured(model: DDPM, dataset: str, folder: Path, judge: ClassJudge) -> dict[str, Any]:
    """The result of `measure` for these weights. It is stored in the folder, because the measurement takes up to an hour."""
    path = folder / MEASURED
    revision = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    if path.is_file() and (stored := json.loads(path.read_text(encoding="utf-8"))).get("revision") == revision:
        return stored
    figures = {"revision": revision, **measure(model, dataset, judge, PLANS[dataset])}
    path.write_text(json.dumps(figures) + "\n", encoding="utf-8")
    return figures


HEAD = (
    "| {} | evaluations | n | Fréchet distance | precision | recall | classified as requested | worst class |\n"
    "|---|---|---|---|---|---|---|---|"
)


def _line(name: str, row: dict[str, Any], classes: list[str]) -> str:
    worst = min(range(len(classes)), key=row["by_class"].__getitem__)
    return (
        f"| {name} | {row['evaluations']} | {row['n']:,} | {row['fd']:.1f} | {row['precision']:.2f} | {row['recall']:.2f} "
        f"| {row['accuracy']:.1%} | {classes[worst]}, {row['by_class'][worst]:.0%} |"
    )


def tell(card: Card) -> None:
    """Add the sections. A retrained checkpoint replaces the shipped one only if its Fréchet distance is not larger."""
    card.add(*sections(card.model, card.name, card.data, card.folder), headline="fd")


def sections(model: DDPM, name: str, dataset: str, folder: Path) -> tuple[list[str], list[dict[str, Any]]]:
    """Write samples.webp, and samplers.json if the weights are new. Returns the card's sections and the rows of its model-index."""
    _sheet(model, folder / "samples.webp")
    sheet = [
        "## Samples", "", f"64 unselected pictures, the classes in turn ({DEFAULT}, seeds from {SHEET_SEED}):", "",
        "![64 unselected samples](samples.webp)", "",
    ]  # fmt: skip
    if (judge_name := judge_for(dataset)) not in (zoo := Zoo()).checkpoints:
        return sheet, []
    figures, classes = measured(model, dataset, folder, zoo.load(judge_name)), model.classes
    headline, floor = figures["headline"], figures["floor"]
    by_class = ", ".join(f"{label} {share:.1%}" for label, share in zip(classes, headline["by_class"], strict=True))
    lines = [
        "## Quality of the pictures", "",
        f"n generated pictures (the classes in turn, seeds from {SCORING_SEED}) are compared with the first n pictures of the test split, "
        f"in the last features of {judge_name}. This judge classifies {figures['reading']:.1%} of the real pictures correctly. An "
        "evaluation is one forward pass of the network for one picture; with guidance, each step needs two. The Fréchet distance decreases "
        "as n grows, so only rows with the same n can be compared.", "",
        HEAD.format("pictures"), _line(DEFAULT, headline, classes),
        f"| other real test pictures (the floor) | | {floor['n']:,} | {floor['fd']:.1f} | {floor['precision']:.2f} "
        f"| {floor['recall']:.2f} | | |", "",
        f"Classified as requested, by class: {by_class}.", "",
        "By sampler and number of steps, without guidance:", "", HEAD.format("sampler, steps"),
        *(_line(f"{row['sampler']}, {row['steps']}", row, classes) for row in figures["samplers"]), "",
    ]  # fmt: skip
    few = [(row, row["few"]) for row in figures["samplers"] if "few" in row]
    if few:
        text = ", ".join(f"{few_scores['fd']:.0f} ({row['sampler']}, {row['steps']} steps)" for row, few_scores in few)
        n = few[0][1]["n"]
        lines += [f"The rows with {model.timesteps} steps have n = {n}. With the same n, the other Fréchet distances are {text}.", ""]
    lines += [
        f"By guidance scale, DPM-Solver++ with {diffusion.DEFAULT['steps']} steps:", "", HEAD.format("guidance"),
        *(_line(f"{row['guidance']:g}", row, classes) for row in figures["guided"]), "",
    ]  # fmt: skip
    settings = {"n": headline["n"], "split": "test", "features": judge_name, "evaluations": headline["evaluations"]}
    results = [Measure(key, round(headline[key], 5), **settings).row for key in ("fd", "kid", "precision", "recall")]
    results.append(Measure("accuracy", round(headline["accuracy"], 4), **settings, quantity="classified as requested").row)
    return lines + sheet, results


@torch.no_grad()
def _sheet(model: DDPM, path: Path) -> None:
    labels = F.one_hot(torch.arange(64) % len(model.classes), len(model.classes)).float()
    sheet = images.grid(diffusion.sample(model, labels, seed=SHEET_SEED, **diffusion.DEFAULT), 8)
    sheet.resize((2 * sheet.width, 2 * sheet.height), Image.Resampling.NEAREST).save(path, quality=90)
