"""What the card of a conditional GAN tells: does it draw what it is told, sets too that it never saw, and could one learn from that?

A judge of real pictures reads what is drawn. It cannot see whether all pictures of a class are one and the same; recall and GAN-train can:
a classifier learns from generated pictures alone and is tested on real ones (Shmelkov et al. 2018).
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
from explorer.judges import named, object_score, whole_sets
from explorer.models import ClassJudge, Generates, Judges
from explorer.zoo import Zoo
from train import data, metrics
from train.data.iclevr import OBJECTS, multi_hot, scored_sets, unseen
from train.metrics.seeds import OBEDIENCE_SEEDS, TEACHING_SEED
from train.parts.augment import shifted

from . import compared as others
from .card import Card

CEILING = "gan_train.json"  # in a judge's folder: what the pupil learns from real pictures, the same for every model
TEACHING, TAUGHT = 20_000, 100_000  # pictures drawn, and seen by the classifier that learns from them


@torch.no_grad()
def obedience(model: Generates, judge: Judges, sets: Sequence[frozenset[int]]) -> dict[str, list[float]]:
    """The course's score, and the share of exact sets, for every seed of `OBEDIENCE_SEEDS`: one picture of each set."""
    asked = multi_hot(sets)
    found: dict[str, list[float]] = {"score": [], "exact": []}
    for seed in OBEDIENCE_SEEDS:
        pictures = torch.cat(list(metrics.drawn(model, len(asked), seed, labels=asked)))
        logits = torch.cat([judge.judge(part)["objects"] for part in pictures.split(100)])
        found["score"].append(object_score(logits, asked))
        found["exact"].append(whole_sets(logits, asked).float().mean().item())
    return found


def _figures(model: Generates, judge: Judges) -> others.Figures:
    """Mean and standard deviation over the seeds, by sets and kind: {"test.json": {"score": {"mean": 0.9, "deviation": 0.1}, ...}, ...}."""
    return {
        words: {
            kind: {"mean": statistics.mean(values), "deviation": statistics.stdev(values)}
            for kind, values in obedience(model, judge, sets).items()
        }
        for words, sets in (("test.json", scored_sets()), ("unseen", unseen()))
    }


def _line(who: str, figures: others.Figures) -> str:
    cells = [f"{each['mean']:.3f} ± {each['deviation']:.3f}" for kinds in figures.values() for each in kinds.values()]
    return f"| {who} | {' | '.join(cells)} |"


def compared(name: str, folder: Path, judge: Judges, runs: Path | None) -> dict[str, others.Figures]:
    """The rows of all i-CLEVR models other than `name`, shipped ones and runs under `runs`; those that are gone as they are remembered."""
    zoo = Zoo()

    def measure() -> Iterator[tuple[str, others.Figures]]:
        for other, model in others.shipped(zoo, Generates, name):
            if list(getattr(model, "classes", [])) == list(OBJECTS):
                yield other, _figures(model, judge)
        for run, model, last in others.trained(zoo, Generates, folder, runs, "*-iclevr*"):
            yield f"run {run}, {last['images']:,} pictures", _figures(model, judge)

    return others.remembered(folder, measure)


def objects(model: Generates, name: str, folder: Path, judge: Judges, runs: Path | None) -> tuple[list[str], list[dict]]:
    """Scores on the course's sets and on those that no generator saw: markdown, and rows for `model-index`."""
    own = _figures(model, judge)
    results = [
        Measure(kind, round(each["mean"], 4), quantity=f"{kind}, {words}", note=f"mean of {len(OBEDIENCE_SEEDS)} seeds").row
        for words, kinds in own.items()
        for kind, each in kinds.items()
    ]
    rows = {f"**{name}**": own, **compared(name, folder, judge, runs)}
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
        *(_line(who, figures) for who, figures in rows.items()),
        "",
    ], results


