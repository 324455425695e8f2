"""What the page shows of a codebook: for every code a small picture, a colour and how often it is used, and the order of the codes.

`train.cards.codes` measures the pictures and the counts on real pictures when a checkpoint is made, and writes codebook.png and
codebook.json beside the weights. Without these files, a code's picture is the middle of a decoded map that holds only this code.
"""

from __future__ import annotations

import base64
import colorsys
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from explorer import codes, images
from explorer.codes import COLUMNS, TILE
from explorer.models import Quantises


@dataclass(frozen=True)
class Codebook:
    """One model's codes.

    Attributes:
        sheet: the codes' pictures as one PNG in a data URI, COLUMNS in a row.
        colours: of the codes' cells, "#rrggbb"; codes that are near each other in the codebook have similar colours.
        shares: how often each code is used, in percent of all cells of the test pictures; None if not measured.
        perplexity: of these shares, the number of codes if all were used evenly; None if not measured.
        order: the codes from dark to bright.
    """

    sheet: str
    colours: list[str]
    shares: list[float] | None
    perplexity: float | None
    order: list[int]

    def value(self) -> dict[str, Any]:
        """The value of the CodebookGrid widget."""
        return {"sheet": self.sheet, "columns": COLUMNS, "colours": self.colours, "shares": self.shares, "order": self.order}


def codebook_of(model: Quantises, folder: Path) -> Codebook:
    """Read the measurements of a checkpoint's codebook, if there are any, and choose its colours."""
    counts = _code_counts(model, folder)
    if counts is not None:
        sheet = Image.open(folder / "codebook.png").convert("L" if model.channels == 1 else "RGB")
    else:
        sheet = images.grid(codes.alone(model), COLUMNS, gutter=0, background="black")
    tiles = np.asarray(sheet, dtype=np.float32)
    size = model.codebook_size
    brightness = [
        tiles[i // COLUMNS * TILE : (i // COLUMNS + 1) * TILE, i % COLUMNS * TILE : (i % COLUMNS + 1) * TILE].mean() for i in range(size)
    ]
    return Codebook(
        sheet="data:image/png;base64," + base64.b64encode(images.png(sheet)).decode(),
        colours=palette(model.codebook.weight),
        shares=None if counts is None else (100 * counts / counts.sum()).tolist(),
        perplexity=None if counts is None else codes.perplexity(counts),
        order=sorted(range(size), key=brightness.__getitem__),
    )


def _code_counts(model: Quantises, folder: Path) -> Tensor | None:
    """How often each code is used, from codebook.json; None if the files are missing or do not fit this codebook."""
    try:
        counts = torch.tensor(json.loads((folder / "codebook.json").read_text())["counts"])
        with Image.open(folder / "codebook.png") as sheet:
            complete = sheet.size == (COLUMNS * TILE, -(-model.codebook_size // COLUMNS) * TILE)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return counts if complete and counts.shape == (model.codebook_size,) and counts.sum() > 0 and (counts >= 0).all() else None


def palette(vectors: Tensor) -> list[str]:
    """A colour for each vector (codes, size): hue from its first two principal components, lightness from the third.

    So similar codes get similar colours. The lightness helps visitors who cannot tell the hues apart; the cells show the numbers too.
    """
    centred = (vectors - vectors.mean(0)).double()
    _, _, directions = torch.linalg.svd(centred, full_matrices=False)
    count = min(3, len(directions))
    signs = directions[:count].gather(1, directions[:count].abs().argmax(1, keepdim=True)).sign()  # an SVD's signs are arbitrary
    components = torch.nn.functional.pad(centred @ (directions[:count] * signs).T, (0, 3 - count))
    ranks = components.argsort(0).argsort(0) / max(1, len(vectors) - 1) * 2 - 1
    hues = (torch.atan2(ranks[:, 1], ranks[:, 0]) / (2 * torch.pi)) % 1
    colours = []
    for hue, rank in zip(hues.tolist(), ranks[:, 2].tolist(), strict=True):
        red, green, blue = colorsys.hls_to_rgb(hue, 0.68 + 0.14 * rank, 0.58)
        colours.append("#" + "".join(f"{round(255 * part):02x}" for part in (red, green, blue)))
    return colours
