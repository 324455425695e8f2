"""Which rows of a data set can be learned from: those whose picture can be decoded and whose labels are there.

The others are left out of `sources.rows`, and so of everything that counts rows in its order. What is left out is told once, with its file,
its row and the reason, before a run begins.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.decoding import as_seen

if TYPE_CHECKING:
    import datasets

TOLD = 5  # broken rows of a split that are told one by one
AT_ONCE = 256  # rows that are taken out of a file together


class Readable:
    """The rows of a split's files, each decoded at most once.

    Args:
        found: the rows.
        called: the set and its split, for the sentence that tells what is left out.
        column: that holds the picture.
        labels: columns that may not be empty.
        files: the Parquet files that the rows are from, in order; [] where they are from elsewhere.
    """

    def __init__(self, found: datasets.Dataset, called: str, column: str, labels: Sequence[str] = (), files: Sequence[Path] = ()):
        self.rows = found.select_columns([column, *labels])
        self.called, self.column, self.labels, self.files = called, column, labels, files
        self.faults: dict[int, str] = {}
        self._sound: set[int] = set()

    def of(self, numbers: Iterable[int], limit: int | None = None) -> list[int]:
        """Those of some rows that can be learned from, in the same order: at most `limit`. Tells of the others on stderr."""
        known, kept = set(self.faults), []
        for number in self._sound_ones(list(numbers)):
            if limit is not None and len(kept) >= limit:
                break
            kept.append(number)
        self._tell([number for number in self.faults if number not in known])
        return kept

    def _sound_ones(self, numbers: list[int]) -> Iterator[int]:
        for start in range(0, len(numbers), AT_ONCE):
            part = numbers[start : start + AT_ONCE]
            if new := [number for number in part if number not in self._sound and number not in self.faults]:
                self._check(new)
            yield from (number for number in part if number in self._sound)

    def _check(self, numbers: list[int]) -> None:
        some = self.rows.select(numbers)
        for place, number in enumerate(numbers):
            try:
                row = some[place]
                if missing := next((column for column in (self.column, *self.labels) if row[column] is None), None):
                    raise ValueError(f"its {missing} is missing")
                as_seen(row[self.column])
                self._sound.add(number)
            except Exception as error:  # Pillow's decoders raise many kinds
                self.faults[number] = (str(error) or type(error).__name__).splitlines()[0][:200]

    def _tell(self, numbers: list[int]) -> None:
        for number in numbers[:TOLD]:
            print(f"{self._place(number)} is left out: {self.faults[number]}", file=sys.stderr)
        if numbers:
            count = "one picture is" if len(numbers) == 1 else f"{len(numbers)} pictures are"
            print(f"{self.called}: {count} left out in all", file=sys.stderr)

    def _place(self, number: int) -> str:
        """The file and the row in it, counted from 0."""
        import pyarrow.parquet

        row = number
        for path in self.files:
            count = pyarrow.parquet.read_metadata(path).num_rows
            if row < count:
                return f"{self.called}: row {row} of {path.name}"
            row -= count
        return f"{self.called}: row {number}"
