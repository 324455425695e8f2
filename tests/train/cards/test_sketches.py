"""Stages I of several runs stand in one table, each told apart."""

from __future__ import annotations

import json

from tiny import seeded, tiny_stackgan, tiny_text

from explorer.models import PictureJudge
from train.cards import sketches as sketches_card
from train.metrics.forced_choice import ELEVEN


def test_a_run_s_stage_one_stands_beside_the_model_s(explorer_data, tmp_path, monkeypatch):
    monkeypatch.setattr(sketches_card, "Zoo", lambda: type("Empty", (), {"names": lambda self, kind: [], "checkpoints": {}})())
    monkeypatch.setattr(sketches_card, "SEEDS", 2)
    judge = seeded(lambda: PictureJudge({"primary": list(ELEVEN), "species": 2}, channels=(4, 4, 4, 4)))
    for name, sizes, images in (
        ("stackgan-birds", (64, 128), 640),
        ("stackgan-birds-other", (64,), 320),
        ("stackgan-birds-256", (64, 256), 9),
    ):
        tiny_stackgan(sizes=sizes).save_pretrained(tmp_path / name / "best")
        for folder in (tmp_path / name, tmp_path / name / "shipping"):
            folder.mkdir(exist_ok=True)
            (folder / "run.json").write_text('{"settings": {}}')
            (folder / "history.jsonl").write_text(json.dumps({"step": 10, "images": images, "seconds": 120.0}) + "\n")
    folder = tmp_path / "stackgan-birds" / "shipping"
    model = tiny_stackgan(sizes=(64, 128))
    lines = sketches_card.section(model, "stackgan-birds", folder, tiny_text(), judge, tmp_path)
    rows = [line for line in lines if line.startswith(("| run", "| **"))]
    assert [row.split(" | ")[:3] for row in rows] == [["| **stackgan-birds**", "640", "2"], ["| run stackgan-birds-other", "320", "2"]]
    assert sketches_card.section(model, "stackgan-birds", folder, tiny_text(), judge, None) == lines, "a run that is gone is remembered"
    assert sketches_card.section(model, "stackgan-birds", tmp_path / "stackgan-birds-256" / "shipping", tiny_text(), judge, None) == []
