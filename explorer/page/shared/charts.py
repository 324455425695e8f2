"""The charts of a training: the values of the Chart widget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from explorer.training_log import COMPETING, Curve, TrainingLog

PICTURES = "training pictures so far"
ALONE = 3  # so many losses or fewer are all shown from the start
SHARES = ("agreement", "score", "obeyed", "precision", "recall")  # metrics between 0 and 1
STEEP = 20  # an axis is logarithmic if its highest value is so many times its lowest


def training_panels(log: TrainingLog) -> list[dict[str, Any]]:
    """A wide chart with all losses on one scale, and a small one for each metric; [] if the log has no curve.

    Of many losses, only those of generator and discriminator are shown from the start.
    """
    x = {"label": PICTURES, "range": [0, log.images]}
    ships = {"ships": log.chosen["images"]} if "images" in log.chosen else {}
    panels = []
    if losses := log.losses:
        first = [curve for curve in losses if curve.key in COMPETING] if len(losses) > ALONE else losses
        series = [_series(curve) | ({} if curve in (first or losses) else {"hidden": True}) for curve in losses]
        panels.append({"title": "Losses", "series": series, "x": x, "y": _axis("loss", first or losses), "wide": True, **ships})
    for curve in log.metrics:
        title = curve.name[0].upper() + curve.name[1:]
        y = {"label": curve.name, "range": [0, 1]} if curve.key in SHARES else _axis(curve.name, [curve])
        panels.append({"title": title, "series": [_series(curve)], "x": x, "y": y, **ships})
    return panels


def _series(curve: Curve) -> dict[str, Any]:
    return {"name": curve.name, "points": [list(point) for point in curve.points]}


def _axis(label: str, curves: Sequence[Curve]) -> dict[str, Any]:
    """The y axis. Without a logarithmic scale, a steep fall at the beginning would flatten the rest of the curve."""
    values = [value for curve in curves for _, value in curve.points]
    return {"label": label} | ({"log": True} if 0 < STEEP * min(values) < max(values) else {})
