"""The sections of a conditional GAN's card: do its pictures match their conditions, and can a classifier learn from them?

A judge, which was trained on real pictures, classifies the generated ones. It does not notice if all pictures of a class are the same, but
two other figures do: recall, and GAN-train (Shmelkov et al. 2018). GAN-train is the accuracy on real pictures of a classifier that was
trained on nothing but generated pictures.
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

from . import compared as compared_rows
from .card import Card

CEILING = "gan_train.json"  # the file in a judge's folder that has the accuracy of the classifier after training on real pictures
GAN_TRAIN_PICTURES = 20_000  # generated pictures on which the classifier of GAN-train is trained
GAN_TRAIN_SAMPLES = 100_000  # training steps of this classifier times its batch size: it gets each picture several times


@torch.no_grad()
def condition_scores(model: Generates, judge: Judges, sets: Sequence[frozenset[int]]) -> dict[str, list[float]]:
    """Generate one picture for each set of objects, with every seed of `OBEDIENCE_SEEDS`. Returns two values for every seed: "score", the
    score of the i-CLEVR assignment (`explorer.judges.object_score`), and "exact", the share of pictures in which the judge recognises all
    requested objects and no others."""
    labels = multi_hot(sets)
    scores: dict[str, list[float]] = {"score": [], "exact": []}
    for seed in OBEDIENCE_SEEDS:
        pictures = torch.cat(list(metrics.drawn(model, len(labels), seed, labels=labels)))
        logits = torch.cat([judge.judge(part)["objects"] for part in pictures.split(100)])
        scores["score"].append(object_score(logits, labels))
        scores["exact"].append(whole_sets(logits, labels).float().mean().item())
    return scores


def _figures(model: Generates, judge: Judges) -> compared_rows.Figures:
    """The mean and the standard deviation over the seeds: {"test.json": {"score": {"mean": 0.9, "deviation": 0.1}, ...}, ...}."""
    return {
        set_name: {
            kind: {"mean": statistics.mean(values), "deviation": statistics.stdev(values)}
            for kind, values in condition_scores(model, judge, sets).items()
        }
        for set_name, sets in (("test.json", scored_sets()), ("unseen", unseen()))
    }


def _line(model_name: str, figures: compared_rows.Figures) -> str:
    cells = [f"{each['mean']:.3f} ± {each['deviation']:.3f}" for kinds in figures.values() for each in kinds.values()]
    return f"| {model_name} | {' | '.join(cells)} |"


def compared(name: str, folder: Path, judge: Judges, runs: Path | None) -> dict[str, compared_rows.Figures]:
    """The rows of all i-CLEVR models except `name`: shipped ones, runs under `runs`, and deleted runs that an earlier card has stored."""
    zoo = Zoo()

    def measure() -> Iterator[tuple[str, compared_rows.Figures]]:
        for other_name, model in compared_rows.shipped(zoo, Generates, name):
            if list(getattr(model, "classes", [])) == list(OBJECTS):
                yield other_name, _figures(model, judge)
        for run, model, last in compared_rows.trained(zoo, Generates, folder, runs, "*-iclevr*"):
            yield f"run {run}, {last['images']:,} pictures", _figures(model, judge)

    return compared_rows.remembered(folder, measure)


def objects(model: Generates, name: str, folder: Path, judge: Judges, runs: Path | None) -> tuple[list[str], list[dict]]:
    """Scores on the sets of the i-CLEVR assignment and on sets that are in no training data: markdown, and rows for `model-index`."""
    own_figures = _figures(model, judge)
    results = [
        Measure(kind, round(each["mean"], 4), quantity=f"{kind}, {set_name}", note=f"mean of {len(OBEDIENCE_SEEDS)} seeds").row
        for set_name, kinds in own_figures.items()
        for kind, each in kinds.items()
    ]
    rows = {f"**{name}**": own_figures, **compared(name, folder, judge, runs)}
    return [
        "## Do the pictures show the requested objects?",
        "",
        f"One picture is generated for each of the {len(scored_sets())} sets of objects in test.json, the test of the i-CLEVR assignment, "
        f"and for each of {len(unseen())} sets that no generator was trained on. judge-iclevr classifies the pictures. The table has the "
        f"mean and the standard deviation over the seeds {OBEDIENCE_SEEDS[0]:,} to {OBEDIENCE_SEEDS[-1]:,}. Score is the share of "
        "requested objects that are among the judge's k likeliest objects, where k is the number of objects requested for the picture. "
        "Exact is the share of pictures in which the judge recognises all requested objects and no others.",
        "",
        "| model | score, test.json | exact, test.json | score, unseen sets | exact, unseen sets |",
        "|---|---|---|---|---|",
        *(_line(model_name, figures) for model_name, figures in rows.items()),
        "",
    ], results


def gan_train_accuracy(
    images: Tensor, labels: Tensor, test: data.Pictures, classes: Sequence[str], samples: int = GAN_TRAIN_SAMPLES, batch_size: int = 100
) -> float:
    """Train a classifier on these pictures, and return its accuracy on real test pictures.

    Args:
        images, labels: the training pictures, uint8, (count, channels, side, side), and their classes, (count,). Grey pictures are digits,
            which are not mirrored.
        test: real pictures, each with a label.
        classes: the names of the classes.
        samples: the number of training steps times the batch size.
        batch_size: the number of pictures per training step.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(TEACHING_SEED)
        channels, mirror = images.shape[1], images.shape[1] > 1
        classifier = ClassJudge(list(classes), channels, images.shape[-1], (32, 96, 128), mirror)
        classifier.whiten_with(next(iter(metrics.batches(images[:5000], 5000))))
        classifier.whiten.requires_grad_(False)
        classifier = classifier.to(memory_format=torch.channels_last).train()
        weights, steps = [p for p in classifier.parameters() if p.requires_grad], max(2, samples // batch_size)
        optimizer = torch.optim.SGD(weights, momentum=0.9, nesterov=True, weight_decay=1e-3)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.2, total_steps=steps, pct_start=0.2)
        for _ in range(steps):
            rows = torch.randint(len(images), (batch_size,))
            batch = shifted(next(metrics.batches(images[rows], batch_size)), 2, mirror)
            logits = classifier(batch.contiguous(memory_format=torch.channels_last))["class"]
            loss = F.cross_entropy(logits, labels[rows], label_smoothing=0.2)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    classifier.eval()
    with torch.no_grad():
        correct = []
        for batch in test.batches(500):
            correct.append(classifier.judge(batch["images"])["class"].argmax(1) == batch["label"])
    return torch.cat(correct).float().mean().item()


