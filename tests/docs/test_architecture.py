"""The page that explains the project's rooms names every one of them, and no other."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("explorer", "train", "benchmarks", "examples")  # whose folders with Python files are rooms


def test_every_room_is_named_and_every_named_room_is_there():
    files = subprocess.run(["git", "ls-files", *ROOMS], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    rooms = {str(Path(file).parent) for file in files if file.endswith(".py")} | {"explorer/pictures", "checkpoints", "tests"}
    table = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## Where")[0]
    named = set()
    for row in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE):
        first, *others = [name.rstrip("/") for name in re.findall(r"`(.+?)`", row)]
        named |= {first, *(name if "/" in name else str(Path(first).parent / name) for name in others)}
    assert named == rooms
