"""The section with one picture for each set of objects in test.json, the test of the i-CLEVR assignment, as the report shows them."""

from __future__ import annotations

import torch
from PIL import Image

from explorer.models import Generates
from train import metrics
from train.data.iclevr import OBJECTS, multi_hot, scored_sets
from train.metrics.seeds import OBEDIENCE_SEEDS

from .card import Card

FILE, COLUMNS, GAP = "sets.webp", 8, 2


def tell(card: Card) -> None:
    """Draw the pictures and show them, if the model takes these objects."""
    if isinstance(card.model, Generates) and list(getattr(card.model, "classes", [])) == list(OBJECTS):
        card.add(_section(card))


@torch.no_grad()
def _section(card: Card) -> list[str]:
    sets, seed = scored_sets(), OBEDIENCE_SEEDS[0]
    images = metrics.stored(metrics.drawn(card.model, len(sets), seed, labels=multi_hot(sets)))
    step = images.shape[-1] + GAP
    page = Image.new("RGB", (COLUMNS * step - GAP, -(-len(images) // COLUMNS) * step - GAP), "white")
    for i, image in enumerate(images):
        page.paste(Image.fromarray(image.permute(1, 2, 0).numpy()), (i % COLUMNS * step, i // COLUMNS * step))
    page.save(card.folder / FILE, quality=90)
    named = [", ".join(OBJECTS[i] for i in sorted(objects)) for objects in sets]
    return [
        "## The sets of test.json",
        "",
        f"One unselected picture for each of the {len(sets)} sets of objects in the test of the i-CLEVR assignment, row by row, seed "
        f"{seed:,}.",
        "",
        f"![The {len(sets)} pictures]({FILE})",
        "",
        *(f"{number}. {objects}" for number, objects in enumerate(named, 1)),
        "",
    ]
