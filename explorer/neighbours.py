"""Which training pictures lie nearest to a picture, so that copying would be seen.

A judge's folder may hold the judge's features of all training pictures of a data set: `neighbours/DATA.safetensors`, written by
`python -m train neighbours`. The file does not hold the pictures themselves, because their licences forbid to hand them on. It also holds
three figures to compare a distance with: the distance of test pictures from their nearest training picture, that of changed copies
(mirrored, cropped), and the share of these copies that are recognised, which says how likely copying would be noticed.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from .models import Judges
from .zoo import Zoo

FOLDER = "neighbours"


@dataclass(frozen=True)
class Neighbour:
    """A training picture: its row in the split, its label in words ("" without one), and its distance."""

    row: int
    label: str
    distance: float


@dataclass(frozen=True)
class Neighbours:
    """The training pictures of a data set in a judge's features.

    Attributes:
        judge: the name of the judge.
        data, split: where the pictures are from.
        mean: of the judge's features, (judge's features,).
        basis: (judge's features, directions), the principal directions, onto which features are projected.
        features: of the training pictures, projected, (pictures, directions).
        rows: of each picture in the split's files, (pictures,).
        labels: of each picture, the index of its name, (pictures,).
        names: of the labels; empty without labels.
        test_distance: the median distance of test pictures from their nearest training picture.
        copy_distance: the median distance of changed copies of training pictures from their nearest training picture.
        recognised: the share of these copies whose nearest training picture is their original.
    """

    judge: str
    data: str
    split: str
    mean: Tensor
    basis: Tensor
    features: Tensor
    rows: Tensor
    labels: Tensor
    names: tuple[str, ...]
    test_distance: float
    copy_distance: float
    recognised: float

    def _project(self, features: Tensor) -> Tensor:
        """A judge's features (batch, judge's features) -> (batch, directions)."""
        return (features - self.mean) @ self.basis

    @torch.no_grad()
    def distances(self, judge: Judges, pictures: Tensor) -> Tensor:
        """How far each of (batch, 3, height, width) in [-1, 1], or its mirror image, lies from each training picture: (batch, pictures)."""
        features = self._project(judge.embed(torch.cat([pictures, pictures.flip(3)])))
        return torch.minimum(*torch.cdist(features, self.features).split(len(pictures)))

    def nearest(self, judge: Judges, picture: Tensor, count: int = 3) -> list[Neighbour]:
        """The training pictures that lie nearest to (3, height, width) in [-1, 1], the nearest first."""
        distances = self.distances(judge, picture[None])[0]
        closest = distances.topk(min(count, len(distances)), largest=False)
        return [
            Neighbour(self.rows[row].item(), self.names[self.labels[row]] if self.names else "", distance)
            for distance, row in zip(closest.values.tolist(), closest.indices.tolist(), strict=True)
        ]

    def save(self, folder: Path) -> Path:
        """Write the file below the judge's folder."""
        path = folder / FOLDER / f"{self.data}.safetensors"
        path.parent.mkdir(exist_ok=True)
        about = {
            "split": self.split, "names": list(self.names), "unseen": self.test_distance, "copied": self.copy_distance,
            "recognised": self.recognised,
        }  # fmt: skip
        tensors = {
            "mean": self.mean.float(), "basis": self.basis.half(), "seen": self.features.half(),
            "rows": self.rows.to(torch.int32), "labels": self.labels.to(torch.int16),
        }  # fmt: skip
        save_file({name: value.contiguous() for name, value in tensors.items()}, path, metadata={"about": json.dumps(about)})
        path.chmod(0o644)  # safetensors lets only the owner read
        return path


def load(folder: Path, data: str) -> Neighbours | None:
    """Read a data set's file from a judge's folder; None if there is no file, or it is damaged."""
    path = folder / FOLDER / f"{data}.safetensors"
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads(file.metadata()["about"])
            tensors = {name: file.get_tensor(name) for name in ("mean", "basis", "seen", "rows", "labels")}
        values = {name: value.float() if value.is_floating_point() else value.long() for name, value in tensors.items()}
        return Neighbours(
            folder.name, data, about["split"], values["mean"], values["basis"], values["seen"], values["rows"], values["labels"],
            tuple(about["names"]), about["unseen"], about["copied"], about["recognised"],
        )  # fmt: skip
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        logging.getLogger(__name__).warning("%s is left out: %r", path, error)
        return None


def of(zoo: Zoo, model: str) -> Neighbours | None:
    """The training pictures of a model, if its card names a data set whose features a judge in the zoo has stored; otherwise None."""
    data = zoo.checkpoints[model].data
    candidates = (load(zoo.checkpoints[judge].folder, data) for judge in zoo.names(Judges) if data)
    return next((neighbours for neighbours in candidates if neighbours is not None), None)
