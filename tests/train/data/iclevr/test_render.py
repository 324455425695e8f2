"""What needs no Blender: the rendered frames become the data set that recipes read."""

from __future__ import annotations

import sys

import pytest
import torch
import typer
from small_data import pictures
from typer.testing import CliRunner

from train import data
from train.data.iclevr import COLOURS, OBJECTS
from train.data.iclevr.render import LINEAR, main, pack
from train.data.iclevr.scenes import scene


def test_packed_frames_are_the_set_that_recipes_load(tmp_path, monkeypatch):
    frames = tmp_path / "frames"
    frames.mkdir()
    drawn = pictures(6, 64)
    for number in range(2):
        for i in range(3):
            drawn[3 * number + i].save(frames / f"{number:06d}_{i}.png")
    pack(frames, 2, 5, tmp_path / "iclevr" / "train-00000-of-00001.parquet")
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    train, test = (data.load("iclevr", split, 64) for split in ("train", "test"))
    assert (len(train), len(test)) == (3, 3)
    found = {}
    for split in (train, test):
        for i in range(3):
            found[split.fetch(torch.tensor([i]))[0].numpy().tobytes()] = split.labels["objects"][i]
    for number in range(2):
        names = [solid.name for solid in scene(number, 5).solids]
        for i in range(3):
            pixels = data.square(drawn[3 * number + i], 64).numpy().tobytes()
            assert torch.equal(found[pixels], data.several([names[: i + 1]], OBJECTS)[0])


def test_every_colour_has_its_paint():
    assert set(LINEAR) == set(COLOURS)


def test_without_blender_the_command_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "bpy", None)
    app = typer.Typer()
    app.command()(main)
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert result.exit_code == 2 and "pip install bpy" in result.output


@pytest.mark.parametrize("shape", ["cube", "sphere", "cylinder"])
def test_every_shape_occurs_in_the_first_scenes(shape):
    assert any(solid.name.endswith(shape) for number in range(10) for solid in scene(number).solids)
