"""Which training pictures lie nearest to a picture, so that copying would be seen.

A judge's folder may hold, for a data set, what the judge sees in each of its training pictures: `neighbours/DATA.safetensors`, written by
`python -m train neighbours`. The pictures themselves are not in it: their licences forbid to hand them on. Beside the features stands
what to compare a distance with: how far pictures of the test split lie from their nearest training picture, how far changed copies
(mirrored, cropped) do, and how many of these are recognised: that is how likely copying would be seen here.
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
        mean: (features,), and `basis`: (features, kept): the principal directions of the features, which `seen` is written in.
        seen: (pictures, kept).
        rows: of each picture in the split's files, (pictures,).
        labels: of each picture, the index of its name, (pictures,).
        names: of the labels; empty without labels.
        unseen: the median distance of test pictures from their nearest training picture.
        copied: the median distance of changed copies of training pictures from their nearest one.
        recognised: of these copies, the share whose nearest training picture is the one that they were made of.
    """

    judge: str
    data: str
    split: str
    mean: Tensor
    basis: Tensor
    seen: Tensor
    rows: Tensor
    labels: Tensor
    names: tuple[str, ...]
    unseen: float
    copied: float
    recognised: float

    def _project(self, features: Tensor) -> Tensor:
        """A judge's features (batch, features) -> (batch, kept)."""
        return (features - self.mean) @ self.basis

    @torch.no_grad()
    def distances(self, judge: Judges, pictures: Tensor) -> Tensor:
        """How far each of (batch, 3, height, width) in [-1, 1], or its mirror image, lies from each training picture: (batch, pictures)."""
        seen = self._project(judge.embed(torch.cat([pictures, pictures.flip(3)])))
        return torch.minimum(*torch.cdist(seen, self.seen).split(len(pictures)))

    def nearest(self, judge: Judges, picture: Tensor, count: int = 3) -> list[Neighbour]:
        """The training pictures that lie nearest to (3, height, width) in [-1, 1], the nearest first."""
        distances = self.distances(judge, picture[None])[0]
        found = distances.topk(min(count, len(distances)), largest=False)
        return [
            Neighbour(self.rows[row].item(), self.names[self.labels[row]] if self.names else "", distance)
            for distance, row in zip(found.values.tolist(), found.indices.tolist(), strict=True)
        ]

    def save(self, folder: Path) -> Path:
        """Write the file below the judge's folder."""
        path = folder / FOLDER / f"{self.data}.safetensors"
        path.parent.mkdir(exist_ok=True)
        told = {"split": self.split, "names": list(self.names), "unseen": self.unseen, "copied": self.copied, "recognised": self.recognised}
        tensors = {
            "mean": self.mean.float(), "basis": self.basis.half(), "seen": self.seen.half(),
            "rows": self.rows.to(torch.int32), "labels": self.labels.to(torch.int16),
        }  # fmt: skip
        save_file({name: value.contiguous() for name, value in tensors.items()}, path, metadata={"about": json.dumps(told)})
        path.chmod(0o644)  # safetensors lets only the owner read
        return path


def load(folder: Path, data: str) -> Neighbours | None:
    """The training pictures of a data set as the judge in `folder` sees them; None if nobody wrote them down, or the file is damaged."""
    path = folder / FOLDER / f"{data}.safetensors"
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            told = json.loads(file.metadata()["about"])
            tensors = {name: file.get_tensor(name) for name in ("mean", "basis", "seen", "rows", "labels")}
        found = {name: value.float() if value.is_floating_point() else value.long() for name, value in tensors.items()}
        about = {name: told[name] for name in ("split", "unseen", "copied", "recognised")}
        return Neighbours(folder.name, data, **found, names=tuple(told["names"]), **about)
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        logging.getLogger(__name__).warning("%s is left out: %r", path, error)
        return None


def of(zoo: Zoo, model: str) -> Neighbours | None:
    """The training pictures of a model, whose card names its data set, if a judge in the zoo has written down what it sees in them."""
    data = zoo.checkpoints[model].data
    found = (load(zoo.checkpoints[judge].folder, data) for judge in zoo.names(Judges) if data)
    return next((known for known in found if known is not None), None)
