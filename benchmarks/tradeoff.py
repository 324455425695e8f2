"""Measures quality, diversity and speed of the digit models at every position of their dials, and stores the figures beside their weights.

    python -m benchmarks.tradeoff gan-mnist ddpm-mnist
    python -m benchmarks.tradeoff --times gan-mnist ddpm-mnist

For every position, a model draws a digit for each class in the order of the test split, from three seeds; their features in judge-mnist are
compared with those of all 10,000 test digits. An interrupted measurement resumes; if the weights have changed, it starts over. With --half,
networks compute in bfloat16 (median PSNR 57 dB to float32 for ddpm-mnist). With --times, it measures how long one digit takes alone, on one
core: on an idle machine, in one go for all models that are to be compared.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from torch import Tensor
from torch.nn import functional as F
from tqdm.auto import tqdm

from explorer import drawing, tradeoff
from explorer.folder import read_json
from explorer.models import ClassJudge, Model
from explorer.models.base import WEIGHTS
from explorer.tradeoff import STYLES, TRADEOFF, Position, stored_value
from explorer.zoo import Zoo
from train import data, hardware, metrics
from train.metrics.seeds import TRADEOFF_SEEDS
from train.metrics.styles import Styles

JUDGE, SPLIT, DATA = "judge-mnist", "test", "mnist"
BATCH = 250
TIMED = 20  # pictures of a position


class Yardstick:
    """The test digits, in the features of the judge.

    Args:
        judge: was trained on digits of the train split only.
        count: digits of the test split.
    """

    def __init__(self, judge: ClassJudge, count: int):
        self.judge = judge
        test = data.load(DATA, SPLIT, judge.image_size, channels=1, limit=count)
        self.labels = test.labels["label"]
        self.real = metrics.embed(judge.embed, (batch["images"] for batch in test.batches(BATCH)))
        self.styles = Styles(self.real, min(STYLES, len(self.real)))

    def figures(self, features: Tensor) -> dict[str, float]:
        """The figures of pictures whose classes are those of the test digits, from their features."""
        precision, recall = metrics.precision_recall(self.real, features)
        read = self.judge.head(features).argmax(1)
        return {
            "fd": round(metrics.frechet_distance(self.real, features), 4),
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "accuracy": (read == self.labels).float().mean().item(),
            "styles": self.styles.found(features),
        }

    def floor(self) -> dict[str, float]:
        """The figures of as many digits of the train split. They have classes of their own, so there is no accuracy."""
        train = data.load(DATA, "train", self.judge.image_size, channels=1, limit=len(self.real))
        figures = self.figures(metrics.embed(self.judge.embed, (batch["images"] for batch in train.batches(BATCH))))
        return {name: value for name, value in figures.items() if name != "accuracy"}


def batches(model: Model, labels: Tensor, seed: int, position: Position, half: bool) -> Iterator[Tensor]:
    """Pictures for labels (count,), in batches; with `half`, the networks compute in bfloat16."""
    wanted = F.one_hot(labels, len(model.classes)).float()
    for start in range(0, len(wanted), BATCH):
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            yield tradeoff.drawn(model, wanted[start : start + BATCH], seed + start, position.settings).float()


def measure(model: Model, folder: Path, yardstick: Yardstick, half: bool) -> None:
    """Measure the positions that tradeoff.json does not have yet."""
    about = {"n": len(yardstick.real), "split": SPLIT, "features": JUDGE, "computed": "bfloat16" if half else "float32"}
    if any(_stored(folder).get(key, value) != value for key, value in about.items()):
        _write(folder, _stored(folder) | {"rows": [], "floor": {}})  # measured otherwise
    about["floor"] = _stored(folder).get("floor") or yardstick.floor()
    family = tradeoff.family_of(type(model))
    wanted = [(seed, position) for seed in TRADEOFF_SEEDS for position in family.positions]
    for seed, position in tqdm(wanted, unit="position", desc=folder.name):
        rows = _stored(folder)["rows"]
        row = {"dial": position.dial, "value": stored_value(position.value), "seed": seed}
        if any(row.items() <= done.items() for done in rows):
            continue
        begun = time.perf_counter()
        figures = _same(rows, family, position, seed)
        if figures is None:
            figures = yardstick.figures(metrics.embed(yardstick.judge.embed, batches(model, yardstick.labels, seed, position, half)))
        stored = _stored(folder) | about  # read again, because the times may have been measured meanwhile
        stored["rows"].append(row | figures)
        _write(folder, stored)
        tqdm.write(f"{folder.name} {position.label} {seed}: {stored['rows'][-1]} in {time.perf_counter() - begun:.0f} s")


def _same(rows: list[dict[str, Any]], family: tradeoff.Family, position: Position, seed: int) -> dict[str, float] | None:
    """The figures of a position of another dial with the same settings and seed, if they are measured."""
    twins = [(other.dial, stored_value(other.value), seed) for other in family.positions if other.settings == position.settings]
    found = next((row for row in rows if (row["dial"], row["value"], row["seed"]) in twins), None)
    return None if found is None else {name: found[name] for name in tradeoff.FIGURES}


def timed(model: Model, folder: Path) -> None:
    """Measure how long one digit takes at every position, and store the median in milliseconds."""
    stored, classes = _stored(folder), len(model.classes)
    stored["hardware"], stored["times"] = hardware.described(), []
    for position in tradeoff.family_of(type(model)).positions:
        spent = []
        for seed in range(TIMED):
            begun = time.perf_counter()
            drawing.draw(model, seed, F.one_hot(torch.tensor(seed % classes), classes), position.settings)
            spent.append(1000 * (time.perf_counter() - begun))
        row = {"dial": position.dial, "value": stored_value(position.value), "milliseconds": round(statistics.median(spent), 2)}
        stored["times"].append(row)
        print(folder.name, position.label, row["milliseconds"], "ms")
    _write(folder, stored)


def _stored(folder: Path) -> dict[str, Any]:
    """What is stored for the weights in a folder; without rows if there is nothing, or if it is of other weights."""
    revision = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    found = read_json(folder, TRADEOFF) if (folder / TRADEOFF).is_file() else {}
    return found if found.get("revision") == revision else {"revision": revision, "rows": []}


def _write(folder: Path, stored: dict[str, Any]) -> None:
    part = folder / f"{TRADEOFF}.part"
    part.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    part.replace(folder / TRADEOFF)


def main(
    names: Annotated[list[str], typer.Argument(help="Checkpoints of the zoo.")],
    times: Annotated[bool, typer.Option(help="Measure times, and nothing else.")] = False,
    half: Annotated[bool, typer.Option(help="Compute in bfloat16.")] = False,
    count: Annotated[int, typer.Option(help="Digits of each measurement.")] = 10_000,
) -> None:
    """Measure, and store the figures."""
    torch.set_num_threads(1)
    zoo = Zoo()
    yardstick = None if times else Yardstick(zoo.load(JUDGE), count)
    for name in names:
        model, folder = zoo.load(name), zoo.checkpoints[name].folder
        if yardstick is None:
            timed(model, folder)
        else:
            measure(model, folder, yardstick, half)


if __name__ == "__main__":
    typer.run(main)
