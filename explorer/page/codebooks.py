"""What the page shows of a codebook: a small picture, a colour and the use of every code, and the order to list them in.

The pictures and the counts are measured once, on real pictures, when a checkpoint is made (`train.codes_card` writes codebook.png and
codebook.json beside the weights). Where they are missing, a code's picture is the middle of a map that holds nothing else.
"""

from __future__ import annotations

import base64
import colorsys
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .. import codes, images
from ..models import Quantises

TILE, COLUMNS = 8, 32  # pixels of a code's picture, and pictures in a row of the sheet


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

    def value(self, selected: int | None = None, nearest: list[int] | None = None) -> dict[str, Any]:
        """The value of the CodebookGrid widget."""
        return {
            "sheet": self.sheet, "columns": COLUMNS, "colours": self.colours, "shares": self.shares, "order": self.order,
            "selected": selected, "nearest": nearest or [],
        }  # fmt: skip


def codebook_of(model: Quantises, folder) -> Codebook:
    """Read what was measured of a checkpoint's codebook, and colour it."""
    counts = None
    if (folder / "codebook.json").is_file() and (folder / "codebook.png").is_file():
        counts = torch.tensor(json.loads((folder / "codebook.json").read_text())["counts"])
        sheet = Image.open(folder / "codebook.png").convert("L" if model.channels == 1 else "RGB")
        tiles = np.asarray(sheet, dtype=np.float32)
    else:
        sheet = images.to_pil(_sheet(_uniform(model)))
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


@torch.no_grad()
def _uniform(model: Quantises) -> Tensor:
    """The middle of each map that holds one code alone, (codes, channels, TILE, TILE)."""
    maps = torch.arange(model.codebook_size)[:, None, None].expand(-1, model.map_size, model.map_size)
    start = (model.image_size - TILE) // 2
    return torch.cat([model.decode(part) for part in maps.split(64)])[:, :, start : start + TILE, start : start + TILE]


def _sheet(tiles: Tensor) -> Tensor:
    """Tiles (codes, channels, TILE, TILE) as one picture (channels, height, width), COLUMNS in a row."""
    rows = -(-len(tiles) // COLUMNS)
    full = torch.cat([tiles, tiles.new_full((rows * COLUMNS - len(tiles), *tiles.shape[1:]), -1.0)])
    return full.unflatten(0, (rows, COLUMNS)).permute(2, 0, 3, 1, 4).flatten(1, 2).flatten(2)


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
    found = []
    for hue, rank in zip(hues.tolist(), ranks[:, 2].tolist(), strict=True):
        red, green, blue = colorsys.hls_to_rgb(hue, 0.68 + 0.14 * rank, 0.58)
        found.append("#" + "".join(f"{round(255 * part):02x}" for part in (red, green, blue)))
    return found
