"""The sections of a conditional GAN's card: do its pictures match their conditions, and can a classifier learn from them?

A judge, trained on real pictures, classifies the generated ones. It cannot tell whether all pictures of a class are the same; recall and
GAN-train can: a classifier trained on generated pictures only is tested on real ones (Shmelkov et al. 2018).
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from explorer.card import Measure
from explorer.judges import judge_for, object_score, whole_sets
from explorer.models import ClassJudge, Generates, Judges
from explorer.zoo import Zoo
from train import data, metrics
from train.data.iclevr import OBJECTS, multi_hot, scored_sets, unseen
from train.metrics.seeds import OBEDIENCE_SEEDS, TEACHING_SEED
from train.parts.augment import shifted

from . import compared as others
from .card import Card

CEILING = "gan_train.json"  # in a judge's folder: the classifier's accuracy after training on real pictures
TEACHING, TAUGHT = 20_000, 100_000  # pictures to generate, and training steps of the classifier times its batch size


@torch.no_grad()
def obedience(model: Generates, judge: Judges, sets: Sequence[frozenset[int]]) -> dict[str, list[float]]:
    """The course's score, and the share of exact sets, for every seed of `OBEDIENCE_SEEDS`, with one picture for each set."""
    labels = multi_hot(sets)
    scores: dict[str, list[float]] = {"score": [], "exact": []}
    for seed in OBEDIENCE_SEEDS:
        pictures = torch.cat(list(metrics.drawn(model, len(labels), seed, labels=labels)))
        logits = torch.cat([judge.judge(part)["objects"] for part in pictures.split(100)])
        scores["score"].append(object_score(logits, labels))
        scores["exact"].append(whole_sets(logits, labels).float().mean().item())
    return scores


def _figures(model: Generates, judge: Judges) -> others.Figures:
    """Mean and standard deviation over the seeds: {"test.json": {"score": {"mean": 0.9, "deviation": 0.1}, ...}, ...}."""
    return {
        set_name: {
            kind: {"mean": statistics.mean(values), "deviation": statistics.stdev(values)}
            for kind, values in obedience(model, judge, sets).items()
        }
        for set_name, sets in (("test.json", scored_sets()), ("unseen", unseen()))
    }


def _line(model_name: str, figures: others.Figures) -> str:
    cells = [f"{each['mean']:.3f} ± {each['deviation']:.3f}" for kinds in figures.values() for each in kinds.values()]
    return f"| {model_name} | {' | '.join(cells)} |"


def compared(name: str, folder: Path, judge: Judges, runs: Path | None) -> dict[str, others.Figures]:
    """The rows of all i-CLEVR models other than `name`: shipped ones, runs under `runs`, and deleted runs as stored by an earlier card."""
    zoo = Zoo()

    def measure() -> Iterator[tuple[str, others.Figures]]:
        for other_name, model in others.shipped(zoo, Generates, name):
            if list(getattr(model, "classes", [])) == list(OBJECTS):
                yield other_name, _figures(model, judge)
        for run, model, last in others.trained(zoo, Generates, folder, runs, "*-iclevr*"):
            yield f"run {run}, {last['images']:,} pictures", _figures(model, judge)

    return others.remembered(folder, measure)


def objects(model: Generates, name: str, folder: Path, judge: Judges, runs: Path | None) -> tuple[list[str], list[dict]]:
    """Scores on the course's sets and on sets that are in no training data: markdown, and rows for `model-index`."""
    own_figures = _figures(model, judge)
    results = [
        Measure(kind, round(each["mean"], 4), quantity=f"{kind}, {set_name}", note=f"mean of {len(OBEDIENCE_SEEDS)} seeds").row
        for set_name, kinds in own_figures.items()
        for kind, each in kinds.items()
    ]
    rows = {f"**{name}**": own_figures, **compared(name, folder, judge, runs)}
    return [
        "## Is it what was asked for?",
        "",
        f"judge-iclevr reads one picture of each of the {len(scored_sets())} sets of the course's test.json, and of {len(unseen())} sets "
        f"that no generator saw; seeds {OBEDIENCE_SEEDS[0]:,} to {OBEDIENCE_SEEDS[-1]:,}, mean and standard deviation over them. "
        "Score: of k objects that were asked for, how many are among the k likeliest. "
        "Exact: the objects that the judge sees are those, none missing, none too many.",
        "",
        "| model | test.json, score | exact | unseen sets, score | exact |",
        "|---|---|---|---|---|",
        *(_line(model_name, figures) for model_name, figures in rows.items()),
        "",
    ], results


