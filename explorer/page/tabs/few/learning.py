"""The training that a visitor starts: a CNN and then an SGAN, from the labels that the visitor has given. One training runs at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from explorer import digits
from explorer.cancellation import check
from explorer.few_labels import Labelled, Moment, Training, accuracy, read_draws
from explorer.page.shared.fields import State
from explorer.page.shared.uris import sheet_uri

from . import session
from .views import FewViews, packed

WIDTH = 32  # maps of each layer: a quarter of the shipped networks'
EVERY = {"cnn": 50, "sgan": 25}  # steps between two moments
COST = {"cnn": 1, "sgan": 12}  # of a step, in steps of the CNN
MINUTES = 1.5  # what a training takes about, for those who wait
TEST = 1000  # digits of the page's sheet of test digits
VISITORS = ("visitor-cnn", "visitor-sgan")  # arms in draws.json: this training with random labels


class Turns:
    """Lets one training run at a time, in the order of asking."""

    def __init__(self) -> None:
        self._waiting: list[object] = []
        self._lock = threading.Lock()

    @contextmanager
    def ticket(self) -> Iterator[object]:
        """A place in the line, given back at the end."""
        ticket = object()
        with self._lock:
            self._waiting.append(ticket)
        try:
            yield ticket
        finally:
            with self._lock:
                self._waiting.remove(ticket)

    def ahead(self, ticket: object) -> int:
        """How many are before this ticket."""
        with self._lock:
            return self._waiting.index(ticket)


TURNS = Turns()


@dataclass
class Progress:
    """What the page shows of a training.

    Attributes:
        own: the weights of the networks that have been trained so far, as texts.
        accuracies: by network, pairs of step and share of test digits.
        losses: by network and loss, pairs of step and loss.
        step, steps: of both trainings together.
        words: what is being done.
        digits: a sheet of the SGAN's digits; "" before it has begun.
        began: when, in seconds of `time.monotonic`.
    """

    own: dict[str, str] = field(default_factory=dict)
    accuracies: dict[str, list[list[float]]] = field(default_factory=dict)
    losses: dict[str, list[list[float]]] = field(default_factory=dict)
    step: int = 0
    steps: int = 1
    words: str = ""
    digits: str = ""
    began: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> str | None:
        """The time that is left, in words; None before it can be told."""
        half = self.steps / 2
        done = COST["cnn"] * min(self.step, half) + COST["sgan"] * max(0.0, self.step - half)
        if not done:
            return None
        seconds = (time.monotonic() - self.began) * (half * sum(COST.values()) / done - 1)
        return f"about {seconds:.0f} s"


def learn(views: FewViews, state: State, steps: int = 600) -> Iterator[Progress]:
    """Wait for the turn, then train a CNN and an SGAN on the visitor's labels.

    Args:
        state: with at least one label.
        steps: of each network.

    Raises:
        CancelledError: if the visitor has left.
    """
    with TURNS.ticket() as ticket:
        while ahead := TURNS.ahead(ticket):
            check()
            place = "one training is" if ahead == 1 else f"{ahead} trainings are"
            yield Progress(words=f"{place} before yours: about {max(1, round(MINUTES * ahead))} min")
            time.sleep(1)
        yield from _learn(state, steps)


def _learn(state: State, steps: int) -> Iterator[Progress]:
    pictures, _ = digits.read("train")
    labels = session.labels_of(state["labels"])
    labelled = Labelled(_floats(pictures[list(labels)]), torch.tensor(list(labels.values())))
    test = _floats(digits.read("test")[0]), digits.read("test")[1]
    progress = Progress(steps=2 * steps)
    for key, unlabelled in (("cnn", None), ("sgan", _floats(pictures))):
        training = Training(labelled, unlabelled, width=WIDTH, steps=steps, every=min(EVERY[key], steps), seed=state["seed"])
        for moment in training.run():
            yield _advanced(progress, key, moment, test)
        progress.own = progress.own | {key: packed(training.networks["classifier"])}
    yield progress


def _advanced(progress: Progress, key: str, moment: Moment, test: tuple[Tensor, Tensor]) -> Progress:
    """The progress at a moment of one network's training."""
    share = accuracy(moment.classifier, *test)
    progress.accuracies.setdefault(key, []).append([moment.step, share])
    for name, value in moment.losses.items():
        if name.endswith("loss"):
            progress.losses.setdefault(f"{key} {name}", []).append([moment.step, value])
    progress.step = moment.step + (moment.steps if key == "sgan" else 0)
    progress.words = f"{key.upper()}: step {moment.step} of {moment.steps}"
    if moment.digits is not None:
        progress.digits = sheet_uri(moment.digits)
    return progress


