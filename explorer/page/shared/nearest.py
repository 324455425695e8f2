"""The training pictures that are nearest to a generated one, in the form that the tabs show."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps
from torch import Tensor

from explorer import neighbours, photos

from .studio import Studio

COUNT = 3
LARGEST = 128  # pixels of a side
Row = list[Any]


@dataclass(frozen=True)
class Likeness:
    """The training pictures nearest to one picture: `facts` has their names and distances as text, and `beside` the photos themselves, as a
    row of `PictureGrid`. `beside` is empty if the training photos are not on this machine."""

    facts: list[Row]
    beside: list[Row]


NO_LIKENESS = Likeness([], [])


def likeness(studio: Studio, name: str, picture: Tensor) -> Likeness:
    """Find the training pictures that are nearest to a generated picture, in a judge's features.

    Args:
        studio: loads the judge and its stored features of the model's training pictures; if there are none, the result is NO_LIKENESS.
        name: the name of the model.
        picture: (3, height, width).
    """
    training_pictures = studio.known(name)
    if training_pictures is None:
        return NO_LIKENESS
    nearest = training_pictures.nearest(studio.judge(training_pictures.judge), picture, COUNT)
    first = nearest[0]
    copies = (
        f"mirrored or cropped copies: {training_pictures.copy_distance:.1f}"
        if training_pictures.recognised > 0.5
        else "mirrored or cropped copies would not be recognised"
    )
    facts = [
        ["nearest training picture", _named(first)],
        ["its distance", f"{first.distance:.1f} (real test pictures: {training_pictures.test_distance:.1f}; {copies})"],
    ]
    pairs = [(neighbour, photos.photo(training_pictures.data, training_pictures.split, neighbour.row)) for neighbour in nearest]
    figures = [
        {
            "src": _uri(image), "side": None, "alt": f"Training picture: {_named(neighbour)}",
            "caption": f"{_named(neighbour)}, distance {neighbour.distance:.1f}",
        }
        for neighbour, image in pairs
        if image is not None
    ]  # fmt: skip
    return Likeness(facts, [["nearest training pictures", figures]] if figures else [])


def _named(neighbour: neighbours.Neighbour) -> str:
    return f"{neighbour.label} (no. {neighbour.row})" if neighbour.label else f"no. {neighbour.row}"


def _uri(image: Image.Image) -> str:
    """The centre square of a photo, which is what the model was trained on, as a data URI."""
    buffer = io.BytesIO()
    ImageOps.fit(image, (min(image.width, image.height, LARGEST),) * 2).save(buffer, "WEBP", quality=85)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()
