"""Finds the rows of a data set that cannot be used: their picture cannot be decoded, or a label is missing.

`sources.rows` leaves these rows out, so that no other code sees them. They are reported once on stderr, with file, row and reason.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.decoding import as_seen

if TYPE_CHECKING:
    import datasets

REPORTED = 5  # at most this many broken rows of a split are reported one by one
CHUNK = 256  # rows that are read together


class Readable:
    """Checks the rows of a split's files; each row is decoded at most once.

    Args:
        found: the rows.
        called: the name of the data set and the split, for the report.
        column: the column with the pictures.
        labels: columns that may not be empty.
        files: the Parquet files with the rows, in order; [] if the rows are not from files.
    """

    def __init__(self, found: datasets.Dataset, called: str, column: str, labels: Sequence[str] = (), files: Sequence[Path] = ()):
        self.rows = found.select_columns([column, *labels])
        self.called, self.column, self.labels, self.files = called, column, labels, files
        self.faults: dict[int, str] = {}
        self._sound: set[int] = set()

    def of(self, numbers: Iterable[int], limit: int | None = None) -> list[int]:
        """The first `limit` of these row numbers that can be used, in the same order. New broken rows are reported on stderr."""
        reported, usable = set(self.faults), []
        for number in self._usable(list(numbers)):
            if limit is not None and len(usable) >= limit:
                break
            usable.append(number)
        self._report([number for number in self.faults if number not in reported])
        return usable

    def _usable(self, numbers: list[int]) -> Iterator[int]:
        for start in range(0, len(numbers), CHUNK):
            chunk = numbers[start : start + CHUNK]
            if unchecked := [number for number in chunk if number not in self._sound and number not in self.faults]:
                self._check(unchecked)
            yield from (number for number in chunk if number in self._sound)

    def _check(self, numbers: list[int]) -> None:
        chunk = self.rows.select(numbers)
        for index, number in enumerate(numbers):
            try:
                row = chunk[index]
                if missing := next((column for column in (self.column, *self.labels) if row[column] is None), None):
                    raise ValueError(f"its {missing} is missing")
                as_seen(row[self.column])
                self._sound.add(number)
            except Exception as error:  # Pillow's decoders raise many types of errors
                self.faults[number] = (str(error) or type(error).__name__).splitlines()[0][:200]

    def _report(self, numbers: list[int]) -> None:
        for number in numbers[:REPORTED]:
            print(f"{self._place(number)} is left out: {self.faults[number]}", file=sys.stderr)
        if numbers:
            count = "one picture is" if len(numbers) == 1 else f"{len(numbers)} pictures are"
            print(f"{self.called}: {count} left out in all", file=sys.stderr)

    def _place(self, number: int) -> str:
        """The name of the row's file, and the row's number in it, from 0."""
        import pyarrow.parquet

        row = number
        for path in self.files:
            count = pyarrow.parquet.read_metadata(path).num_rows
            if row < count:
                return f"{self.called}: row {row} of {path.name}"
            row -= count
        return f"{self.called}: row {number}"
