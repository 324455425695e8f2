"""The training of a model as values of widgets: the pictures of the same latents at several steps, and charts of what was logged."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

from explorer.training_log import COMPETING, Curve, TrainingLog

from .real_pictures import contact_sheet
from .studio import Studio

PICTURES = "training pictures so far"
ALONE = 3  # so many losses or fewer are all shown from the start
SHARES = ("agreement", "score", "obeyed", "precision", "recall")  # metrics between 0 and 1
DISTANCES = ("nsfw_kid", "kid", "fd", "precision", "recall")  # metrics that depend on features, and on the number of pictures
STEEP = 20  # an axis is logarithmic if its highest value is so many times its lowest
COLUMNS = 4  # pictures in a row of a sheet of the timeline


def timeline(studio: Studio, model: str, pictures: str) -> dict[str, Any]:
    """The values of a filmstrip ("strip"), of the stage that shows the selected sheet of pictures ("stage"), and of the charts ("curves").
    A value is None if nothing of it was stored.

    Args:
        pictures: what the pictures of a sheet have in common, such as "sixteen pictures from the same seeds".
    """
    log = studio.catalogue.checkpoint(model).log
    side = studio.side(model) * COLUMNS
    frames = [
        {
            "src": "data:image/webp;base64," + base64.b64encode(data).decode(), "step": moment.images,
            "label": f"after {moment.images:,} pictures", "title": f"after {moment.images:,} pictures", "note": pictures,
            "alt": f"Pictures that {model} drew after {moment.images:,} pictures of training",
        }
        for moment, data in log.sheets()
    ]  # fmt: skip
    strip = stage = None
    if frames:
        strip = {"title": "How it learned", "side": side, "frames": frames, "selected": len(frames) - 1}
        shown = [frames[-1] | {"role": "current", "side": side}, *_real(studio.catalogue.checkpoint(model).data, studio.side(model))]
        stage = {"columns": "one", "facts": [], "progress": None, "pictures": shown}
        if "images" in log.chosen:
            strip["note"] = f"the model is the one after {log.chosen['images']:,} pictures, which measured best"
            strip["note"] += "; these pictures are drawn with a moving average of its weights" if log.raw else ""
    panels = training_panels(log)
    return {"stage": stage, "strip": strip, "curves": {"panels": panels} if panels else None}


def _real(data: str, side: int) -> list[dict[str, Any]]:
    """The picture of the stage with real pictures beside the generated ones; [] if there are none on this machine."""
    if (sheet := contact_sheet(data, side, COLUMNS)) is None:
        return []
    file = io.BytesIO()
    sheet.save(file, "WEBP", quality=90)
    return [{
        "role": "real", "src": "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode(), "side": sheet.width,
        "title": "real pictures", "note": "sixteen of the data set, seed 0", "alt": f"Sixteen real pictures of the data set {data}",
    }]  # fmt: skip


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
        panels.append({"title": title, "series": [_series(curve)], "x": x, "y": y, **_note(log, curve), **ships})
    return panels


def _note(log: TrainingLog, curve: Curve) -> dict[str, str]:
    """In which features a distance was measured, and on how many pictures; {} for other metrics, or if the run does not say."""
    if not log.measured or curve.key not in DISTANCES:
        return {}
    features, comma, rest = log.measured.partition(", ")
    return {"note": rest if curve.key.startswith("nsfw") else f"{features}{comma}{rest}"}


def _series(curve: Curve) -> dict[str, Any]:
    return {"name": curve.name, "points": [list(point) for point in curve.points]}


def _axis(label: str, curves: Sequence[Curve]) -> dict[str, Any]:
    """The y axis. Without a logarithmic scale, a steep fall at the beginning would flatten the rest of the curve."""
    values = [value for curve in curves for _, value in curve.points]
    return {"label": label} | ({"log": True} if 0 < STEEP * min(values) < max(values) else {})
