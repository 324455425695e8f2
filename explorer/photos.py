"""Reads training pictures from local Parquet files in the folder that EXPLORER_DATA names, the same files that `train/` reads.

The page has no other source of training pictures. Without the files, or without pyarrow, it shows none.
"""

from __future__ import annotations

import importlib.util
import io
import os
from functools import lru_cache
from pathlib import Path

from PIL import Image

from .decoding import as_seen


def photo(data: str, split: str, row: int) -> Image.Image | None:
    """The picture in a row of a data set's split, decoded as `train/` decodes it; None if it is not on this machine."""
    root = os.environ.get("EXPLORER_DATA")
    if not root or importlib.util.find_spec("pyarrow") is None:
        return None
    for path in sorted((Path(root) / data).glob(f"{split}-*.parquet")):
        for group, rows in enumerate(_groups(path)):
            if row < rows:
                return as_seen(Image.open(io.BytesIO(_bytes(path, group)[row])))
            row -= rows
    return None


def count(data: str, split: str) -> int:
    """How many pictures of a data set's split are on this machine."""
    root = os.environ.get("EXPLORER_DATA")
    if not root or importlib.util.find_spec("pyarrow") is None:
        return 0
    return sum(sum(_groups(path)) for path in sorted((Path(root) / data).glob(f"{split}-*.parquet")))


@lru_cache
def _groups(path: Path) -> tuple[int, ...]:
    """How many rows each row group of a file has."""
    from pyarrow import parquet

    about = parquet.ParquetFile(path).metadata
    return tuple(about.row_group(i).num_rows for i in range(about.num_row_groups))


@lru_cache(maxsize=16)
def _bytes(path: Path, group: int) -> list[bytes]:
    """The encoded pictures of a row group."""
    from pyarrow import parquet

    file = parquet.ParquetFile(path)
    name = next(field.name for field in file.schema_arrow if {"bytes", "path"} == {part.name for part in getattr(field.type, "fields", [])})
    column = file.read_row_group(group, columns=[name]).column(name)
    return [entry["bytes"] for entry in column.to_pylist()]
