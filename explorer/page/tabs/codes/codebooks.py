"""What the page shows of a codebook: a small picture, a colour and the use of every code, and the order to list them in.

The pictures and the counts are measured once, on real pictures, when a checkpoint is made (`train.cards.codes` writes codebook.png and
codebook.json beside the weights). Where they are missing, a code's picture is the middle of a map that holds nothing else.
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
        colours: of the codes' cells, "#rrggbb"; codes that lie near each other in the codebook have similar ones.
        shares: of all cells of the test pictures, in percent; None where nobody counted.
        perplexity: how many codes would be used if all were used evenly; None likewise.
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
    """Read what was measured of a checkpoint's codebook, and colour it."""
    counts = _counted(model, folder)
    if counts is not None:
        sheet = Image.open(folder / "codebook.png").convert("L" if model.channels == 1 else "RGB")
    else:
        sheet = images.grid(codes.alone(model), COLUMNS, gutter=0, background="black")
    tiles = np.asarray(sheet, dtype=np.float32)
    size = model.codebook_size
    light = [
        tiles[i // COLUMNS * TILE : (i // COLUMNS + 1) * TILE, i % COLUMNS * TILE : (i % COLUMNS + 1) * TILE].mean() for i in range(size)
    ]
    return Codebook(
        sheet="data:image/png;base64," + base64.b64encode(images.png(sheet)).decode(),
        colours=palette(model.codebook.weight),
        shares=None if counts is None else (100 * counts / counts.sum()).tolist(),
        perplexity=None if counts is None else codes.perplexity(counts),
        order=sorted(range(size), key=light.__getitem__),
    )


def _counted(model: Quantises, folder: Path) -> Tensor | None:
    """The use of each code as it was counted; None where nobody did, or the files are not of this codebook."""
    try:
        counts = torch.tensor(json.loads((folder / "codebook.json").read_text(encoding="utf-8"))["counts"])
        with Image.open(folder / "codebook.png") as sheet:
            whole = sheet.size == (COLUMNS * TILE, -(-model.codebook_size // COLUMNS) * TILE)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return counts if whole and counts.shape == (model.codebook_size,) and counts.sum() > 0 and (counts >= 0).all() else None


def palette(vectors: Tensor) -> list[str]:
    """A colour for each vector (codes, size): hue from its first two principal components, lightness from the third.

    Codes that are alike so look alike, and those who see no hues are helped by the lightness; numbers stand in the cells all the same.
    """
    centred = (vectors - vectors.mean(0)).double()
    _, _, directions = torch.linalg.svd(centred, full_matrices=False)
    count = min(3, len(directions))
    signs = directions[:count].gather(1, directions[:count].abs().argmax(1, keepdim=True)).sign()  # an SVD's signs are arbitrary
    places = torch.nn.functional.pad(centred @ (directions[:count] * signs).T, (0, 3 - count))
    ranks = places.argsort(0).argsort(0) / max(1, len(vectors) - 1) * 2 - 1
    hues = (torch.atan2(ranks[:, 1], ranks[:, 0]) / (2 * torch.pi)) % 1
    colours = []
    for hue, rank in zip(hues.tolist(), ranks[:, 2].tolist(), strict=True):
        red, green, blue = colorsys.hls_to_rgb(hue, 0.68 + 0.14 * rank, 0.58)
        colours.append("#" + "".join(f"{round(255 * part):02x}" for part in (red, green, blue)))
    return colours
