"""The section of every generator's card on the distance of its pictures from real ones.

One half of the real pictures is compared with three sets of the same size: pictures of the checkpoint, pictures of the untrained generator,
and the other half of the real pictures. The distance between the two halves is called the floor, because no generator should be expected to
come closer. If the data set has no labels, the standard deviation of the floor over random halves is measured, too. From it,
`train.metrics.choice` decides whether a difference between two checkpoints may be due to chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from explorer.card import Measure
from explorer.models import Generates
from explorer.zoo import Zoo
from train import data, metrics
from train.metrics import choice, conditions_of, features
from train.metrics.seeds import SCORING_SEED, SPLIT_SEED

from .card import Card

FEATURES = "features"  # the cache, in the folder of runs
MOST = 5000  # the largest number of generated pictures, which are compared with as many real ones
OURS, UNTRAINED, FLOOR = "this checkpoint", "untrained generator", "other half of the real pictures (the floor)"
KINDS = ("kid", "fd", "precision", "recall")


def tell(card: Card) -> None:
    """Add the section. A retrained checkpoint replaces the shipped one only if its Fréchet distance is not larger; if its data set has no
    labels, only if the leading distance of `train.metrics.choice` is not larger."""
    lines, results = sections(card.model, card.data, card.runs)
    card.add(lines, results, headline="fd")
    if (leading := choice.leading(card.measures())) is not None:
        card.front["headline"] = leading.value


@dataclass(frozen=True)
class Pictures:
    """The pictures to compare: tensors of uint8, (n, 3, size, size).

    Attributes:
        reference: one half of the real pictures.
        clouds: the sets of pictures that are compared with the reference, by name.
        labelled: whether the data set has labels.
    """

    reference: Tensor
    clouds: dict[str, Tensor]
    labelled: bool


def sections(model: Generates, name: str, runs: Path | None) -> tuple[list[str], list[dict]]:
    """Scores of the model, of the untrained network, and of real pictures: markdown, and rows for `model-index`.

    Args:
        model: the model to measure.
        name: the name of its data set.
        runs: the folder of runs. Features are cached in it, because all models of a data set are compared with the same real pictures. If
            `runs` is None, nothing is cached.
    """
    pictures = _pictures(model, name)
    n, cache = len(pictures.reference), runs and runs / FEATURES
    lines = ["## Distance from real pictures", ""]
    lines += [
        f"n = {n} generated pictures (latents seed {SCORING_SEED}) are compared with {n} random pictures of the train split (seed "
        f"{SPLIT_SEED}).",
        "",
    ]
    results = []
    grey = model.channels == 1
    for label, (network, weights) in (_judge_of_digits() if grey else _networks(pictures.labelled)).items():
        table, measures = _table(pictures, label, lambda images, use=(network, weights): metrics.embed_once(*use, images, cache))
        lines += table
        results += [measure.row for measure in measures]
    if grey:
        return lines, results
    table, measure = _patches(pictures)
    return [*lines, *table], [*results, measure.row]


def _pictures(model: Generates, name: str) -> Pictures:
    real = data.load(name, "train", model.image_size, channels=model.channels)
    order = torch.randperm(len(real), generator=torch.Generator().manual_seed(SPLIT_SEED))
    n = min(len(real) // 2, MOST)
    labels = conditions_of(model, real.rows(order[:n]))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SPLIT_SEED)
        untrained = type(model)(**model._hub_mixin_config).train().requires_grad_(False)
    clouds = {
        OURS: metrics.stored(metrics.drawn(model, n, SCORING_SEED, labels=labels)),
        UNTRAINED: metrics.stored(metrics.drawn(untrained, n, SCORING_SEED, labels=labels)),
        FLOOR: real.fetch(order[n : 2 * n]),
    }
    return Pictures(real.fetch(order[:n]), clouds, labels is not None or model.channels == 1)


def _judge_of_digits() -> dict[str, tuple[Callable[[Tensor], Tensor], str]]:
    """The feature network of grey digits: features of networks that have seen photos say little about them."""
    zoo = Zoo()
    return {"judge-mnist": (zoo.load("judge-mnist").embed, zoo.checkpoints["judge-mnist"].revision)}


def _networks(labelled: bool) -> dict[str, tuple[Callable[[Tensor], Tensor], str]]:
    """The feature networks by label, each with a text that identifies its weights in the cache."""
    zoo = Zoo()
    networks = {}
    if not labelled:
        networks[features.OPEN_NSFW] = (features.OpenNSFWFeatures(), features.OPEN_NSFW)
    if "judge-pictures" in zoo.checkpoints:
        networks["judge-pictures"] = (zoo.load("judge-pictures").embed, zoo.checkpoints["judge-pictures"].revision)
    label, size = (features.IMAGENET, 224) if labelled else (features.IMAGENET_160, 160)
    networks[label] = (features.ImageNetFeatures(size), label)
    return networks


def _table(pictures: Pictures, label: str, embed: Callable[[Tensor], Tensor]) -> tuple[list[str], list[Measure]]:
    """The distances in the features of one network: markdown, and the figures of the checkpoint."""
    real = embed(pictures.reference)
    clouds = {source: embed(cloud) for source, cloud in pictures.clouds.items()}
    lines = [f"Features of {label}:", "", "| pictures | KID x 1000 | Fréchet distance | precision | recall |", "|---|---|---|---|---|"]
    scored = {source: metrics.score(real, cloud) for source, cloud in clouds.items()}
    for source, scores in scored.items():
        lines.append(
            f"| {source} | {1000 * scores.kid:.2f} ± {1000 * scores.kid_deviation:.2f} | {scores.fd:.2f} "
            f"| {scores.precision:.2f} | {scores.recall:.2f} |"
        )
    deviations: dict[str, float] = {}
    if not pictures.labelled:
        both = torch.cat([real, clouds[FLOOR]])
        floors = [metrics.score(both[a], both[b], subsets=1, subset_size=len(real)) for a, b in metrics.random_halves(len(both))]
        deviations = {kind: _deviation(getattr(scores, kind) for scores in floors) for kind in KINDS}
        lines.append("| standard deviation of the floor | " + " | ".join(_written(kind, deviations[kind]) for kind in KINDS) + " |")
    conditions = {"n": len(real), "split": "train", "features": label}
    return [*lines, ""], [
        Measure(kind, round(getattr(scored[OURS], kind), 5), **conditions, deviation=deviations.get(kind)) for kind in KINDS
    ]


def _written(kind: str, deviation: float) -> str:
    return f"{1000 * deviation:.2f}" if kind == "kid" else f"{deviation:.2f}"


def _deviation(values: Iterable[float]) -> float:
    return round(torch.tensor(list(values), dtype=torch.float64).std().item(), 5)


def _patches(pictures: Pictures) -> tuple[list[str], Measure]:
    """Sliced Wasserstein distances from the reference: markdown, and the checkpoint's mean over the levels."""
    real, clouds = _floats(pictures.reference), {source: _floats(cloud) for source, cloud in pictures.clouds.items()}
    distances = {source: metrics.sliced_wasserstein(real, cloud) for source, cloud in clouds.items()}
    sides = list(next(iter(distances.values())))
    means = {source: sum(levels.values()) / len(levels) for source, levels in distances.items()}
    lines = ["Sliced Wasserstein distance x 1000 of 7x7 patches, by level of the Laplacian pyramid. It needs no feature network.", ""]
    lines += ["| pictures | " + " | ".join(f"{side} px" for side in sides) + " | mean |", "|---" * (len(sides) + 2) + "|"]
    for source, levels in distances.items():
        lines.append(f"| {source} | " + " | ".join(f"{levels[side]:.1f}" for side in sides) + f" | {means[source]:.1f} |")
    deviation = None
    if not pictures.labelled:
        both = torch.cat([real, clouds[FLOOR]])
        floors = [metrics.sliced_wasserstein(both[a], both[b]) for a, b in metrics.random_halves(len(both))]
        deviation = _deviation(sum(levels.values()) / len(levels) for levels in floors)
        lines.append(f"| standard deviation of the floor |{' |' * len(sides)} {deviation:.1f} |")
    quantity = "sliced Wasserstein distance x 1000"
    return [*lines, ""], Measure("swd", round(means[OURS], 2), n=len(real), split="train", quantity=quantity, deviation=deviation)


def _floats(images: Tensor) -> Tensor:
    return torch.cat(list(metrics.batches(images)))
