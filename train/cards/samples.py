"""The section with a sheet of unselected samples, for models that generate pictures from a latent."""

from __future__ import annotations

from pathlib import Path

import torch
from PIL import Image

from explorer.models import Generates
from train import data, metrics
from train.metrics.seeds import SHEET_SEED

from .card import Card

SHOWN = 64  # pictures


def tell(card: Card) -> None:
    """Draw the sheet and show it."""
    card.add(sheet(card.model, card.folder / "samples.webp", card.data))


def sheet(model: Generates, path: Path, name: str) -> list[str]:
    """Save a sheet of unselected pictures as `path`. If the model takes one class per picture, the sheet has a column for each class. If it
    takes several, the pictures have the conditions of real pictures.

    Args:
        model: the generator.
        path: the path of the picture file.
        name: the name of the generator's data set.

    Returns:
        The card's section, lines of markdown.
    """
    classes = list(getattr(model, "classes", []))
    if classes and getattr(model, "most", 1) == 1:
        columns, order = len(classes), ". The columns show " + ", ".join(classes)
        labels = torch.eye(columns).repeat(-(-SHOWN // columns), 1)
    else:
        columns, order = 8, ""
        labels = metrics.conditions_of(model, data.load(name, "train", model.image_size, limit=SHOWN)) if classes else None
    images = metrics.stored(metrics.drawn(model, SHOWN if labels is None else len(labels), SHEET_SEED, labels=labels))
    step = images.shape[-1] + 2
    page = Image.new("RGB", (columns * step - 2, -(-len(images) // columns) * step - 2), "white")
    for i, image in enumerate(images):  # a grey one has one channel
        page.paste(Image.fromarray(image.expand(3, -1, -1).permute(1, 2, 0).numpy()), (i % columns * step, i // columns * step))
    page.save(path, quality=90)
    description = f"{len(images)} unselected"
    return ["## Samples", "", f"{description} pictures, seed {SHEET_SEED}{order}.", "", f"![{description} samples]({path.name})", ""]
