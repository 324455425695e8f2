"""Which training pictures lie nearest to a picture, so that copying would be seen.

A judge's folder may hold, for a data set, what the judge sees in each of its training pictures: `neighbours/DATA.safetensors`, written by
`python -m train neighbours`. The pictures themselves are not in it: their licences forbid to hand them on. Beside the features stands
what to compare a distance with: how far pictures of the test split lie from their nearest training picture, how far changed copies
(mirrored, cropped) do, and how many of these are recognised: that is how likely copying would be seen here.
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

    def fits(self, judge: Judges) -> bool:
        """Whether a judge's features can be compared with these: they are as many."""
        with torch.no_grad():
            picture = torch.zeros(1, judge.channels, judge.image_size, judge.image_size)
            return judge.embed(picture).shape[1:] == self.mean.shape

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
    """The training pictures of a data set as the judge in `folder` sees them; None if nobody wrote them down.

    Raises:
        PartError: if the file is damaged; the message names it.
    """
    name = f"{FOLDER}/{data}.safetensors"
    if not os.path.lexists(folder / name):
        return None
    read(folder, name, first=200)
    try:
        with safe_open(folder / name, framework="pt") as file:
            told = json.loads(file.metadata()["about"])
            tensors = {key: file.get_tensor(key) for key in ("mean", "basis", "seen", "rows", "labels")}
        found = {key: value.float() if value.is_floating_point() else value.long() for key, value in tensors.items()}
        about = {key: told[key] for key in ("split", "unseen", "copied", "recognised")}
        known = Neighbours(folder.name, data, **found, names=tuple(told["names"]), **about)
        _check(known)
    except (SafetensorError, LookupError, TypeError, ValueError, RuntimeError, OSError, RecursionError) as error:
        raise PartError(f"{name} is damaged ({error})") from None
    return known


def _check(known: Neighbours) -> None:
    """Raise ValueError if the parts do not belong together, or are not finite."""
    (pictures, kept), labels = known.seen.shape, len(known.names)
    shapes = {"mean": known.basis.shape[:1], "basis": (len(known.mean), kept), "rows": (pictures,), "labels": (pictures,)}
    for key, shape in shapes.items():
        if getattr(known, key).shape != shape:
            raise ValueError(f"{key} has the shape {tuple(getattr(known, key).shape)}, expected {tuple(shape)}")
    if not pictures or not all(value.isfinite().all() for value in (known.mean, known.basis, known.seen)):
        raise ValueError("there is no picture, or a number is not finite")
    if labels and not 0 <= known.labels.min() <= known.labels.max() < labels:
        raise ValueError("a label has no name")
    if not isinstance(known.split, str) or not all(isinstance(name, str) for name in known.names):
        raise ValueError("a name is no text")
    if not all(type(value) in (int, float) and 0 <= value < 1e9 for value in (known.unseen, known.copied, known.recognised)):
        raise ValueError("a distance is no number")


def of(zoo: Zoo, model: str) -> Neighbours | None:
    """The training pictures of a model, whose card names its data set, if a judge in the zoo has written down what it sees in them."""
    data = zoo.checkpoints[model].data
    for judge in zoo.names(Judges) if data else ():
        try:
            if (known := load(zoo.checkpoints[judge].folder, data)) is not None:
                return known
        except PartError as error:
            LOG.warning("%s: %s", judge, error)
            zoo.checkpoints[judge].leave_out(f"{error}; it is left out")
    return None