def taught(images: Tensor, labels: Tensor, test: data.Pictures, classes: Sequence[str], seen: int = TAUGHT, batch_size: int = 100) -> float:
    """The accuracy on real test pictures of a classifier that learned from others.

    Args:
        images: uint8, (count, 3, side, side), and their labels (count,).
        test: real pictures with a label each.
        classes: the names.
        seen: pictures in training, repeats counted.
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
        right = []
        for batch in test.batches(500):
            right.append(pupil.judge(batch["images"])["class"].argmax(1) == batch["label"])
    return torch.cat(right).float().mean().item()


def ceiling(folder: Path, name: str, names: Sequence[str], side: int, count: int = TEACHING, seen: int = TAUGHT) -> float:
    """What the same classifier reaches that learns from `count` real training pictures; measured once, and written down in a folder."""
    path, how = folder / CEILING, {"pictures": count, "seen": seen, "side": side, "seed": TEACHING_SEED}
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if {key: known.get(key) for key in how} != how:
        real = data.load(name, "train", side)
        rows = torch.randperm(len(real), generator=torch.Generator().manual_seed(TEACHING_SEED))[:count]
        right = taught(real.fetch(rows), real.labels["label"][rows], data.load(name, "test", side), names, seen)
        known = {**how, "accuracy": right}
        path.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    return known["accuracy"]


@torch.no_grad()
def classes(
    model: Generates, judge: ClassJudge, name: str, folder: Path, count: int = TEACHING, seen: int = TAUGHT
) -> tuple[list[str], list[dict]]:
    """Agreement of a judge, whose folder is told, with what was asked for, and GAN-train: markdown, and rows for `model-index`."""
    names = list(model.classes)
    labels = torch.arange(count) % len(names)
    asked = F.one_hot(labels, len(names)).float()
    pictures = metrics.stored(metrics.drawn(model, count, TEACHING_SEED, labels=asked))
    read = torch.cat([judge.judge(part)["class"] for part in metrics.batches(pictures, 250)]).argmax(1)
    right = [(read[labels == i] == i).float().mean().item() for i in range(len(names))]
    test = data.load(name, "test", model.image_size)
    with torch.enable_grad():
        ours, best = taught(pictures, labels, test, names, seen), ceiling(folder, name, names, model.image_size, count, seen)
    agreement = sum(right) / len(right)
    return [
        "## Is it what was asked for, and is it enough to learn from?",
        "",
        f"{count:,} pictures, equally many of each class, latents seed {TEACHING_SEED:,}. judge-{name} names the class that "
        "was asked for in:",
        "",
        f"| {' | '.join(names)} | mean |",
        "|---" * (len(names) + 1) + "|",
        f"| {' | '.join(f'{value:.0%}' for value in right)} | {agreement:.1%} |",
        "",
        f"GAN-train (Shmelkov et al. 2018): a small classifier that learns from these pictures alone ({seen:,} seen) is right in "
        f"**{ours:.1%}** of the {len(test):,} real test pictures; from {count:,} real training pictures it learns {best:.1%}.",
        "",
    ], [
        Measure("accuracy", round(agreement, 4), n=count, quantity=f"agreement of judge-{name}").row,
        Measure("accuracy", round(ours, 4), n=count, quantity="GAN-train", note=f"{seen} seen").row,
    ]


def tell(card: Card) -> None:
    """Add the section, if the model is told anything. Of one that can teach a classifier, this is what a retrained checkpoint must beat:
    quality, variety and obedience in one figure, where the distances know no classes."""
    lines, measured = sections(card.model, card.name, card.data, card.folder, card.runs)
    card.add(lines, measured)
    if taught_by := [row["value"] for row in measured if row["name"].startswith("GAN-train")]:
        card.front["headline"] = round(1 - taught_by[0], 4)


def sections(model: Generates, name: str, pictures: str, folder: Path, runs: Path | None) -> tuple[list[str], list[dict]]:
    """The card's sections of a conditional GAN: markdown, and rows for `model-index`; nothing for a model that is told nothing.

    Args:
        model: what is measured.
        name: of its checkpoint.
        pictures: its data set.
        folder: of the card.
        runs: where the runs are whose variants stand beside it.
    """
    if not getattr(model, "classes", None):
        return [], []
    zoo, judge = Zoo(), named(pictures)
    if judge not in zoo.checkpoints:
        return [f"Not judged: there is no {judge}.", ""], []
    if getattr(model, "most", 1) > 1:
        return objects(model, name, folder, zoo.load(judge), runs)
    return classes(model, zoo.load(judge), pictures, zoo.checkpoints[judge].folder)
