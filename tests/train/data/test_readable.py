"""A broken row of a training set is named and left out, before a run begins; all who count rows count the same ones."""

from __future__ import annotations

import io

import datasets
import pytest
import torch
from line import line, quick
from small_data import pictures

from train import data
from train.data import sources
from train.data.pixels import square
from train.loop import train


def encoded(image, form: str = "JPEG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


IMAGE = pictures(1, 48)[0]
TURNED = bytes.fromhex("49492a0008000000010012010300010000000600000000000000")  # EXIF that says: turned by 90 degrees
BROKEN = {
    "truncated": encoded(IMAGE)[:400],
    "empty": b"",
    "null": None,
    "a web page": b"<!DOCTYPE html><html></html>",
    "a header alone": encoded(IMAGE, "PNG")[:33],
}


def write(folder, files: dict[str, list[bytes | None]], label=None) -> None:
    """Write Parquet files of pictures, and of labels if any are given."""
    folder.mkdir(parents=True)
    for name, rows in files.items():
        columns = {"image": [None if row is None else {"bytes": row, "path": None} for row in rows]}
        kinds = {"image": datasets.Image()}
        if label is not None:
            columns["label"], kinds["label"] = label, datasets.Value("int64")
        datasets.Dataset.from_dict(columns, features=datasets.Features(kinds)).to_parquet(folder / name)


@pytest.fixture
def cakes(tmp_path, monkeypatch):
    """Writes the Parquet files of the set carrot-cake."""
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    return lambda **files: write(tmp_path / "carrot-cake", {f"{name}.parquet": rows for name, rows in files.items()})


@pytest.mark.parametrize("damage", BROKEN)
def test_a_broken_row_is_named_with_file_split_and_row_and_left_out(damage, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    good = [encoded(image, "PNG") for image in pictures(7, 48)]
    write(tmp_path / "carrot-cake", {"train-0.parquet": good[:4], "train-1.parquet": [good[4], BROKEN[damage], *good[5:]]})
    found = data.load("carrot-cake", "train", 48)
    expected = torch.stack([square(image, 48) for image in pictures(7, 48)])
    assert torch.equal(found.fetch(torch.arange(7)), expected) and len(found) == 7
    told = capsys.readouterr().err
    assert (
        "carrot-cake, train: row 1 of train-1.parquet is left out: " in told
        and "carrot-cake, train: one picture is left out in all" in told
    )
    assert list(sources.numbers("carrot-cake", "train")) == [0, 1, 2, 3, 4, 6, 7] and len(sources.rows("carrot-cake", "train")) == 7
    assert len(data.load("carrot-cake", "train", 48, limit=5)) == 5
    assert "left out" not in capsys.readouterr().err  # told once


def test_a_picture_whose_metadata_are_broken_is_read_or_left_out(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    bad = encoded(IMAGE, "JPEG", xmp=b"<x:xmpmeta \xff\xfe tiff:Orientation='9'", exif=b"Exif\0\0" + TURNED)
    write(tmp_path / "carrot-cake", {"train-0.parquet": [encoded(IMAGE), bad, encoded(IMAGE)]})
    assert len(data.load("carrot-cake", "train", 48)) in (2, 3)


def test_a_row_without_its_label_is_left_out(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    write(tmp_path / "mnist", {"train-0.parquet": [encoded(image, "PNG") for image in pictures(4, 28, "RGB")]}, label=[1, None, 3, 0])
    found = data.load("mnist", "train", 28, channels=1)
    assert found.labels["label"].tolist() == [1, 3, 0] and len(found) == 3
    assert "mnist, train: row 1 of train-0.parquet is left out: its label is missing" in capsys.readouterr().err


def test_of_many_broken_rows_five_are_told_and_all_are_counted(cakes, capsys):
    cakes(**{"train-0": [encoded(IMAGE), *[None] * 9]})
    assert len(data.load("carrot-cake", "train", 48)) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("carrot-cake")]  # others draw progress bars
    assert len(told) == 6 and told[-1] == "carrot-cake, train: 9 pictures are left out in all"


def test_a_set_of_nothing_but_broken_rows_is_empty_and_a_run_says_so(cakes, tmp_path):
    cakes(**{"train-0": [None, b"no picture"]})
    recipe = line()
    recipe.data, recipe.dataset = data.load("carrot-cake", "train", 48), "carrot-cake"
    assert len(recipe.data) == 0
    with pytest.raises(ValueError, match="there is no picture to learn from: the training set carrot-cake is empty"):
        train(recipe, tmp_path / "run", quick(2), progress_bar=False)
    assert not (tmp_path / "run").exists()


def test_a_folder_without_the_files_of_a_split_is_told(cakes):
    cakes(**{"test-0": [encoded(IMAGE)]})
    with pytest.raises(ValueError, match=r"EXPLORER_DATA has no file carrot-cake/train-\*\.parquet"):
        data.load("carrot-cake", "train", 48)


@pytest.mark.parametrize("count", [1, 3, 33])
def test_a_set_that_a_batch_does_not_divide_is_learned_from(count, cakes, tmp_path):
    cakes(**{"train-0": [encoded(image) for image in pictures(count, 8)]})
    recipe = line()
    recipe.data, recipe.batch_size = data.load("carrot-cake", "train", 8), 32
    assert train(recipe, tmp_path / "run", quick(3), progress_bar=False).step == 3