def taught(images: Tensor, labels: Tensor, test: data.Pictures, classes: Sequence[str], seen: int = TAUGHT, batch_size: int = 100) -> float:
    """Train a classifier on these pictures, and return its accuracy on real test pictures.

    Args:
        images, labels: the training pictures, uint8, (count, 3, side, side), and their classes, (count,).
        test: real pictures with a label each.
        classes: the names of the classes.
        seen: training steps times batch size.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(TEACHING_SEED)
        pupil = ClassJudge(list(classes), image_size=images.shape[-1], widths=(32, 96, 128), mirror=True)
        pupil.whiten_with(next(iter(metrics.batches(images[:5000], 5000))))
        pupil.whiten.requires_grad_(False)
        pupil = pupil.to(memory_format=torch.channels_last).train()
        optimizer = torch.optim.SGD([p for p in pupil.parameters() if p.requires_grad], momentum=0.9, nesterov=True, weight_decay=1e-3)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.2, total_steps=max(2, seen // batch_size), pct_start=0.2)
        for _ in range(max(2, seen // batch_size)):
            rows = torch.randint(len(images), (batch_size,))
            batch = shifted(next(metrics.batches(images[rows], batch_size)), 2)
            logits = pupil(batch.contiguous(memory_format=torch.channels_last))["class"]
            loss = F.cross_entropy(logits, labels[rows], label_smoothing=0.2)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    pupil.eval()
    with torch.no_grad():
        correct = []
        for batch in test.batches(500):
            correct.append(pupil.judge(batch["images"])["class"].argmax(1) == batch["label"])
    return torch.cat(correct).float().mean().item()


def ceiling(folder: Path, name: str, names: Sequence[str], side: int, count: int = TEACHING, seen: int = TAUGHT) -> float:
    """The accuracy of the same classifier after training on `count` real pictures; measured once and stored in the folder."""
    path, settings = folder / CEILING, {"pictures": count, "seen": seen, "side": side, "seed": TEACHING_SEED}
    stored = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if {key: stored.get(key) for key in settings} != settings:
        real = data.load(name, "train", side)
        rows = torch.randperm(len(real), generator=torch.Generator().manual_seed(TEACHING_SEED))[:count]
        accuracy = taught(real.fetch(rows), real.labels["label"][rows], data.load(name, "test", side), names, seen)
        stored = {**settings, "accuracy": accuracy}
        path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    return stored["accuracy"]


@torch.no_grad()
def classes(
    model: Generates, judge: ClassJudge, name: str, folder: Path, count: int = TEACHING, seen: int = TAUGHT
) -> tuple[list[str], list[dict]]:
    """How often a judge predicts the requested class, and GAN-train: markdown, and rows for `model-index`. `folder` is the judge's."""
    names = list(model.classes)
    labels = torch.arange(count) % len(names)
    conditions = F.one_hot(labels, len(names)).float()
    pictures = metrics.stored(metrics.drawn(model, count, TEACHING_SEED, labels=conditions))
    predicted = torch.cat([judge.judge(part)["class"] for part in metrics.batches(pictures, 250)]).argmax(1)
    accuracies = [(predicted[labels == i] == i).float().mean().item() for i in range(len(names))]
    test = data.load(name, "test", model.image_size)
    with torch.enable_grad():
        accuracy = taught(pictures, labels, test, names, seen)
        real_accuracy = ceiling(folder, name, names, model.image_size, count, seen)
    agreement = sum(accuracies) / len(accuracies)
    return [
        "## Is it what was asked for, and is it enough to learn from?",
        "",
        f"{count:,} pictures, equally many of each class, latents seed {TEACHING_SEED:,}. judge-{name} names the class that "
        "was asked for in:",
        "",
        f"| {' | '.join(names)} | mean |",
        "|---" * (len(names) + 1) + "|",
        f"| {' | '.join(f'{value:.0%}' for value in accuracies)} | {agreement:.1%} |",
        "",
        f"GAN-train (Shmelkov et al. 2018): a small classifier that learns from these pictures alone ({seen:,} seen) is right in "
        f"**{accuracy:.1%}** of the {len(test):,} real test pictures; from {count:,} real training pictures it learns {real_accuracy:.1%}.",
        "",
    ], [
        Measure("accuracy", round(agreement, 4), n=count, quantity=f"agreement of judge-{name}").row,
        Measure("accuracy", round(accuracy, 4), n=count, quantity="GAN-train", note=f"{seen} seen").row,
    ]


def tell(card: Card) -> None:
    """Add the section, if the model has conditions. A retrained checkpoint must beat the accuracy of GAN-train, if it is measured, because
    it depends on quality, variety and conditions at once; the distances ignore the conditions."""
    lines, results = sections(card.model, card.name, card.data, card.folder, card.runs)
    card.add(lines, results)
    if gan_train := [row["value"] for row in results if row["name"].startswith("GAN-train")]:
        card.front["headline"] = round(1 - gan_train[0], 4)


def sections(model: Generates, name: str, pictures: str, folder: Path, runs: Path | None) -> tuple[list[str], list[dict]]:
    """The sections: markdown, and rows for `model-index`; both empty for a model without conditions.

    Args:
        model: the model to measure.
        name: of its checkpoint.
        pictures: the name of its data set.
        folder: of the card.
        runs: the folder of runs, for comparison with variants.
    """
    if not getattr(model, "classes", None):
        return [], []
    zoo, judge = Zoo(), judge_for(pictures)
    if judge not in zoo.checkpoints:
        return [f"Not judged: there is no {judge}.", ""], []
    if getattr(model, "most", 1) > 1:
        return objects(model, name, folder, zoo.load(judge), runs)
    return classes(model, zoo.load(judge), pictures, zoo.checkpoints[judge].folder)