def _floats(pictures: Tensor) -> Tensor:
    """(count, 28, 28) uint8 -> (count, 1, 28, 28) in [-1, 1]."""
    return pictures[:, None].float() / 127.5 - 1


def random_labels(seed: int) -> dict[int, int]:
    """`MOST` digits of the sheet, drawn without looking, with MNIST's labels."""
    _, labels = digits.read("train")
    rows = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))[: session.MOST]
    return {int(row): int(labels[row]) for row in rows}


def stage(progress: Progress, running: bool) -> dict[str, Any]:
    """The value of the stage: the SGAN's digits, the accuracies so far, and the progress bar."""
    names = {"cnn": "CNN", "sgan": "SGAN"}
    facts = [[names[key], f"{points[-1][1]:.1%} of {TEST:,} test digits"] for key, points in progress.accuracies.items()]
    pictures = [{
        "role": "current", "src": progress.digits, "side": 4 * 28, "title": "what its generator draws", "note": progress.words,
        "alt": f"Sixteen digits of the generator in training: {progress.words}",
    }] if progress.digits else []  # fmt: skip
    bar = {"step": progress.step, "steps": progress.steps, "left": progress.left} if running else None
    facts = facts or ([["", progress.words]] if progress.words else [])
    return {"columns": "one", "facts": facts, "progress": bar, "pictures": pictures}


def chart(progress: Progress, draws: dict[str, dict[int, list[float]]]) -> dict[str, Any] | None:
    """The chart of accuracy over steps, with the mean over random labels as lines, and the losses; None before the first moment.

    Args:
        draws: of the SGAN's checkpoint, which has the arms `VISITORS`.
    """
    if not progress.accuracies:
        return None
    series = [{"name": key.upper(), "points": points} for key, points in progress.accuracies.items()]
    references, notes = [], []
    for arm in VISITORS:
        if values := draws.get(arm, {}).get(session.MOST):
            mean, name = sum(values) / len(values), arm.removeprefix("visitor-").upper()
            references.append([mean, f"{name}, random labels"])
            notes.append(f"{name} {min(values):.0%} to {max(values):.0%}")
    panel = {
        "title": "Accuracy on test digits", "series": series, "x": {"label": "steps", "range": [0, progress.steps / 2]}, "wide": True,
        "y": {"label": f"share of {TEST:,} test digits", "range": [0, 1]}, "references": references,
    }  # fmt: skip
    if notes:
        count = len(draws[VISITORS[0]][session.MOST])
        panel["note"] = f"{count} draws of {session.MOST} random labels: {', '.join(notes)}"
    losses = [
        {"name": name.replace("_", " "), "points": points, "hidden": "classifier" not in name} for name, points in progress.losses.items()
    ]
    loss_panel = {"title": "Losses", "series": losses, "x": panel["x"], "y": {"label": "loss"}, "wide": True}
    return {"panels": [panel, loss_panel]}


def draws_of(views: FewViews) -> dict[str, dict[int, list[float]]]:
    """The draws of the SGAN's checkpoint; {} without it."""
    name = "sgan-mnist"
    known = name in views.studio.catalogue.recognisers
    return read_draws(views.studio.zoo.checkpoints[name].folder) if known else {}
