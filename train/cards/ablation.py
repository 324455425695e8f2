"""Compares the shipped run with its variants, to show the effect of each hyper-parameter. The figures come from the runs' histories.

A run may be deleted before the card is written again. So ablation.json stores the figures of all variants without rounding, and the table
is always written from this file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypedDict

from explorer.judges import judge_for
from explorer.models import Generates, Illustrates
from explorer.training_log import read_history
from train.command import COMMANDS

from . import stages
from .card import Card

KEPT = "ablation.json"
SHIPPED = "as shipped"
MOMENTS = 3  # rows for each variant in the table; more than one, because a single measurement fluctuates
MEASURED = {  # for each key of the history: the heading of its column in the table, and its number format
    "fd": ("FD", "{:.1f}"),
    "precision": ("precision", "{:.2f}"),
    "recall": ("recall", "{:.2f}"),
    "swd": ("SWD", "{:.1f}"),
    "agreement": ("agreement", "{:.2f}"),
}
Row = dict[str, Any]


class Ablation(TypedDict):
    """The measurements of the shipped run and, by their labels, of its variants: the rows of their logs that have a KID.

    `judge` is the name of the network whose features were used to choose the checkpoints. `judged` is the number of pictures in each
    measurement; 0 if it is unknown.
    """

    judge: str
    judged: int
    shipped: list[Row]
    variants: dict[str, list[Row]]


def tell(card: Card) -> None:
    """Add a table of the run's variants. Its figures come from their runs, and from the ablation.json of an earlier card."""
    path = card.folder / KEPT
    ablation: Ablation | None = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    if card.runs and isinstance(card.model, (Generates, Illustrates)):
        first_stage = stages.runs(card.folder)[0]["history"] if isinstance(card.model, Illustrates) else None
        judge = judge_for(card.data) if getattr(card.model, "classes", None) else "judge-pictures"
        new_ablation = measure(card.runs, card.command.name, first_stage, judge, ablation, card.facts.get("judged", 0))
        if table(new_ablation):
            path.write_text(json.dumps(new_ablation, indent=1) + "\n", encoding="utf-8")
            ablation = new_ablation
    if ablation:
        card.add(["## What helped", "", table(ablation), ""])


def measure(
    runs: Path,
    name: str,
    shipped: list[Row] | None = None,
    judge: str = "judge-pictures",
    earlier: Ablation | None = None,
    judged: int = 0,
) -> Ablation:
    """The measurements of every variant of a run under `runs`, and of that run.

    Args:
        runs: the folder of runs.
        name: the name of the shipped run; its variants' names begin with it.
        shipped: the history of the shipped run, if it is no longer under `runs`. If the model is trained in stages, this is the history of
            its first stage, and only variants of the first stage are measured.
        judge, judged: as in `Ablation`.
        earlier: the measurements of an earlier card. They are used for variants whose runs were deleted.
    """
    variants = {}
    for folder in sorted(runs.glob(f"{name}*")):
        path = folder / "history.jsonl"
        if (folder.name != name and not folder.name.startswith(f"{name}-")) or not path.is_file():
            continue
        if shipped and (
            folder.name in COMMANDS or json.loads((folder / "run.json").read_text(encoding="utf-8"))["settings"].get("stage", 1) > 1
        ):
            continue
        variants[folder.name.removeprefix(name).removeprefix("-")] = _measured(read_history(path))
    run_rows = variants.pop("", [])
    shipped_rows = _measured(shipped) if shipped else run_rows
    if earlier:
        variants, shipped_rows = earlier["variants"] | variants, shipped_rows or earlier["shipped"]
    return {"judge": judge, "judged": judged, "shipped": shipped_rows, "variants": variants}


def _measured(history: list[Row]) -> list[Row]:
    """The figures for the table, from the rows of a history that have a KID."""
    return [{key: row[key] for key in ("images", "kid", *MEASURED) if key in row} for row in history if "kid" in row]


def table(ablation: Ablation) -> str:
    """Markdown: each variant beside the shipped run after equally many pictures, for the last measurements that both have; "" if there are
    none."""
    judge, judged = ablation["judge"], ablation["judged"]
    shipped = {row["images"]: row for row in ablation["shipped"]}
    variants = {label: {row["images"]: row for row in rows} for label, rows in ablation["variants"].items()}
    moments = {label: sorted(shipped.keys() & rows.keys() - {0})[-MOMENTS:] for label, rows in variants.items()}
    columns = [key for key in MEASURED if any(key in row for rows in (shipped, *variants.values()) for row in rows.values())]
    lines = [
        "Each variant is compared with the shipped run after the same number of training pictures. Pictures generated with the weights "
        "that a run would ship at that point ("
        + (f"n = {judged:,}, " if judged else "")
        + f"latents seed 10,000) are compared with training pictures in {judge}'s features."
        + (" SWD is the sliced Wasserstein distance x 1000, averaged over the levels of a Laplacian pyramid." if "swd" in columns else "")
        + (f" Agreement is the share of pictures that {judge} classifies as the requested class." if "agreement" in columns else ""),
        "",
        "| " + " | ".join(["run", "pictures seen", "KID x 1000", *(MEASURED[key][0] for key in columns)]) + " |",
        "|---" * (3 + len(columns)) + "|",
    ]
    for images in sorted({images for each in moments.values() for images in each}):
        columns_of = [(label, variants[label]) for label in variants if images in moments[label]]
        for label, rows in (*columns_of, (SHIPPED, shipped)):
            row = rows[images]
            cells = [MEASURED[key][1].format(row[key]) if key in row else "" for key in columns]
            lines.append("| " + " | ".join([label, f"{images:,}", f"{1000 * row['kid']:.0f}", *cells]) + " |")
    return "\n".join(lines) + "\n" if any(moments.values()) else ""
