"""A model's codebook as the page shows it: for every code a small picture, a colour and how often it is used, and an order of the codes.

`train.cards.codes` measures the pictures and the counts on real pictures when a checkpoint is made, and writes codebook.png and
codebook.json beside the weights. Without these files, a code's picture is the middle of a decoded map that holds only this code.
"""

from __future__ import annotations

import base64
import colorsys
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from explorer import codes, images
from explorer.codes import COLUMNS, TILE
from explorer.folder import PartError, read, read_json
from explorer.models import Quantises

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Codebook:
    """One model's codes.

    Attributes:
        sheet: the codes' pictures as one PNG in a data URI, COLUMNS in a row.
        colours: of the codes' cells, "#rrggbb"; codes that are near each other in the codebook have similar colours.
        shares: how often each code is used, in percent of all cells of the test pictures; None if not measured.
        perplexity: of these shares: as many codes, all used equally often, would have the same entropy; None if not measured.
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


def codebook_of(model: Quantises, folder: Path, leave_out: Callable[[str], None] = LOG.warning) -> Codebook:
    """Read the measured pictures and counts of a checkpoint's codes, and compute their colours and their order.

    Args:
        leave_out: called with a message if the files exist but cannot be used.
    """
    counts, sheet = None, None
    if os.path.lexists(folder / "codebook.json") or os.path.lexists(folder / "codebook.png"):
        try:
            counts, sheet = _measured(model, folder)
        except PartError as error:
            leave_out(f"{error}; the measured pictures and counts of the codes are not used")
    if sheet is None:
        sheet = images.grid(codes.single_code_pictures(model), COLUMNS, gutter=0, background="black")
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


def _measured(model: Quantises, folder: Path) -> tuple[Tensor, Image.Image]:
    """Read how often each code was used, (codebook_size,), and the sheet of the codes' pictures.

    Raises:
        PartError: if a file cannot be read, or does not fit the codebook.
    """
    content = read_json(folder, "codebook.json")
    counts = content.get("counts") if isinstance(content, dict) else None
    size = model.codebook_size
    if not isinstance(counts, list) or len(counts) != size or not all(type(count) is int and 0 <= count < 2**53 for count in counts):
        raise PartError(f"codebook.json has no counts of {size} codes")
    if not any(counts):
        raise PartError("codebook.json counts no code")
    data = read(folder, "codebook.png")
    side = (COLUMNS * TILE, -(-size // COLUMNS) * TILE)
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as opened:
            if opened.size != side:
                raise PartError(f"codebook.png has {opened.width} x {opened.height} pixels, expected {side[0]} x {side[1]}")
            sheet = opened.convert("L" if model.channels == 1 else "RGB")
    except PartError:
        raise
    except Exception as error:  # Pillow's decoders raise many kinds
        raise PartError(f"codebook.png cannot be read ({error})") from None
    return torch.tensor(counts), sheet


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
