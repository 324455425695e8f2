"""Variants of the shipped run beside it, from their logs: what each of its choices was worth."""

from __future__ import annotations

import json
from pathlib import Path

from explorer.judges import named
from explorer.models import Generates, Illustrates
from train.command import COMMANDS

from . import stages
from .card import Card

SHIPPED = "as shipped"
MOMENTS = 3  # that a table shows of each variant: one alone may swing
MEASURED = {  # columns of a row of history: heading, how it is written
    "fd": ("FD", "{:.1f}"),
    "precision": ("precision", "{:.2f}"),
    "recall": ("recall", "{:.2f}"),
    "swd": ("SWD", "{:.1f}"),
    "agreement": ("agreement", "{:.2f}"),
}


def tell(card: Card) -> None:
    """A table of the run's variants, or the one that an earlier card had: the runs may be gone since."""
    path = card.folder / "ablation.md"
    if card.runs and isinstance(card.model, (Generates, Illustrates)):
        own = stages.runs(card.folder)[0]["history"] if isinstance(card.model, Illustrates) else None
        judge = named(card.data) if getattr(card.model, "classes", None) else "judge-pictures"
        before = path.read_text() if path.is_file() else ""
        if table := ablation(card.runs, card.command.name, own, judge, before, card.facts.get("judged", 0)):
            path.write_text(table)
    if path.is_file():
        card.add(["## What helped", "", path.read_text(), ""])


def ablation(
    runs: Path, name: str, shipped: list[dict] | None = None, judge: str = "judge-pictures", before: str = "", judged: int = 0
) -> str:
    """Markdown: every variant of a run under `runs` at the last moments that the shipped one has seen too, and that one beside them.

    Args:
        runs: the folder of runs.
        name: of the shipped one; its variants' names begin with it.
        shipped: its log, if it is no longer under `runs`. Of a model that is trained in stages it is the first stage's, and so are the
            variants.
        judge: whose features chose the checkpoints.
        before: an earlier table, for the variants whose runs are gone.
        judged: how many pictures chose them; 0 if nobody wrote that down.
    """
    found = {}
    for folder in sorted(runs.glob(f"{name}*")):
        path = folder / "history.jsonl"
        if (folder.name != name and not folder.name.startswith(f"{name}-")) or not path.is_file():
            continue
        if shipped and (folder.name in COMMANDS or json.loads((folder / "run.json").read_text())["settings"].get("stage", 1) > 1):
            continue
        rows = {row["images"]: row for row in map(json.loads, path.read_text().splitlines()) if "kid" in row}
        found[folder.name.removeprefix(name).removeprefix("-")] = rows
    own = found.pop("", {})
    found = _variants(before) | found
    beside = {row["images"]: row for row in shipped if "kid" in row} if shipped else own
    told = [key for key in MEASURED if any(key in row for rows in (beside, *found.values()) for row in rows.values())]
    lines = [
        "Variants beside the shipped run after equally many pictures: the weights that would ship, "
        + (f"n = {judged:,}, " if judged else "")
        + f"latents seed 10,000, against training pictures in {judge}'s features."
        + (" SWD: sliced Wasserstein distance x 1000, the mean of its levels." if "swd" in told else "")
        + (f" Agreement: how often {judge} names the class that was asked for." if "agreement" in told else ""),
        "",
        "| " + " | ".join(["run", "pictures seen", "KID x 1000", *(MEASURED[key][0] for key in told)]) + " |",
        "|---" * (3 + len(told)) + "|",
    ]
    moments = {label: sorted(beside.keys() & rows.keys() - {0})[-MOMENTS:] for label, rows in found.items()}
    for images in sorted({images for each in moments.values() for images in each}):
        there = [(label, found[label]) for label in found if images in moments[label]]
        for who, rows in (*there, (SHIPPED, beside)):
            row = rows[images]
            others = [MEASURED[key][1].format(row[key]) if key in row else "" for key in told]
            lines.append("| " + " | ".join([who, f"{images:,}", f"{1000 * row['kid']:.0f}", *others]) + " |")
    return "\n".join(lines) + "\n" if len(lines) > 4 else ""


def _variants(table: str) -> dict[str, dict[int, dict[str, float]]]:
    """What an ablation's table tells of each variant, as its log would: rows by pictures seen."""
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("| ")]
    keys = {heading: key for key, (heading, _) in MEASURED.items()}
    found: dict[str, dict[int, dict[str, float]]] = {}
    for who, images, kid, *others in lines[1:]:
        if who != SHIPPED:
            told = {keys[heading]: float(value) for heading, value in zip(lines[0][3:], others, strict=True) if value}
            found.setdefault(who, {})[int(images.replace(",", ""))] = {"kid": float(kid) / 1000, **told}
    return found
