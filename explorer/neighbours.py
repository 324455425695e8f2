"""Finds the training pictures that are nearest to a generated picture, to show whether a model copies them.

A judge's folder may have the judge's features of all training pictures of a data set: `neighbours/DATA.safetensors`, written by
`python -m train neighbours`. The file does not have the pictures themselves, because their licences forbid redistribution. It also has
three figures to compare a distance with: the distance of test pictures from their nearest training picture, the same distance of changed
copies of training pictures (mirrored, cropped), and the share of the changed copies whose nearest training picture is the original.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from .folder import PartError, read
from .models import Judges
from .zoo import Zoo

FOLDER = "neighbours"
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Neighbour:
    """A training picture: its row in the split, its label in words ("" without one), and its distance from the generated picture."""

    row: int
    label: str
    distance: float


@dataclass(frozen=True)
class Neighbours:
    """A judge's features of the training pictures of a data set.

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
        """The distance of each of (batch, 3, height, width) in [-1, 1] from each training picture: (batch, pictures); that of the mirror
        image if it is smaller."""
        features = self._project(judge.embed(torch.cat([pictures, pictures.flip(3)])))
        return torch.minimum(*torch.cdist(features, self.features).split(len(pictures)))

    def fits(self, judge: Judges) -> bool:
        """Whether a judge has as many features as those that are stored."""
        with torch.no_grad():
            picture = torch.zeros(1, judge.channels, judge.image_size, judge.image_size)
            return judge.embed(picture).shape[1:] == self.mean.shape

    def nearest(self, judge: Judges, picture: Tensor, count: int = 3) -> list[Neighbour]:
        """The training pictures that lie nearest to (3, height, width) in [-1, 1], the nearest first."""
        distances = self.distances(judge, picture[None])[0]
        closest = distances.topk(min(count, len(distances)), largest=False)
        return [
            Neighbour(self.rows[row].item(), self.names[self.labels[row]] if self.names else "", distance)
            for distance, row in zip(closest.values.tolist(), closest.indices.tolist(), strict=True)
        ]

    def save(self, folder: Path) -> Path:
        """Write the file into the folder `neighbours` of the judge's folder."""
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
    """The features of a data set's training pictures by the judge in `folder`; None if the folder does not have them.

    Raises:
        PartError: if the file is damaged; the message names it.
    """
    name = f"{FOLDER}/{data}.safetensors"
    if not os.path.lexists(folder / name):
        return None
    read(folder, name, first=200)
    try:
        with safe_open(folder / name, framework="pt") as file:
            about = json.loads(file.metadata()["about"])
            tensors = {key: file.get_tensor(key) for key in ("mean", "basis", "seen", "rows", "labels")}
        values = {key: value.float() if value.is_floating_point() else value.long() for key, value in tensors.items()}
        neighbours = Neighbours(
            folder.name, data, about["split"], values["mean"], values["basis"], values["seen"], values["rows"], values["labels"],
            tuple(about["names"]), about["unseen"], about["copied"], about["recognised"],
        )  # fmt: skip
        _check(neighbours)
    except (SafetensorError, LookupError, TypeError, ValueError, RuntimeError, OSError, RecursionError) as error:
        raise PartError(f"{name} is damaged ({error})") from None
    return neighbours


def _check(neighbours: Neighbours) -> None:
    """Raise ValueError if the shapes do not match, or a value is invalid."""
    (pictures, directions), names = neighbours.features.shape, len(neighbours.names)
    mean, basis, features, labels = neighbours.mean, neighbours.basis, neighbours.features, neighbours.labels
    shapes = {"mean": basis.shape[:1], "basis": (len(mean), directions), "rows": (pictures,), "labels": (pictures,)}
    for key, shape in shapes.items():
        if getattr(neighbours, key).shape != shape:
            raise ValueError(f"{key} has the shape {tuple(getattr(neighbours, key).shape)}, expected {tuple(shape)}")
    if not pictures or not all(value.isfinite().all() for value in (mean, basis, features)):
        raise ValueError("it has no pictures, or a number is not finite")
    if names and not 0 <= labels.min() <= labels.max() < names:
        raise ValueError("a label has no name")
    if not isinstance(neighbours.split, str) or not all(isinstance(name, str) for name in neighbours.names):
        raise ValueError("a name is not a text")
    distances = (neighbours.test_distance, neighbours.copy_distance, neighbours.recognised)
    if not all(type(value) in (int, float) and 0 <= value < 1e9 for value in distances):
        raise ValueError("a distance is not a valid number")


def of(zoo: Zoo, model: str) -> Neighbours | None:
    """The features of a model's training pictures; None if its card names no data set, or no judge in the zoo has features of it."""
    data = zoo.checkpoints[model].data
    for judge in zoo.names(Judges) if data else ():
        try:
            if (neighbours := load(zoo.checkpoints[judge].folder, data)) is not None:
                return neighbours
        except PartError as error:
            LOG.warning("%s: %s", judge, error)
            zoo.checkpoints[judge].leave_out(f"{error}; it is left out")
    return None
