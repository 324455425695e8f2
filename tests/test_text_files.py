"""Every text file is read and written as UTF-8, whatever the locale of the machine."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from growing import ROOT
from serving import start, stop

PROGRAMS = ["app.py", *(str(path.relative_to(ROOT)) for room in ("explorer", "train", "benchmarks", "examples", "docs") for path in
            sorted((ROOT / room).rglob("*.py")))]  # fmt: skip
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}  # Python then takes ASCII for every file that names no encoding
READ = """
from explorer.page.shell.theme import head, style
from explorer.zoo import Zoo
head(), style()
zoo = Zoo()
assert not zoo.refused, zoo.refused
print(sum(len(each.history) + len(str(each.card)) for each in zoo.checkpoints.values()))
"""


def _mode(call: ast.Call) -> str:
    """The mode of a call of `open`, "" if it is no text."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    given = named or (call.args[1:2] if isinstance(call.func, ast.Name) else call.args[:1])
    if not given:
        return "r"
    return given[0].value if isinstance(given[0], ast.Constant) and isinstance(given[0].value, str) else ""


def without_encoding(source: str) -> Iterator[int]:
    """The lines of a program that read or write text and do not say in which encoding."""
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        function, keywords = call.func, {keyword.arg for keyword in call.keywords}
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        text = (
            (name in ("read_text", "write_text") and isinstance(function, ast.Attribute))
            or (name == "open" and _mode(call) and "b" not in _mode(call))
            or (keywords & {"text", "universal_newlines"} and name in ("run", "Popen", "check_output"))
        )
        if text and "encoding" not in keywords:
            yield call.lineno


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("path.read_text()", [1]), ("\npath.write_text('a')", [2]), ("path.read_text(encoding='utf-8')", []), ("path.open()", [1]),
        ("path.open('rb')", []), ("path.open('a')", [1]), ("open(name)", [1]), ("open(name, 'wb')", []), ("open(name, mode='w')", [1]),
        ("Image.open(path)", []), ("av.open(buffer, 'w')", []), ("run(words, text=True)", [1]), ("run(words)", []),
    ],
)  # fmt: skip
def test_calls_that_leave_the_encoding_to_the_machine_are_found(source, lines):
    assert list(without_encoding(source)) == lines


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_program_leaves_the_encoding_of_a_text_file_to_the_machine(program):
    assert list(without_encoding((ROOT / program).read_text(encoding="utf-8"))) == []


def test_all_texts_of_the_page_and_of_its_checkpoints_are_read_where_the_locale_is_ascii():
    environment = {**os.environ, **ASCII, "HF_HUB_OFFLINE": "1"}
    done = subprocess.run([sys.executable, "-c", READ], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 1000


def test_the_app_starts_where_the_locale_is_ascii(checkpoints, tmp_path_factory):
    log: Path = tmp_path_factory.mktemp("ascii") / "log.txt"
    stop(start(log, EXPLORER_CHECKPOINTS=str(checkpoints), **ASCII))
    assert "Traceback" not in log.read_text(encoding="utf-8")
