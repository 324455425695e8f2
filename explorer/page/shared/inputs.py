"""The pictures that tabs take as input: a visitor's photo or drawing, an example, or a picture that the model itself has generated."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from explorer import images
from explorer.models import Model

from .checks import FieldError, numbers, whole
from .examples import FOLDER, PHOTOS, photo
from .studio import Studio
from .uris import uri

OWN_SEED = 2024  # the seed of the example that the model itself generates; a fit can reproduce this picture
SIDE = 256  # a photo is stored with at most SIDE x SIDE pixels
PHOTO_FILES = ["image", ".heic", ".heif", ".avif", ".jfif", ".jpe"]  # for the file chooser only; the server detects the format itself


def from_picture(picture: Image.Image, name: str) -> dict[str, str]:
    """Convert a picture to JSON for the state: crop its central square, shrink it to at most SIDE pixels, and encode it as PNG."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    square = picture.convert("RGB").crop((left, top, left + side, top + side))
    if side > SIDE:
        square = square.resize((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return {"name": name, "png": base64.b64encode(images.png(square)).decode()}


def picture(target: dict[str, str]) -> Image.Image:
    """Decode the picture that `from_picture` has encoded."""
    return Image.open(BytesIO(base64.b64decode(target["png"])))


def as_seen(network: Model, picture: Image.Image) -> Tensor:
    """Convert a picture to a model's input, (channels, side, side). For a model of grey digits, `images.to_digit` crops and centres the
    digit."""
    return images.to_digit(picture) if network.channels == 1 else images.to_tensor(picture, network.image_size)


def example(studio: Studio, model: str, index: Any) -> dict[str, str]:
    """The example with this index, encoded with `from_picture`. After those that `pickable` lists comes a picture that the model itself
    generates."""
    network = studio.model(model)
    if whole("example", index, 0, example_count(network)) < example_count(network):
        return picked(network, index)
    return from_picture(images.to_pil(_own(studio, model)), f"seed {OWN_SEED}")


def own_examples(studio: Studio, model: str, selected: int | None = None) -> dict[str, Any]:
    """The value of the Examples widget: those that `pickable` lists, then a picture that the model itself has generated."""
    alt = f"Example: drawn by {model} itself from seed {OWN_SEED}"
    own_picture = {"src": uri(_own(studio, model)), "label": "its own", "sharp": True, "alt": alt}
    return {"items": [*pickable(studio.model(model))["items"], own_picture], "selected": selected}


def _own(studio: Studio, model: str):
    return studio.draw(model, studio.latent(model, {"seed": OWN_SEED})[None])[0]


def digits() -> list[Image.Image]:
    """Ten test digits of MNIST, 0 to 9, 28 pixels each."""
    with Image.open(FOLDER / "digits.png") as sheet:
        return [sheet.convert("L").crop((28 * i, 0, 28 * i + 28, 28)) for i in range(sheet.width // 28)]


def pickable(network: Model, selected: int | None = None) -> dict[str, Any]:
    """The value of the Examples widget: MNIST digits if the model has one channel, otherwise photos."""
    if network.channels == 1:
        pngs = (base64.b64encode(images.png(digit)).decode() for digit in digits())
        items = [
            {"src": f"data:image/png;base64,{png}", "label": str(i), "sharp": True, "alt": f"Example: a handwritten {i}"}
            for i, png in enumerate(pngs)
        ]
    else:
        items = [{"src": photo(name), "label": name, "alt": f"Example: {alt}"} for name, alt in PHOTOS.items()]
    return {"items": items, "selected": selected}


def picked(network: Model, index: Any) -> dict[str, str]:
    """Example number `index` of those that `pickable` lists, encoded with `from_picture`."""
    if network.channels == 1:
        pictures = digits()
        return from_picture(pictures[whole("example", index, 0, len(pictures) - 1)], f"a {index} of MNIST")
    name = list(PHOTOS)[whole("example", index, 0, len(PHOTOS) - 1)]
    with Image.open(FOLDER / f"{name}.jpg") as opened:
        return from_picture(opened, name)


def example_count(network: Model) -> int:
    """How many examples `pickable` lists for a model."""
    return len(digits()) if network.channels == 1 else len(PHOTOS)


def from_ink(ink: Any, side: int) -> dict[str, str]:
    """Validate a visitor's drawing and encode it with `from_picture`.

    Args:
        ink: the grey values of the drawing, row by row, side x side numbers from 0 to 255.

    Raises:
        FieldError: if `ink` is anything else.
    """
    values = numbers("drawing", ink, side * side, 255.0)
    if min(values) < 0:
        raise FieldError("drawing", min(values), "numbers from 0 to 255")
    grey = torch.tensor(values).view(side, side).to(torch.uint8).numpy()
    return from_picture(Image.fromarray(grey), "your drawing")
