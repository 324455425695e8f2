"""The page's JavaScript lies in files of its own, and what it computes is tested by Node, which Playwright brings along."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import playwright
import pytest

ROOT = Path(__file__).resolve().parents[4]
TESTS = sorted(Path(__file__).parent.rglob("*.test.mjs"))
JAVASCRIPT = re.compile(r"=>|\bconst \w|\blet \w|\bfunction\b|===|\bdocument\.|\bwindow\.|\baddEventListener\b")


@pytest.fixture(scope="module")
def node() -> Path:
    """The Node that runs Playwright."""
    driver = Path(playwright.__file__).parent / "driver"
    return next(path for path in (driver / "node", driver / "node.exe") if path.is_file())


def run(node: Path, *files: Path) -> subprocess.CompletedProcess:
    return subprocess.run([node, "--test", "--test-reporter=spec", *files], cwd=ROOT, capture_output=True, text=True, timeout=240)


def test_the_scripts_pass_their_own_tests(node):
    done = run(node, *TESTS)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = int(re.search(r"^ℹ pass (\d+)$", done.stdout, re.MULTILINE)[1])
    assert passed > len(TESTS)


def test_a_script_that_fails_its_test_is_found(node, tmp_path):
    wrong = tmp_path / "wrong.test.mjs"
    wrong.write_text("import {test} from 'node:test';\ntest('wrong', () => { throw new Error('wrong'); });\n")
    assert run(node, wrong).returncode != 0


def test_every_module_has_a_test():
    modules = {path.stem for path in (ROOT / "explorer" / "page" / "widgets" / "modules").glob("*.mjs")}
    assert modules == {path.name.removesuffix(".test.mjs") for path in TESTS if path.parent.name == "modules"}


def long_scripts(code: str) -> Iterator[int]:
    """The lines where a text of more than one line begins that holds JavaScript; docstrings only tell of it."""
    tree = ast.parse(code)
    described = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in described:
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
        else:
            continue
        if "\n" in text.strip() and JAVASCRIPT.search(text):
            yield node.lineno


@pytest.mark.parametrize("path", sorted((ROOT / "explorer").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_script_hides_in_python(path):
    assert list(long_scripts(path.read_text())) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('x = """\nconst a = 1;\nconst b = 2;\n"""', [1]),
        ('x = f"const a = {a};\\n{b}"', [1]),
        ('x = "() => {}"', []),
        ('def f():\n    """Tells of `a => b`.\n\n    More.\n    """', []),
        ('x = """two lines\nof words"""', []),
    ],
)
def test_the_search_for_scripts_finds_them(code, found):
    assert sorted(set(long_scripts(code))) == found
