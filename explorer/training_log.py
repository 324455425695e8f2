"""Reads the log of a training run: from the folder of a checkpoint, of a run in runs/, or of a run without weights in checkpoints/lab/.

A run appends a row to history.jsonl at every measurement. At several steps it draws the pictures of the same latents into
timeline/IMAGES.webp, a sheet of pictures; IMAGES is the number of training pictures that the run has processed by then.
"""

from __future__ import annotations

import io
import json
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from .folder import PartError, read_json, read_text
from .folder import read as read_part

LOG = logging.getLogger(__name__)
HISTORY = "history.jsonl"
RUN = "run.json"
TIMELINE = "timeline"
MEASURES = ("fd", "kid", "bits", "error")  # the best step has the lowest value of the first of these metrics that the history has
LOSSES = {  # the columns of a history with losses, in the order in which the page shows them, with their names
    "generator_loss": "generator",
    "discriminator_loss": "discriminator",
    "discriminator_real_loss": "discriminator on real pictures",
    "discriminator_generated_loss": "discriminator on generated pictures",
    "watching_loss": "discriminator on pixels",
    "patches_loss": "discriminator on patches",
    "generator_patches_loss": "generator against the discriminator on patches",
    "condition_loss": "classifier on real pictures",
    "recognition_loss": "classifier on generated pictures",
    "mse_loss": "squared error between generated and real pictures",
    "information_loss": "classifier of the codes",
    "divergence": "KL divergence of the conditioning augmentation",
    "lack_of_variety": "lack of variety",
    "lack_of_colours": "lack of colours",
    "reconstruction_loss": "reconstruction",
    "commitment_loss": "commitment",
    "prior_loss": "prior",
    "loss": "loss",
    "latent_loss": "latents of generated pictures",
    "picture_loss": "reconstruction of pictures",
    "contrastive_loss": "contrastive",
    "lesson_loss": "distillation",
    "cifar10_loss": "classes of CIFAR-10",
    "birds_loss": "species of birds",
    "set_loss": "data set",
}
COMPETING = ("generator_loss", "discriminator_loss", "discriminator_real_loss", "discriminator_generated_loss")  # shown at first
ON_PIXELS = ("watching_loss", "patches_loss")  # a run with one of these has another discriminator, on frozen features
METRICS = {  # the other columns that the page draws, with their names, which have the unit
    "nsfw_kid": "KID in features of open_nsfw",
    "kid": "KID",
    "fd": "Fréchet distance",
    "agreement": "share classified as their label",
    "score": "share of the requested objects recognised",
    "obeyed": "share of birds in the requested colour",
    "precision": "precision",
    "recall": "recall",
    "psnr": "PSNR in dB",
    "perplexity": "perplexity of the codes",
    "bits": "bits per code",
    "error": "error",
}
NON_NEGATIVE = ("step", "images", "seconds")  # the columns of a history that are never below 0
MOST_WHOLE = 2**53  # the largest whole number that JavaScript represents exactly
Row = dict[str, float]


@dataclass(frozen=True)
class Moment:
    """A sheet of pictures in a timeline, and the number of training pictures that the run had processed by then."""

    images: int
    path: Path


@dataclass(frozen=True)
class Curve:
    """A column of a history: its key, its name, and its points (training pictures so far, value)."""

    key: str
    name: str
    points: list[tuple[float, float]]


@dataclass(frozen=True)
class TrainingLog:
    """The history and the timeline of a run.

    Attributes:
        history: the rows of history.jsonl: step, images (the number of training pictures so far), seconds, and the metrics.
        timeline: the sheets of pictures, in the order of training.
        run: the facts in run.json: the data set, the settings, the seed.
    """

    history: list[Row]
    timeline: list[Moment]
    run: dict[str, Any] = field(default_factory=dict)

    @property
    def measured(self) -> str:
        """In which features, and on how many pictures of which split, the distances were measured; "" if the run does not say."""
        text = self.run.get("measured")
        return text if isinstance(text, str) else ""

    @property
    def metric(self) -> str:
        """The metric by which the weights were chosen; "" if the run does not say."""
        return metric_of(self.run)

    def sheets(self) -> list[tuple[Moment, bytes]]:
        """The timeline's sheets, each with the bytes of its WebP file; a sheet that cannot be read any more is left out."""
        found = []
        for moment in self.timeline:
            try:
                found.append((moment, sheet(moment)))
            except PartError as error:
                LOG.warning("%s is left out: %s", moment.path, error)
        return found

    @property
    def images(self) -> float:
        """The number of training pictures that the whole run processed; 0 without a history."""
        return max((row.get("images", 0) for row in self.history), default=0)

    @property
    def chosen(self) -> Row:
        """The row with the best metric, from the step whose weights are shipped: the last, if the run says that it has no metric; {} if the
        history has no such metric."""
        row = best(self.history, self.metric)[0]
        without = self.run.get("metric", "") is None and bool(self.history)
        return self.history[-1] if without and not row else row

    @property
    def raw(self) -> bool:
        """Whether the shipped weights are the raw weights of that step. Otherwise they are the moving average, as in the timeline."""
        return best(self.history, self.metric)[1]

    @property
    def losses(self) -> list[Curve]:
        """The columns of `LOSSES`, as `_curves`. If a run has two discriminators, the names say what each of them sees."""
        on_pixels = any(key in row for row in self.history for key in ON_PIXELS)
        return self._curves(LOSSES | ({"discriminator_loss": "discriminator on frozen features"} if on_pixels else {}))

    @property
    def metrics(self) -> list[Curve]:
        """The columns of `METRICS`, as `_curves`."""
        return self._curves(METRICS)

    def _curves(self, names: dict[str, str]) -> list[Curve]:
        """The columns with these names that have more than two points and cover more than a quarter of the run."""
        candidates = (
            Curve(key, name, [(row["images"], row[key]) for row in self.history if key in row and "images" in row])
            for key, name in names.items()
        )
        return [curve for curve in candidates if len(curve.points) > 2 and curve.points[-1][0] - curve.points[0][0] > self.images / 4]


