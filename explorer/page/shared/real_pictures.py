"""Real pictures to put beside drawn ones: sheets that may be handed on, and data sets that lie on this machine."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image

from explorer import photos

from .examples import FOLDER

COLUMNS = 20  # of a sheet


@dataclass(frozen=True)
class Reals:
    """The real pictures of a data set.

    Attributes:
        data: its name.
        count: how many there are.
        sheet: of squares, row by row, as high as one of them times the rows; None if they are rows of a local data set.
        split: of the local data set.
    """

    data: str
    count: int
    sheet: Path | None = None
    split: str = ""

    def pick(self, draw: random.Random) -> Image.Image:
        """One of them."""
        number = draw.randrange(self.count)
        if self.sheet is None:
            return photos.photo(self.data, self.split, number)
        sheet = Image.open(self.sheet)
        side = sheet.width // COLUMNS
        left, top = number % COLUMNS * side, number // COLUMNS * side
        return sheet.crop((left, top, left + side, top + side))


@lru_cache
def reals(data: str) -> Reals | None:
    """The real pictures of a data set; None if none are here, or no data set is named.

    A local data set goes before a sheet, and its test split, which no model saw, before its train split.
    """
    if not data:
        return None
    for split in ("test", "train"):
        if count := photos.count(data, split):
            return Reals(data, count, split=split)
    sheet = FOLDER / f"real-{data}.png"
    if not sheet.is_file():
        return None
    with Image.open(sheet) as image:
        side = image.width // COLUMNS
        return Reals(data, COLUMNS * (image.height // side), sheet)
