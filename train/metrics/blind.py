"""A blind comparison: unselected pictures of two checkpoints side by side, without names, in random order.

Whoever judges sees only the sheets; which side is which stands in a file of its own. Measures have been pleased by pictures that please no
eye, so this has the last word.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from PIL import Image, ImageDraw
from torch import Tensor

from explorer.models import Generates
from train import metrics

MARGIN, LABEL = 12, 16  # pixels around a side of a pair, and above it for its number


@dataclass(frozen=True)
class Pair:
    """A pair on the sheet: its number, and the names of what stands on the left and on the right."""

    number: int
    left: str
    right: str


def compare(models: dict[str, Generates], folder: Path, *, pairs: int = 20, seed: int, across: int = 3, enlarged: int = 2) -> list[Pair]:
    """Write `pairs` numbered sheets, each with pictures of one model on the left and of the other on the right, and key.json.

    Args:
        models: two, by name. They draw without labels.
        folder: for 01.png, 02.png, ... and key.json.
        pairs: how many.
        seed: of the latents and of the order; not one that chose a checkpoint.
        across: each side of a pair is a square of so many by so many pictures.
        enlarged: how many times each pixel is repeated.

    Raises:
        ValueError: if there are not exactly two models.
    """
    if len(models) != 2:
        raise ValueError(f"there are {len(models)} models; expected two to compare")
    folder.mkdir(parents=True, exist_ok=True)
    count = across * across
    drawn = {name: metrics.stored(metrics.drawn(model, pairs * count, seed)) for name, model in models.items()}
    swapped = torch.rand(pairs, generator=torch.Generator().manual_seed(seed)) < 0.5
    first, second = models
    key = [Pair(i + 1, second, first) if swapped[i] else Pair(i + 1, first, second) for i in range(pairs)]
    for i, pair in enumerate(key):
        part = slice(i * count, (i + 1) * count)
        _sheet(pair.number, [_square(drawn[name][part], across, enlarged) for name in (pair.left, pair.right)]).save(
            folder / f"{pair.number:02d}.png"
        )
    (folder / "key.json").write_text(json.dumps([asdict(pair) for pair in key], indent=1) + "\n", encoding="utf-8")
    return key


def wins(key: list[Pair], answers: dict[int, str], name: str) -> float:
    """The share of the answered pairs in which the side of the model `name` was preferred.

    Args:
        key: of the sheets.
        answers: "left" or "right", by the number of the pair.
        name: of one of the models.
    """
    preferred = [getattr(pair, answers[pair.number]) for pair in key if pair.number in answers]
    return sum(winner == name for winner in preferred) / len(preferred)


def _square(images: Tensor, across: int, enlarged: int) -> Image.Image:
    """uint8 pictures (across * across, 3, size, size) -> one picture of rows."""
    rows = images.unflatten(0, (across, across)).permute(0, 3, 1, 4, 2).flatten(0, 1).flatten(1, 2)
    picture = Image.fromarray(rows.contiguous().numpy())
    return picture.resize((picture.width * enlarged, picture.height * enlarged), Image.Resampling.NEAREST)


def _sheet(number: int, sides: list[Image.Image]) -> Image.Image:
    width, height = sides[0].size
    page = Image.new("RGB", (2 * width + 3 * MARGIN, height + 2 * MARGIN + LABEL), "white")
    ImageDraw.Draw(page).text((MARGIN, MARGIN // 2), f"{number}    left | right", fill="black")
    for i, side in enumerate(sides):
        page.paste(side, (MARGIN + i * (width + MARGIN), MARGIN + LABEL))
    return page
