"""What others say of a picture that a model drew: the judge of its data set, and the model's own discriminator."""

from __future__ import annotations

import torch
from torch import Tensor

from explorer.judges import Reading, answers, hits, judge_of, read
from explorer.models import Classifies, ClassJudge, discriminates

from .studio import Studio

BIRDS = "judge-birds"


def readings(studio: Studio, name: str, pictures: Tensor) -> list[Reading]:
    """What the judge of a model's data set takes pictures for; [] where that judge is not here."""
    judge = judge_of(studio.zoo.checkpoints[name])
    if judge not in studio.catalogue.judges:
        return []
    found = studio.judge(judge)
    fits = isinstance(found, ClassJudge) and found.channels == pictures.shape[1]
    return read(found, pictures) if fits else []


def likeliest(studio: Studio, name: str, pictures: Tensor) -> list[dict[str, str | float]]:
    """`readings` as the API tells them: of each picture the likeliest class and its probability."""
    return [{"label": found.label, "probability": found.probability} for found in readings(studio, name, pictures)]


@torch.inference_mode()
def objects(studio: Studio, name: str, pictures: Tensor, labels: Tensor) -> list[dict[str, bool]]:
    """Of each object that was asked for, labels (conditions,), whether the judge of scenes finds it in each picture, by the course's
    score; [] without such a judge."""
    judge = judge_of(studio.zoo.checkpoints[name])
    if judge not in studio.catalogue.judges:
        return []
    network = studio.judge(judge)
    names = network.answers.get("objects")
    if names != studio.classes(name):
        return []
    rows = hits(network.judge(pictures)["objects"], (labels[None] > 0).expand(len(pictures), -1))
    return [{object_: bool(row[i]) for i, object_ in enumerate(names) if labels[i] > 0} for row in rows]


@torch.inference_mode()
def realness(studio: Studio, name: str, pictures: Tensor, labels: Tensor | None = None) -> list[float | None]:
    """How sure a model's discriminator is that each picture is real, and of what was asked for, labels (conditions,), if it is told; None
    for each without one."""
    network = studio.zoo.load(name)
    if not discriminates(network):
        return [None] * len(pictures)
    asked = () if labels is None else (labels.expand(len(pictures), -1),)
    return network.discriminate(pictures, *asked).sigmoid().tolist()


@torch.inference_mode()
def own_classes(studio: Studio, name: str, picture: Tensor, most: int = 3) -> dict[str, float]:
    """What a conditional GAN's own discriminator reads: its likeliest classes, or the objects that it sees; {} without such a head."""
    network = studio.zoo.load(name)
    if not (isinstance(network, Classifies) and discriminates(network)):
        return {}
    logits = network.classify(picture[None])[0]
    shares = logits.softmax(0) if studio.most(name) == 1 else logits.sigmoid()
    found = sorted(zip(network.classes, shares.tolist(), strict=True), key=lambda pair: -pair[1])[:most]
    return dict(found if studio.most(name) == 1 else [pair for pair in found if pair[1] > 0.5])


def colours(studio: Studio, picture: Tensor) -> dict[str, dict[str, float]]:
    """What the judge of birds reads of each part: its colours, the likeliest first; {} where that judge is not here."""
    if BIRDS not in studio.catalogue.judges:
        return {}
    found = answers(studio.judge(BIRDS), picture)
    return {part: shares for part, shares in found.items() if part != "species"}
