"""A new section of the model cards is a file with `tell(card)` and its name: the written card has its lines."""

from __future__ import annotations

import json

import growing
from tiny import tiny_judge

NAME = "judge-mnist"


def test_a_section_of_one_file_stands_in_the_card(tmp_path):
    root = growing.copied(tmp_path / "copy", "explorer", "train")
    growing.add(root, *growing.CARD_SECTION)
    growing.name(root, "train/cards/__init__.py", ("    sets,\n", "    sets,\n    toy,\n"), ("Judges: (judges,)", "Judges: (judges, toy)"))
    folder = root / "checkpoints" / NAME
    tiny_judge().save_pretrained(folder)
    (folder / "run.json").write_text(json.dumps({"hardware": "a test", "command": f"python -m train {NAME}", "settings": {}}))
    (folder / "history.jsonl").write_text(json.dumps({"step": 5, "images": 80, "seconds": 60.0, "accuracy_class": 0.5}) + "\n")
    growing.python(root, "-m", "train", "card", f"checkpoints/{NAME}")
    lines = (folder / "README.md").read_text().splitlines()
    place = lines.index("## What it can answer")
    assert lines[place + 2] == "- class: 0, 1, 2, 3"
    assert lines.index("## Accuracy on pictures it was not trained on") < place < lines.index("## Licence")
