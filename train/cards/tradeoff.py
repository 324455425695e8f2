"""The section on the trade-off of quality, diversity and speed: what benchmarks/tradeoff.py has stored beside the weights."""

from __future__ import annotations

from explorer import tradeoff
from explorer.card import Measure
from explorer.models import Denoises, Generates, Writes

from .card import Card


def tell(card: Card) -> None:
    """Add the table, if anything is stored for these weights."""
    if not isinstance(card.model, (Generates, Denoises, Writes)):
        return
    measured = tradeoff.read(card.folder, tradeoff.family_of(type(card.model)))
    if not measured.points:
        return
    counts = {point.seeds for point in measured.points}
    seeds = (f"{min(counts)} to " if len(counts) > 1 else "") + f"{max(counts)} sampling seed" + "s" * (max(counts) > 1)
    lines = [
        "## Quality, diversity and speed", "",
        f"{measured.n:,} pictures, whose classes are those of the {measured.split} split, against this split; features of "
        f"{measured.features}; mean and standard deviation over {seeds} of this one training. A style is one of "
        f"{tradeoff.STYLES} clusters of the real pictures; it counts if it is drawn at least a tenth as often as it is real. The time is "
        f"for one picture alone ({measured.hardware or 'not measured'}).", "",
        "| position | evaluations | Fréchet distance | precision | recall | read as requested | styles | time |",
        "|---|---|---|---|---|---|---|---|",
        *(_line(point) for point in measured.points),
    ]  # fmt: skip
    if floor := measured.floor:
        lines.append(
            f"| real pictures of the train split | | {floor['fd']:.2f} | {floor['precision']:.2f} | {floor['recall']:.2f} "
            f"| | {floor['styles']:.0f} | |"
        )
    default = measured.points[0]
    conditions = {"n": measured.n, "split": measured.split, "features": measured.features, "evaluations": default.position.evaluations}
    conditions |= {"milliseconds": default.milliseconds, "note": f"{default.seeds} sampling seed" + ("s" if default.seeds > 1 else "")}
    results = [Measure(kind, round(default.figures[kind], 4), **conditions).row for kind in ("fd", "recall")]
    card.add([*lines, ""], results)


def _line(point: tradeoff.Point) -> str:
    found = point.figures
    fd, recall = (f" ± {point.deviations[name]:.{digits}f}" if point.seeds > 1 else "" for name, digits in (("fd", 2), ("recall", 3)))
    spent = "" if point.milliseconds is None else f"{point.milliseconds:.1f} ms"
    return (
        f"| {point.position.label} | {point.position.evaluations} | {found['fd']:.2f}{fd} | {found['precision']:.3f} "
        f"| {found['recall']:.3f}{recall} | {found['accuracy']:.2%} | {found['styles']:.0f} | {spent} |"
    )
