"""The section of a card on classifiers with few labels: their accuracy over several draws of labels, for every arm that was measured.

The runs of a recipe are named NAME-ARM-DRAW. Their folders may be deleted before the card is written again, so the accuracies are stored in
draws.json beside the card.
"""

from __future__ import annotations

import json
import re
import statistics
from pathlib import Path

from explorer.card import Measure
from explorer.few_labels import DRAWS, read_draws
from explorer.training_log import HISTORY, read_history

from .card import Card

REPORT = {  # report 001, tables 1 and 2
    "cnn-mnist": {25: 0.6161, 50: 0.7098, 100: 0.7874, 1000: 0.9192},
    "sgan-mnist": {25: 0.6578, 50: 0.7722, 100: 0.8378, 1000: 0.9401},
    "vaegan-mnist": {25: 0.6713, 50: 0.792, 100: 0.8435, 1000: 0.945},
}
SHIPPED = "shipped"  # the arm whose first draw ships
N = 10_000  # digits of the test split


def gathered(runs: Path, name: str) -> dict[str, dict[int, list[float]]]:
    """The accuracies in the last rows of all finished runs of a recipe, by arm and number of labels, in the order of the draws."""
    found: dict[str, dict[int, list[float]]] = {}
    pattern = re.compile(rf"{re.escape(name)}-(.+)-(\d+)")
    named = [(match[1], int(match[2]), path) for path in runs.glob(f"{name}-*-*") if (match := pattern.fullmatch(path.name))]
    for arm, _, path in sorted(named):
        row = next((row for row in reversed(read_history(path / HISTORY)) if any(key.startswith("accuracy_") for key in row)), {})
        for key, value in row.items():
            if key.startswith("accuracy_"):
                found.setdefault(arm, {}).setdefault(int(key.removeprefix("accuracy_")), []).append(value)
    return found


def tell(card: Card) -> None:
    """Add the table, and store the accuracies in draws.json. Draws that were measured before and whose runs are gone are kept."""
    draws = read_draws(card.folder)
    if card.runs:
        draws |= gathered(card.runs, card.command.name)
    (card.folder / DRAWS).write_text(json.dumps(draws) + "\n", encoding="utf-8")
    counts = sorted({count for accuracies in draws.values() for count in accuracies})
    lines = [
        "## Accuracy with few labels", "",
        f"Mean and standard deviation in percent over draws of labels, on {N:,} digits of the test split, which chose nothing. "
        "Every recipe sees the same draws. "
        "20 labels are two of each class, as the tutorial draws them that report 001 cites; 25 are two or three.", "",
        "| | draws | " + " | ".join(f"{count:,} labels" for count in counts) + " |",
        "|---|---|" + "---|" * len(counts),
    ]  # fmt: skip
    for arm, accuracies in draws.items():
        lines.append(f"| {arm} | {_draws(accuracies)} | " + " | ".join(_cell(accuracies.get(count)) for count in counts) + " |")
    if report := REPORT.get(card.command.name):
        lines.append("| report 001 | 1 | " + " | ".join(f"{report[count]:.1%}" if count in report else "" for count in counts) + " |")
    card.add([*lines, ""], [_measure(count, values) for count, values in draws.get(SHIPPED, {}).items()])


def _draws(accuracies: dict[int, list[float]]) -> int:
    return max(map(len, accuracies.values()))


def _cell(values: list[float] | None) -> str:
    if not values:
        return ""
    return f"{100 * statistics.mean(values):.1f}" + (f" ± {100 * statistics.stdev(values):.1f}" if len(values) > 1 else "")


def _measure(count: int, values: list[float]) -> dict:
    return Measure("accuracy", round(statistics.mean(values), 4), quantity=f"accuracy {count} labels", n=N, split="test").row
