"""Where Gradio keeps its files: somewhere that can be written, or one sentence says that there is no such place."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from explorer import temporary


@pytest.fixture
def system(monkeypatch, tmp_path) -> Path:
    """The system's folder for temporary files."""
    monkeypatch.setenv(temporary.NAME, "")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_that_can_be_written_stays(monkeypatch, tmp_path):
    monkeypatch.setenv(temporary.NAME, str(tmp_path / "new" / "files"))
    temporary.settle()
    assert os.environ[temporary.NAME] == str(tmp_path / "new" / "files")
    assert list((tmp_path / "new" / "files").iterdir()) == []


def test_beside_a_default_folder_that_cannot_be_used_there_is_another(system):
    (system / "gradio").write_text("in the way")
    temporary.settle()
    assert Path(os.environ[temporary.NAME]).is_dir() and Path(os.environ[temporary.NAME]).parent == system


def test_a_named_folder_that_cannot_be_used_is_told_in_one_sentence(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(temporary.NAME, str(tmp_path / "file" / "below"))
    with pytest.raises(SystemExit, match=r"^The page cannot keep its files in .*below \(Not a directory\)\. Name a folder"):
        temporary.settle()


def test_without_any_folder_for_temporary_files_too(monkeypatch, system):
    monkeypatch.setattr(tempfile, "tempdir", str(system / "absent"))
    (system / "absent").write_text("in the way")
    with pytest.raises(SystemExit, match="Name a folder that can be written in the variable GRADIO_TEMP_DIR"):
        temporary.settle()
