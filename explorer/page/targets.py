"""Pictures that a latent is fitted to: a visitor's photo, a free example, or one that the model has drawn itself."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

from PIL import Image

from .. import images
from .examples import FOLDER, PHOTOS, photo
from .studio import Studio, uri

OWN_SEED = 2024  # of the picture that shows what the model can reach
SIDE = 256  # pixels that are kept of a photo


def from_picture(picture: Image.Image, name: str) -> dict[str, str]:
    """A target as plain JSON: its centre square, small enough to be kept for a visit."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    square = picture.convert("RGB").crop((left, top, left + side, top + side))
    if side > SIDE:
        square = square.resize((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return {"name": name, "png": base64.b64encode(images.png(square)).decode()}


def picture(target: dict[str, str]) -> Image.Image:
    """The picture of a target."""
    return Image.open(BytesIO(base64.b64decode(target["png"])))


def example(studio: Studio, model: str, index: int) -> dict[str, str]:
    """Example `index`: the photos in their order, then the model's own picture."""
    if index < len(PHOTOS):
        name = list(PHOTOS)[index]
        with Image.open(FOLDER / f"{name}.jpg") as opened:
            return from_picture(opened, name)
    return from_picture(images.to_pil(_own(studio, model)), f"seed {OWN_SEED}")


def own_examples(studio: Studio, model: str, selected: int | None = None) -> dict[str, Any]:
    """The value of the Examples widget."""
    items = [{"src": photo(name), "label": name, "alt": f"Example: {alt}"} for name, alt in PHOTOS.items()]
    alt = f"Example: drawn by {model} itself from seed {OWN_SEED}"
    drawn = {"src": uri(_own(studio, model)), "label": "its own", "sharp": True, "alt": alt}
    return {"items": [*items, drawn], "selected": selected}


def _own(studio: Studio, model: str):
    return studio.draw(model, studio.latent(model, {"seed": OWN_SEED})[None])[0]
