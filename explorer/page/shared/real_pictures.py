"""Real pictures to show beside generated ones: sheets that come with the app, and data sets on this machine."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image

from explorer import digits, photos

from .examples import FOLDER

COLUMNS = 20  # pictures in a row of a sheet
SHEETS = {
    "mnist": digits.path_of("test"),
    "stickers": FOLDER / "real-stickers.png",
    "iclevr": FOLDER / "real-iclevr.png",
}  # by data set


@dataclass(frozen=True)
class Reals:
    """The real pictures of a data set.

    Attributes:
        data: the name of the data set.
        count: how many pictures there are.
        sheet: a picture file of square pictures, `COLUMNS` in a row; None if the pictures are in a local data set.
        split: of the local data set.
    """

    data: str
    count: int
    sheet: Path | None = None
    split: str = ""

    def pick(self, generator: random.Random) -> Image.Image:
        """A random picture."""
        number = generator.randrange(self.count)
        if self.sheet is None:
            return photos.photo(self.data, self.split, number)
        sheet = Image.open(self.sheet)
        side = sheet.width // COLUMNS
        left, top = number % COLUMNS * side, number // COLUMNS * side
        return sheet.crop((left, top, left + side, top + side))


@lru_cache
def reals(data: str) -> Reals | None:
    """The real pictures of a data set; None if there are none, or `data` is "".

    They are from the test split of a local data set if there is one, otherwise from its train split, otherwise from a sheet.
    """
    if not data:
        return None
    for split in ("test", "train"):
        if count := photos.count(data, split):
            return Reals(data, count, split=split)
    if (sheet := SHEETS.get(data)) is None:
        return None
    with Image.open(sheet) as image:
        side = image.width // COLUMNS
        return Reals(data, COLUMNS * (image.height // side), sheet)


@lru_cache
def contact_sheet(data: str, side: int, columns: int = 4) -> Image.Image | None:
    """Random real pictures of a data set (seed 0), without gaps, `columns` to a row and as many rows; None if there are none.

    Args:
        side: of each picture, in pixels.
    """
    if (found := reals(data)) is None:
        return None
    generator, sheet = random.Random(0), Image.new("RGB", (columns * side, columns * side))
    for number in range(columns**2):
        picture = found.pick(generator).convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
        sheet.paste(picture, (number % columns * side, number // columns * side))
    return sheet