def metric_of(run: dict[str, Any]) -> str:
    """The metric by which a run's weights were chosen, from the facts in its run.json; "" if they do not say."""
    metric = run.get("metric")
    return metric if isinstance(metric, str) else ""


def best(history: list[Row], metric: str = "") -> tuple[Row, bool]:
    """The row of a history with the best metric, and whether the metric is that of the raw weights (`NAME_raw`), not of their moving
    average; {} and False if the history has no such metric. If a run adds the metric later, earlier rows are ignored.

    Args:
        metric: by which the weights were chosen (`metric_of`). If the history lacks it: the first of `MEASURES` that the history has.
    """
    for key in (metric, *MEASURES):
        rows = [(row[name], i, name != key) for i, row in enumerate(history) for name in (key, f"{key}_raw") if name in row]
        if rows:
            _, i, raw = min(rows)
            return history[i], raw
    return {}, False


def checked_history(text: str) -> tuple[list[Row], list[str]]:
    """The rows of a history, and a sentence for each line or value that is left out: lines that are not JSON objects, invalid values."""
    rows: list[Row] = []
    faults: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            faults.append(f"line {number} is not a JSON object")
            continue
        kept = {key: value for key, value in row.items() if _valid(key, value)}
        faults += [f"line {number}, {key!r:.60} is {row[key]!r:.60}, which is not a valid number" for key in row if key not in kept]
        rows.append(kept)
    return rows, faults


def _valid(key: str, value: Any) -> bool:
    """Whether a value of a history is a finite number, no integer above `MOST_WHOLE`, and not below 0 in a column of `NON_NEGATIVE`."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -1e300 < value < 1e300:
        return False
    if isinstance(value, int) and abs(value) > MOST_WHOLE:
        return False
    return value >= 0 or key not in NON_NEGATIVE


def sheet(moment: Moment, first: int | None = None) -> bytes:
    """The bytes of the WebP file of a timeline's sheet, or its first bytes.

    Raises:
        PartError: if the file cannot be read or is not a WebP file.
    """
    name = f"{TIMELINE}/{moment.path.name}"
    data = read_part(moment.path.parent.parent, name, first)
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise PartError(f"{name} is not a WebP picture")
    return data


def size_of(moment: Moment) -> int:
    """The width of a timeline's sheet in pixels; 1 if it cannot be read."""
    try:
        with Image.open(io.BytesIO(sheet(moment))) as picture:
            return picture.width
    except (PartError, OSError):
        return 1


def read_history(path: Path) -> list[Row]:
    """The rows of a history.jsonl, [] without the file; a last line that a killed run left unfinished is dropped."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        with suppress(json.JSONDecodeError):
            rows.append(json.loads(line))
    return rows


def read_timeline(folder: Path) -> list[Moment]:
    """The sheets of a folder's timeline, in the order of training; [] without a timeline."""
    paths = sorted(path for path in (folder / TIMELINE).glob("*.webp") if path.stem.isdigit())
    return [Moment(int(path.stem), path) for path in paths]


def read_run(folder: Path) -> dict[str, Any]:
    """The facts in a folder's run.json; {} if it has none, or a damaged one."""
    try:
        facts = read_json(folder, RUN)
    except PartError:
        return {}
    return facts if isinstance(facts, dict) else {}


def read(folder: Path) -> TrainingLog:
    """The log of the run in a folder, without what is damaged (`checked_history`); an empty log if the folder has none."""
    try:
        rows, _ = checked_history(read_text(folder, HISTORY))
    except PartError:
        rows = []
    return TrainingLog(rows, read_timeline(folder), read_run(folder))
