"""A copy of the project in a folder of its own, to which somebody adds files and names, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import interpreters
from serving import ROOT

TOYS = ROOT / "tests" / "growth" / "toys"
WIDGET = tuple(f"explorer/page/widgets/toy.{end}" for end in ("py", "js", "css"))
TAB = ("explorer/page/tabs/toy", *WIDGET)
MODEL = ("explorer/models/toy.py", "train/recipes/toy.py")
METRICS = ("torchmetrics",)  # whose import takes as long as that of torch
CARD_SECTION = ("train/cards/toy.py",)
LEARNING = {"reports": "Reports", "families": "Families"}  # titles by slug


def copied(root: Path, *packages: str) -> Path:
    """The app and some packages in a new folder; without checkpoints."""
    root.mkdir()
    shutil.copy(ROOT / "app.py", root)
    shutil.copy(ROOT / "pyproject.toml", root)
    for package in packages:
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__", "*.pyi"))
    return root


def add(root: Path, *files: str) -> None:
    """Add a toy's files, which must not be there yet, at their places."""
    for name in files:
        assert not (root / name).exists(), f"{name} is there already"
        (shutil.copytree if (TOYS / name).is_dir() else shutil.copy)(TOYS / name, root / name)


def name(root: Path, file: str, imported: tuple[str, str], listed: tuple[str, str]) -> None:
    """Add a name to a file's list.

    Args:
        imported: a text of its import lines, which is there once, and what it becomes.
        listed: the same of its list.
    """
    path = root / file
    text = path.read_text()
    for old, new in (imported, listed):
        assert text.count(old) == 1, f"{old!r} is not there once in {file}"
        text = text.replace(old, new)
    path.write_text(text)


def name_tabs(root: Path, *slugs: str) -> None:
    """Add tabs to the list, as the last ones."""
    tabs = ", ".join(f"{slug}.TAB" for slug in slugs)
    name(
        root, "explorer/page/tabs/__init__.py", ("from . import birds", f"from . import {', '.join(slugs)}, birds"),
        ("trilemma.TAB)", f"trilemma.TAB, {tabs})"),
    )  # fmt: skip


def add_learning(root: Path) -> None:
    """Add the toy tab three times, each under a slug, a title and an endpoint of its own."""
    add(root, *TAB)
    folder = root / "explorer/page/tabs/toy"
    for slug, title in LEARNING.items():
        (other := folder.with_name(slug)).mkdir()
        for path in folder.glob("*.py"):
            text = re.sub(r"(?<!widgets\.)\btoy\b", slug, path.read_text()).replace('title="Toy"', f'title="{title}"')
            (other / path.name).write_text(text)
    shutil.rmtree(folder)
    name_tabs(root, *LEARNING)


def python(root: Path, *words: str, **variables: str) -> str:
    """What Python prints there, with the packages of that folder."""
    environment = {key: value for key, value in os.environ.items() if key not in ("EXPLORER_DATA", "PYTHONPATH")}
    environment |= {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", **variables}
    done = interpreters.run([*words], root, environment, timeout=240, imports=METRICS if "train" in words else ())
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout
