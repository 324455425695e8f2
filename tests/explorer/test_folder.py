"""Every file of a checkpoint folder stands in the table of `explorer.folder`, and what it requires is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.folder import LAB, PARTS, files, found, missing, unknown
from explorer.hub import ALLOWED
from explorer.models.base import WEIGHTS
from explorer.zoo import CHECKPOINTS

FOLDERS = sorted(path for path in CHECKPOINTS.iterdir() if path.is_dir() and path.name != LAB)
RUNS = sorted(path for path in (CHECKPOINTS / LAB).glob("*") if path.is_dir())
IN_LAB = [part for part in PARTS if part.lab]
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_shipped_folder_holds_what_the_table_names_and_requires(folder):
    assert unknown(folder) == [] and missing(folder) == []


@pytest.mark.parametrize("folder", RUNS, ids=lambda folder: folder.name)
def test_a_run_of_the_lab_holds_its_log_and_its_pictures_alone(folder):
    """Also the weights, if the browser begins with them."""
    weights = [folder / WEIGHTS] if folder.name.startswith("lab-live-") else []
    assert unknown(folder, IN_LAB) == weights and found(folder, IN_LAB)


def test_every_file_of_the_table_lies_in_a_shipped_folder():
    assert [part.name for part in PARTS if not any(found(folder, [part]) for folder in FOLDERS)] == []


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_the_module_that_writes_a_file_is_there(part):
    assert ROOT.joinpath(*part.writer.split(".")).with_suffix(".py").is_file()


def test_a_file_that_the_table_does_not_name_is_found_at_any_depth(tmp_path):
    for name in ("run.json", "notes.txt", "timeline/000.webp", "timeline/old/000.webp", ".hidden"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert [path.relative_to(tmp_path).as_posix() for path in unknown(tmp_path)] == ["notes.txt", "timeline/old/000.webp"]
    assert "model.safetensors" in missing(tmp_path) and "run.json" not in missing(tmp_path)
    assert tmp_path / ".hidden" not in files(tmp_path)


def test_what_the_page_needs_is_downloaded_and_what_only_training_needs_is_not():
    assert {"config.json", "model.safetensors", "neighbours/*", "timeline/*"} <= set(ALLOWED)
    assert not {"training.safetensors", "variants.json"} & set(ALLOWED)
