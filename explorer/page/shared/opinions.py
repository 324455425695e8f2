"""How generated pictures are evaluated: by the judge (classifier) of the model's data set, and by the model's own discriminator."""

from __future__ import annotations

import torch
from torch import Tensor

from explorer.judges import Reading, answers, hits, judge_of, read
from explorer.models import Classifies, ClassJudge, discriminates

from .studio import Studio

BIRDS = "judge-birds"


def readings(studio: Studio, name: str, pictures: Tensor) -> list[Reading]:
    """Classify pictures with the judge of the model's data set; [] if there is no such judge, or it does not predict one class per picture
    or takes another number of channels."""
    judge = studio.opinion(judge_of(studio.zoo.checkpoints[name]))
    fits = isinstance(judge, ClassJudge) and judge.channels == pictures.shape[1]
    return read(judge, pictures) if fits else []


def likeliest(studio: Studio, name: str, pictures: Tensor) -> list[dict[str, str | float]]:
    """`readings` in the API's format: the likeliest class of each picture and its probability."""
    return [{"label": reading.label, "probability": reading.probability} for reading in readings(studio, name, pictures)]


@torch.inference_mode()
def objects(studio: Studio, name: str, pictures: Tensor, labels: Tensor) -> list[dict[str, bool]]:
    """For each picture, whether the judge finds each requested object. The requested objects are above 0 in `labels` (conditions,), and one
    of k is found if it is among the judge's k likeliest objects (`judges.hits`). [] if no judge has the model's objects as its classes."""
    judge = studio.opinion(judge_of(studio.zoo.checkpoints[name]))
    names = judge.answers.get("objects") if judge else None
    if names is None or names != studio.classes(name):
        return []
    rows = hits(judge.judge(pictures)["objects"], (labels[None] > 0).expand(len(pictures), -1))
    return [{object_: bool(row[i]) for i, object_ in enumerate(names) if labels[i] > 0} for row in rows]


@torch.inference_mode()
def realness(studio: Studio, name: str, pictures: Tensor, labels: Tensor | None = None) -> list[float | None]:
    """The probability that the model's discriminator gives each picture of being real or, given labels (conditions,), of being real and
    matching them. None for every picture if the model has no discriminator."""
    network = studio.zoo.load(name)
    if not discriminates(network):
        return [None] * len(pictures)
    label_batch = () if labels is None else (labels.expand(len(pictures), -1),)
    return network.discriminate(pictures, *label_batch).sigmoid().tolist()


@torch.inference_mode()
def own_classes(studio: Studio, name: str, picture: Tensor, most: int = 3) -> dict[str, float]:
    """The prediction of the class head of a conditional GAN's discriminator: the `most` likeliest classes or, if the model takes several
    objects, those of them with a probability above 0.5. {} if it has no class head."""
    network = studio.zoo.load(name)
    if not (isinstance(network, Classifies) and discriminates(network)):
        return {}
    logits = network.classify(picture[None])[0]
    probabilities = logits.softmax(0) if studio.most_classes(name) == 1 else logits.sigmoid()
    likeliest_classes = sorted(zip(network.classes, probabilities.tolist(), strict=True), key=lambda pair: -pair[1])[:most]
    return dict(likeliest_classes if studio.most_classes(name) == 1 else [pair for pair in likeliest_classes if pair[1] > 0.5])


def colours(studio: Studio, picture: Tensor) -> dict[str, dict[str, float]]:
    """The colours that the judge of birds predicts for each part of a bird, with probabilities, likeliest first; {} without that judge."""
    judge = studio.opinion(BIRDS)
    if judge is None or judge.channels != len(picture):
        return {}
    probabilities_by_part = answers(judge, picture)
    return {part: probabilities for part, probabilities in probabilities_by_part.items() if part != "species"}
