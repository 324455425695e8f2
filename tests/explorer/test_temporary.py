"""Where Gradio keeps its files: a folder of this process where it can be written, or one sentence says that there is no such place."""

from __future__ import annotations

import os
import subprocess
import sys
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


def settled() -> Path:
    temporary.settle()
    return Path(os.environ[temporary.NAME])


def test_the_folder_lies_in_the_one_that_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv(temporary.NAME, str(tmp_path / "new" / "files"))
    folder = settled()
    assert folder.is_dir() and folder.parent == tmp_path / "new" / "files"
    assert settled() == folder, "asked again, there is no second one"


def test_two_processes_have_a_folder_each_and_leave_none(monkeypatch, tmp_path):
    program = "import os; from explorer import temporary; temporary.settle(); print(os.environ[temporary.NAME]); input()"
    variables = {**os.environ, temporary.NAME: str(tmp_path)}
    apps = [
        subprocess.Popen([sys.executable, "-c", program], env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    first, second = (Path(app.stdout.readline().strip()) for app in apps)
    assert first != second and first.is_dir() and second.is_dir()
    apps[0].communicate("\n")
    assert not first.exists() and second.is_dir()
    apps[1].communicate("\n")
    assert list(tmp_path.iterdir()) == []


def test_beside_a_default_folder_that_cannot_be_used_there_is_another(system):
    (system / "gradio").write_text("in the way", encoding="utf-8")
    assert settled().is_dir() and settled().parent == system


def test_a_named_folder_that_cannot_be_used_is_told_in_one_sentence(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv(temporary.NAME, str(tmp_path / "file" / "below"))
    with pytest.raises(SystemExit) as ended:
        temporary.settle()
    told = capsys.readouterr().err
    assert ended.value.code == 2 and told.count("\n") == 1
    assert told.endswith("below (Not a directory). Name a folder that can be written in the variable GRADIO_TEMP_DIR.\n")


def test_without_any_folder_for_temporary_files_too(monkeypatch, system, capsys):
    monkeypatch.setattr(tempfile, "tempdir", str(system / "absent"))
    (system / "absent").write_text("in the way", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        temporary.settle()
    assert ended.value.code == 2
    assert "Name a folder that can be written in the variable GRADIO_TEMP_DIR" in capsys.readouterr().err


def test_where_the_system_has_no_folder_the_named_one_takes_all(monkeypatch, tmp_path):
    monkeypatch.setenv(temporary.NAME, str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/proc/nowhere"])
    folder = settled()
    assert Path(tempfile.mkdtemp()).parent == folder
