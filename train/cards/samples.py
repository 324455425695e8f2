"""The section with a sheet of unselected samples, for models that draw from a latent."""

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
    """Save a sheet of unselected pictures as `path`: with a column for each class, or with the conditions of real pictures for a model that
    takes several at once.

    Args:
        model: the generator.
        path: of the picture file.
        name: of its data set.

    Returns:
        The card's section, lines of markdown.
    """
    classes = list(getattr(model, "classes", []))
    if classes and getattr(model, "most", 1) == 1:
        columns, order = len(classes), "; columns: " + ", ".join(classes)
        labels = torch.eye(columns).repeat(-(-SHOWN // columns), 1)
    else:
        columns, order = 8, ""
        labels = metrics.conditions_of(model, data.load(name, "train", model.image_size, limit=SHOWN)) if classes else None
    images = metrics.stored(metrics.drawn(model, SHOWN if labels is None else len(labels), SHEET_SEED, labels=labels))
    step = images.shape[-1] + 2
    page = Image.new("RGB", (columns * step - 2, -(-len(images) // columns) * step - 2), "white")
    for i, image in enumerate(images):
        page.paste(Image.fromarray(image.permute(1, 2, 0).numpy()), (i % columns * step, i // columns * step))
    page.save(path, quality=90)
    description = f"{len(images)} unselected"
    return ["## Samples", "", f"{description} pictures, seed {SHEET_SEED}{order}:", "", f"![{description} samples]({path.name})", ""]
