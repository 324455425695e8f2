"""The arrows between the rooms go one way; the rules stand in pyproject.toml, and import-linter reads them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint(folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", LINT, "--no-cache"], cwd=folder, capture_output=True, text=True)


def test_every_import_goes_the_allowed_way():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("room", "line", "rule"),
    [
        ("explorer/models/base.py", "import explorer.zoo", "the techniques on the models"),
        ("explorer/latent.py", "import explorer.images", "the techniques on the models"),
        ("explorer/zoo.py", "import explorer.page", "the techniques on the models"),
        ("explorer/images.py", "import train.data", "Training imports the explorer"),
        ("explorer/latent.py", "import gradio", "Only the page knows gradio"),
        ("train/data/__init__.py", "import gradio", "Only the page knows gradio"),
        ("train/cards/card.py", "import train.recipes", "these on parts and data"),
        ("train/recipes/ddpm.py", "import train.cards.samples", "these on parts and data"),
        ("train/data/pictures.py", "import train.metrics", "these on parts and data"),
        ("train/state.py", "import train.command", "these on parts and data"),
        ("train/attic.py", "import math", "these on parts and data"),
        ("train/data/iclevr/__init__.py", "import train.data.sources", "imports in a circle"),
        ("train/recipes/bases/latent_gan.py", "import train.recipes.gan32", "imports in a circle"),
        ("explorer/attic.py", "import math", "the techniques on the models"),
    ],
)
def test_an_import_the_other_way_is_found(room, line, rule, tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("explorer", "train"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / room).open("a") as file:
        file.write(f"\n{line}\n")
    done = lint(tmp_path)
    assert done.returncode == 1
    assert any(rule in row and " BROKEN" in row for row in done.stdout.splitlines()), done.stdout