def ceiling(
    folder: Path,
    data_set: str,
    class_names: Sequence[str],
    side: int,
    count: int = GAN_TRAIN_PICTURES,
    samples: int = GAN_TRAIN_SAMPLES,
    channels: int = 3,
) -> float:
    """The accuracy of the same classifier after training on `count` real pictures. It is measured once and stored in the folder."""
    path, settings = folder / CEILING, {"pictures": count, "seen": samples, "side": side, "seed": TEACHING_SEED}
    stored = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if {key: stored.get(key) for key in settings} != settings:
        real = data.load(data_set, "train", side, channels=channels)
        rows = torch.randperm(len(real), generator=torch.Generator().manual_seed(TEACHING_SEED))[:count]
        test = data.load(data_set, "test", side, channels=channels)
        accuracy = gan_train_accuracy(real.fetch(rows), real.labels["label"][rows], test, class_names, samples)
        stored = {**settings, "accuracy": accuracy}
        path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    return stored["accuracy"]


@torch.no_grad()
def classes(
    model: Generates,
    judge: ClassJudge,
    data_set: str,
    folder: Path,
    count: int = GAN_TRAIN_PICTURES,
    samples: int = GAN_TRAIN_SAMPLES,
) -> tuple[list[str], list[dict]]:
    """How often a judge predicts the requested class, and the accuracy of GAN-train: markdown, and rows for `model-index`. `folder` is the
    judge's folder."""
    names = list(model.classes)
    labels = torch.arange(count) % len(names)
    conditions = F.one_hot(labels, len(names)).float()
    pictures = metrics.stored(metrics.drawn(model, count, TEACHING_SEED, labels=conditions))
    predicted = torch.cat([judge.judge(part)["class"] for part in metrics.batches(pictures, 250)]).argmax(1)
    accuracies = [(predicted[labels == i] == i).float().mean().item() for i in range(len(names))]
    test = data.load(data_set, "test", model.image_size, channels=model.channels)
    with torch.enable_grad():
        accuracy = gan_train_accuracy(pictures, labels, test, names, samples)
        real_accuracy = ceiling(folder, data_set, names, model.image_size, count, samples, model.channels)
    agreement = sum(accuracies) / len(accuracies)
    return [
        "## Do the pictures match their class, and can a classifier learn from them?",
        "",
        f"The model generated {count:,} pictures, equally many of each class (latents seed {TEACHING_SEED:,}). judge-{data_set} classifies "
        "these shares of them as the requested class:",
        "",
        f"| {' | '.join(names)} | mean |",
        "|---" * (len(names) + 1) + "|",
        f"| {' | '.join(f'{value:.0%}' for value in accuracies)} | {agreement:.1%} |",
        "",
        f"For GAN-train (Shmelkov et al. 2018), a small classifier is trained on nothing but these pictures ({samples:,} samples in total, "
        f"with repetition). It classifies **{accuracy:.1%}** of the {len(test):,} real test pictures correctly. If it is trained on "
        f"{count:,} real pictures instead, it classifies {real_accuracy:.1%} correctly.",
        "",
    ], [
        Measure("accuracy", round(agreement, 4), n=count, quantity=f"agreement of judge-{data_set}").row,
        Measure("accuracy", round(accuracy, 4), n=count, quantity="GAN-train", note=f"trained on {samples} samples").row,
    ]


def tell(card: Card) -> None:
    """Add the section, if the model has conditions. If the accuracy of GAN-train is measured, it decides whether a retrained checkpoint
    replaces the shipped one, because it depends on quality, variety and conditions at once; the distances ignore the conditions."""
    lines, results = sections(card.model, card.name, card.data, card.folder, card.runs)
    card.add(lines, results)
    if gan_train := [row["value"] for row in results if row["name"].startswith("GAN-train")]:
        card.front["headline"] = round(1 - gan_train[0], 4)


def sections(model: Generates, name: str, data_set: str, folder: Path, runs: Path | None) -> tuple[list[str], list[dict]]:
    """The sections as markdown, and rows for `model-index`. Both lists are empty for a model without conditions.

    Args:
        model: the model to measure.
        name: the name of its checkpoint.
        data_set: the name of its data set.
        folder: the folder of the card.
        runs: the folder of runs, for a comparison with variants.
    """
    if not getattr(model, "classes", None):
        return [], []
    zoo, judge = Zoo(), judge_for(data_set)
    if judge not in zoo.checkpoints:
        return [f"The pictures were not classified, because there is no {judge}.", ""], []
    if getattr(model, "most", 1) > 1:
        return objects(model, name, folder, zoo.load(judge), runs)
    return classes(model, zoo.load(judge), data_set, zoo.checkpoints[judge].folder)
