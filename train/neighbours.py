"""Stores a judge's features of all training pictures of a data set, so that the page can find the nearest ones (`explorer.neighbours`)."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from explorer.models import Judges
from explorer.neighbours import Neighbours
from explorer.zoo import inspect

from . import data
from .data import sources

DIRECTIONS = 64  # principal directions that are kept
CROPPED = 0.08  # the share of the side that a changed copy loses at every edge
MOST = 1000  # pictures for each of the two median distances


def cropped(images: Tensor) -> Tensor:
    """Changed copies of (batch, 3, height, width): without their edges, enlarged to the same size, and mirrored."""
    edge = max(1, round(images.shape[-1] * CROPPED))
    return F.interpolate(images[..., edge:-edge, edge:-edge], size=images.shape[-2:], mode="bilinear").flip(3)


@torch.no_grad()
def gather(judge: Judges, judge_name: str, name: str, names: tuple[str, ...] = (), limit: int | None = None) -> Neighbours:
    """Compute the features of all pictures of the train split, and the median distances of about `MOST` test pictures and `MOST` changed
    copies from their nearest training picture.

    Args:
        judge: the feature network.
        judge_name: the name of its checkpoint.
        name: the name of the data set.
        names: the names of its labels.
        limit: use only this many pictures, for a quick try.
    """
    pictures, test = data.load(name, "train", judge.image_size, limit=limit), data.load(name, "test", judge.image_size, limit=limit)

    def embed(source: data.Pictures, rows: Tensor, change=lambda images: images) -> Tensor:
        return torch.cat([judge.embed(change(source.batch(part)["images"])) for part in rows.split(100)])

    features = embed(pictures, torch.arange(len(pictures)))
    count = min(DIRECTIONS, *features.shape)
    mean = features.mean(0)
    basis = torch.linalg.svd(features - mean, full_matrices=False).Vh[:count].T
    projected = (features - mean) @ basis
    sample = torch.arange(0, len(pictures), max(1, len(pictures) // MOST))
    copies, mirrored, unseen = (
        ((embed(*arguments) - mean) @ basis)
        for arguments in (
            (pictures, sample, cropped),
            (pictures, sample, lambda images: cropped(images).flip(3)),
            (test, torch.arange(0, len(test), max(1, len(test) // MOST))),
        )
    )
    copy_distances, nearest = torch.minimum(torch.cdist(copies, projected), torch.cdist(mirrored, projected)).min(1)
    rows = torch.tensor(list(sources.numbers(name, "train"))[: len(pictures)])
    labels = pictures.labels["label"] if names else torch.zeros(len(pictures))
    return Neighbours(
        judge_name, name, "train", mean, basis, projected, rows, labels.long(), names,
        test_distance=torch.cdist(unseen, projected).amin(1).median().item(), copy_distance=copy_distances.median().item(),
        recognised=(nearest == sample).float().mean().item(),
    )  # fmt: skip


def write(folder: Path, name: str, limit: int | None = None) -> Path:
    """Write the features of a data set's training pictures into the folder of a judge, and return the file."""
    checkpoint = inspect(folder)
    judge = checkpoint.model_class.from_pretrained(folder, **checkpoint.config).requires_grad_(False)
    if not isinstance(judge, Judges):
        raise ValueError(f"{folder.name} is not a judge")
    return gather(judge, folder.name, name, sources.label_names(name), limit).save(folder)
