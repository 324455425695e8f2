"""The arrows between the rooms go one way; the rules stand in pyproject.toml, and import-linter reads them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint(folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", LINT, "--no-cache"], cwd=folder, capture_output=True, text=True)


def verdicts(output: str) -> list[str]:
    """Each contract's name with KEPT or BROKEN; names longer than the screen are broken into lines."""
    contracts = output.partition("\nContracts\n")[2].partition("\nContracts: ")[0]
    return [" ".join(words.split()) for words in re.findall(r"(?s).*?(?: KEPT| BROKEN)", contracts)]


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
        ("explorer/page/shared/links.py", "import explorer.page.shell.runs", "the shell on what tabs share"),
        ("explorer/page/shared/links.py", "import explorer.page.widgets.base", "the shell on what tabs share"),
        ("explorer/page/shell/tab.py", "import explorer.page.api.parts", "the shell on what tabs share"),
        ("explorer/page/api/register.py", "import explorer.page.tabs.birds", "the shell on what tabs share"),
        ("explorer/page/attic.py", "import math", "the shell on what tabs share"),
        ("explorer/page/tabs/birds/views.py", "import explorer.page.tabs.codes.session", "Tabs know nothing of each other"),
        ("explorer/page/shared/studio.py", "import gradio", "is free of gradio"),
        ("explorer/page/tabs/latent/views.py", "import explorer.page.widgets.stage", "is free of gradio"),
        ("explorer/page/tabs/codes/session.py", "from explorer.page.tabs.codes import views", "No circle"),
        ("explorer/models/base.py", "import explorer.models.dcgan", "No circle"),
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
    assert any(rule in row for row in verdicts(done.stdout) if row.endswith(" BROKEN")), done.stdout
