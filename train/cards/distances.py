"""The section of every generator's card on the distance of its pictures from real ones.

Every distance compares equally many pictures: those of the checkpoint, and of the untrained generator, with one half of the real pictures.
The distance of the other half is the floor.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from explorer.card import Measure
from explorer.models import Generates
from explorer.zoo import Zoo
from train import data, metrics
from train.metrics import conditions_of, features
from train.metrics.seeds import SCORING_SEED, SPLIT_SEED

from .card import Card

FEATURES = "features"  # under runs
MOST = 5000  # generated pictures that are compared with as many real ones


def tell(card: Card) -> None:
    """Add the section; a retrained checkpoint must have a smaller Fréchet distance."""
    card.add(*sections(card.model, card.data, card.runs), headline="fd")


def sections(model: Generates, name: str, runs: Path | None) -> tuple[list[str], list[dict]]:
    """Scores of the model, of the same network untrained, and of real against real: markdown, and rows for `model-index`.

    Args:
        model: the model to measure.
        name: of its data set.
        runs: the folder of runs, in which features are cached, because all models of a data set share the real pictures. None: no cache.
    """
    zoo = Zoo()
    pictures = data.load(name, "train", model.image_size)
    order = torch.randperm(len(pictures), generator=torch.Generator().manual_seed(SPLIT_SEED))
    n = min(len(pictures) // 2, MOST)
    reference, other_half = pictures.fetch(order[:n]), pictures.fetch(order[n : 2 * n])
    labels = conditions_of(model, pictures.rows(order[:n]))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SPLIT_SEED)
        untrained = type(model)(**model._hub_mixin_config).train().requires_grad_(False)
    clouds = {
        "this checkpoint": metrics.stored(metrics.drawn(model, n, SCORING_SEED, labels=labels)),
        "untrained": metrics.stored(metrics.drawn(untrained, n, SCORING_SEED, labels=labels)),
        "real, other half (the floor)": other_half,
    }
    networks, weights = {}, {}
    if "judge-pictures" in zoo.checkpoints:
        networks["judge-pictures"] = zoo.load("judge-pictures").embed
        weights["judge-pictures"] = zoo.checkpoints["judge-pictures"].revision
    networks[features.IMAGENET] = features.ImageNetFeatures()
    lines = ["## Distance from real pictures", ""]
    lines += [
        f"n = {n} generated against {n} real pictures of the train split (half of it, seed {SPLIT_SEED}); latents seed {SCORING_SEED}.",
        "",
    ]
    results = []
    for label, network in networks.items():
        cache, weight = runs and runs / FEATURES, weights.get(label, label)
        real = metrics.embed_once(network, weight, reference, cache)
        lines += [f"Features of {label}:", "", "| pictures | KID x 1000 | Fréchet distance | precision | recall |", "|---|---|---|---|---|"]
        for source, cloud in clouds.items():
            scores = metrics.score(real, metrics.embed_once(network, weight, cloud, cache))
            lines.append(
                f"| {source} | {1000 * scores.kid:.2f} ± {1000 * scores.kid_deviation:.2f} | {scores.fd:.2f} "
                f"| {scores.precision:.2f} | {scores.recall:.2f} |"
            )
            if source == "this checkpoint":
                results += [
                    Measure(key, round(value, 5), n=n, split="train", features=label).row
                    for key, value in asdict(scores).items()
                    if key in ("kid", "fd", "precision", "recall")
                ]
        lines.append("")
    table, mean = _patches(reference, clouds)
    results.append(Measure("swd", round(mean, 2), n=n, split="train", quantity="sliced Wasserstein distance x 1000").row)
    return [*lines, *table], results


def _patches(reference: Tensor, clouds: dict[str, Tensor]) -> tuple[list[str], float]:
    """Sliced Wasserstein distances of pictures from the reference ones, all uint8: markdown, and the mean over the levels of the first."""
    real = torch.cat(list(metrics.batches(reference)))
    distances = {source: metrics.sliced_wasserstein(real, torch.cat(list(metrics.batches(cloud)))) for source, cloud in clouds.items()}
    sides = list(next(iter(distances.values())))
    means = {source: sum(levels.values()) / len(levels) for source, levels in distances.items()}
    lines = ["Sliced Wasserstein distance of 7x7 patches, x 1000, by level of the Laplacian pyramid (no network):", ""]
    lines += ["| pictures | " + " | ".join(f"{side} px" for side in sides) + " | mean |", "|---" * (len(sides) + 2) + "|"]
    for source, levels in distances.items():
        lines.append(f"| {source} | " + " | ".join(f"{levels[side]:.1f}" for side in sides) + f" | {means[source]:.1f} |")
    return [*lines, ""], next(iter(means.values()))
