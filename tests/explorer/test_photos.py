"""Training pictures are found where their data is, row by row over files and row groups, and nowhere else."""

from __future__ import annotations

import io

import pyarrow as pa
import pytest
from PIL import Image
from pyarrow import parquet

from explorer import photos


def encoded(shade: int) -> dict[str, object]:
    buffer = io.BytesIO()
    Image.new("L", (5, 5), shade).save(buffer, "PNG")
    return {"bytes": buffer.getvalue(), "path": None}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "greys").mkdir()
    for number, shades in enumerate(([0, 10, 20, 30, 40], [50, 60])):
        table = pa.table({"label": shades, "img": [encoded(shade) for shade in shades]})
        parquet.write_table(table, tmp_path / "greys" / f"train-{number}.parquet", row_group_size=2)
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    return tmp_path


def test_rows_run_across_row_groups_and_files(folder):
    assert photos.count("greys", "train") == 7
    assert [photos.photo("greys", "train", row).getpixel((0, 0)) for row in range(7)] == [(10 * i,) * 3 for i in range(7)]
    assert photos.photo("greys", "train", 7) is None


def test_without_data_there_are_none(folder, monkeypatch):
    assert photos.photo("greys", "test", 0) is None and photos.count("blues", "train") == 0
    monkeypatch.delenv("EXPLORER_DATA")
    assert photos.photo("greys", "train", 0) is None and photos.count("greys", "train") == 0
