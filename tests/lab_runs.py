"""Runs of the training lab as folders: a history, a run.json and a timeline, without weights."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from train.sprites import write_sprite

STEPS = (0, 10, 40)


def write_run(folder: Path, arm: str = "wgan", seed: int = 1, per_step: int = 5, level: float = 0.0, **columns: float) -> None:
    """A run of forty steps of the generator: rows at 10, 20, 30 and 40, sheets at 0, 10 and 40.

    Args:
        per_step: training pictures for each step of the generator.
        level: of its Fréchet distance.
        columns: more columns of all rows.
    """
    folder.mkdir(parents=True)
    rows = [
        {"step": step, "images": step * per_step, "seconds": 1.0, "fd": level + step, "weights_edge": 0.01, **columns}
        | {f"weights_{i:02d}": step / 840 for i in range(21)}
        for step in range(10, 41, 10)
    ]
    (folder / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "run.json").write_text(json.dumps({"settings": {"arm": arm}, "seed": seed}))
    for step in STEPS:
        write_sprite(torch.full((4, 1, 8, 8), step / 40), folder / "timeline" / f"{step * per_step:09d}.webp")
