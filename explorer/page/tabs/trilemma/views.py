"""What the Trilemma tab shows of a state, as values of widgets."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from explorer import tradeoff
from explorer.cancellation import check
from explorer.models import Model
from explorer.page.shared.fields import State
from explorer.page.shared.links import pack
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import sheet_uri
from explorer.tradeoff import Family, Measured, Point
from explorer.zoo import CheckpointError

from . import lessons
from .race import CLASSES, Lane, digit
from .session import DIGITS, SHOWN, point_key, point_of

SIDE, COLUMNS = 28, 5
TIMED = 8  # digits of each model for a time
POOR_FD, SLOW_MS, FAST_MS = 100.0, 1000.0, 1.0  # where the triangles' corners of quality and speed have the share 0, or 1
CORNERS = ["quality", "diversity", "speed"]
TEXTBOOK = {  # what Xiao et al. 2022, figure 1, says of a family's weakness
    "gan": "diversity",
    "vae": "quality",
    "flow": "quality",
    "diffusion": "speed",
}
Times = dict[str, float]  # milliseconds for a digit at the default position that were measured during the visit, by model


class TrilemmaViews:
    """Computes what the tab shows."""

    def __init__(self, studio: Studio):
        self.studio = studio

    def family(self, name: str) -> Family:
        """A model's family."""
        return self.studio.catalogue.family(name)

    def measured(self, name: str) -> Measured:
        """What was measured of a model."""
        return self.studio.catalogue.tradeoff(name)

    def title(self, name: str) -> str:
        """What the page calls a model: its family, with its name where several models belong to it."""
        family = self.family(name)
        alone = sum(self.family(each) == family for each in self.studio.catalogue.measured) == 1
        return family.title if alone else f"{family.title} ({name})"

    def runners(self) -> list[tuple[str, str]]:
        """The models that can draw against each other, as pairs (text, name)."""
        return [(self.title(name), name) for name in self.studio.catalogue.measured]

    def milliseconds(self, times: Times, name: str, point: Point) -> float | None:
        """How long a digit takes. If the models were timed during the visit, all times of a model are scaled to this machine."""
        now, default = times.get(name), self.measured(name).points[0].milliseconds
        if now is None or point.milliseconds is None or default is None:
            return point.milliseconds
        return point.milliseconds * now / default

    def stage(self, lanes: tuple[Lane, Lane]) -> dict[str, Any]:
        """The stage with the digits that two models have drawn so far."""
        done = sum(len(lane.digits) for lane in lanes)
        progress = None if all(lane.ended for lane in lanes) else {"step": done, "steps": 2 * DIGITS, "left": None}
        return {"columns": "runs", "facts": [], "progress": progress, "pictures": [self._lane(i, lane) for i, lane in enumerate(lanes)]}

    def _lane(self, index: int, lane: Lane) -> dict[str, Any]:
        title, count = self.title(lane.name), len(lane.digits)
        return {
            "role": f"run{index}", "src": _sheet(lane.digits), "side": COLUMNS * SIDE, "title": title,
            "note": f"{count} in {lessons.seconds(lane.seconds)}", "alt": f"{count} digits that {lane.name} has drawn: {title}",
        }  # fmt: skip

    def scatter(self, state: State, times: Times) -> dict[str, Any] | None:
        """The plots of quality and of diversity over speed; None if nothing was timed."""
        curves, floor = self._curves(times), self._floor()
        if not curves:
            return None
        texts = {"fd": "Fréchet distance, less is better", "recall": "recall, more is better"}
        titles = {"fd": "Quality over speed", "recall": "Diversity over speed"}
        first = self.measured(self.studio.catalogue.measured[0])
        where = "this server" if times else first.hardware
        note = (
            f"n = {first.n:,}, {first.split} split, features of {first.features}; bars: standard deviation over the sampling seeds; times: "
            f"{where}"
        )
        return {
            "selected": state["point"],
            "plots": [
                {
                    "title": titles[figure], "note": note, "x": {"label": "milliseconds a digit", "log": True},
                    "y": {"label": label, "log": figure == "fd"}, "curves": [_curve(curve, figure) for curve in curves],
                    "references": [[floor[figure], "real digits"]] if figure in floor else [],
                }
                for figure, label in texts.items()
            ],
        }  # fmt: skip

    def _floor(self) -> dict[str, float]:
        return dict(next((found.floor for name in self.studio.catalogue.measured if (found := self.measured(name)).floor), {}))

    def _curves(self, times: Times) -> list[dict[str, Any]]:
        """A curve for each dial of each model, with the points that have a time."""
        curves = []
        for colour, name in enumerate(self.studio.catalogue.measured):
            by_dial: dict[str, list[dict[str, Any]]] = {}
            for point in self.measured(name).points:
                if (spent := self.milliseconds(times, name, point)) is not None:
                    text = lessons.point(self.title(name), point, spent)
                    by_dial.setdefault(point.position.dial, []).append(
                        {"key": point_key(name, point), "x": spent, "text": text, "point": point, "at": point.position.value}
                    )
            for dial, points in by_dial.items():
                title = f"{self.title(name)}, {dial}" if dial else self.title(name)
                curves.append({"name": title, "colour": colour % 7, "points": sorted(points, key=lambda one: one["at"])})
        return curves

    def picked(self, state: State, times: Times) -> dict[str, Any]:
        """The stage with nine digits of the selected point, none chosen by hand."""
        name, point = point_of(self.studio, state["point"])
        facts = [[label, value] for label, value in lessons.figures(point, self.milliseconds(times, name, point))]
        facts.append(["", *self.link(name, state["seed"], point)])
        picture = {
            "role": "run0", "src": _drawn(self.studio, name, point.number, state["seed"]), "side": 3 * SIDE,
            "title": f"{self.title(name)}, {point.position.label}",
            "note": f"seed {state['seed']}, none chosen", "alt": f"{SHOWN} digits that {name} draws with {point.position.label}",
        }  # fmt: skip
        return {"columns": "one", "facts": facts, "progress": None, "pictures": [picture]}

    def link(self, name: str, seed: int, point: Point) -> list[str]:
        """The text and the query of a link to the tab that shows how a model draws."""
        catalogue, settings = self.studio.catalogue, dict(point.position.settings)
        if name in catalogue.denoisers:
            return ["open in Diffusion", pack("diffusion", {"model": name, "seed": seed, "label": "0", **settings})]
        more = {key: value for key, value in settings.items() if value is not None and (key != "temperature" or name in catalogue.coders)}
        return ["more of this model in Sample", pack("sample", {"model": name, "seed": seed, "count": CLASSES, "vary": "class", **more})]

    def triangles(self, times: Times) -> dict[str, Any] | None:
        """The triangles of quality, diversity and speed of each model at its default position; None if nothing was timed."""
        floor, reach, notes = self._floor(), {}, {}  # `reach`: not clipped, for the ranks
        for name in self.studio.catalogue.measured:
            point = self.measured(name).points[0]
            if floor and (spent := self.milliseconds(times, name, point)) is not None:
                reach[name] = shares(point, spent, floor)
                figures = [f"FD {point.figures['fd']:.1f}", f"recall {point.figures['recall']:.2f}"]
                notes[name] = [*figures, lessons.milliseconds(spent)]
        if not reach:
            return None
        ranks = self.ranks(reach)
        colours = {name: colour % 7 for colour, name in enumerate(self.studio.catalogue.measured)}
        return {
            "title": lessons.verdict(sum(rank == families for rank, families in ranks.values()), len(ranks)), "corners": CORNERS,
            "triangles": [
                {
                    "name": self.title(name), "colour": colours[name], "shares": [min(max(share, 0.0), 1.0) for share in reach[name]],
                    "notes": notes[name],
                    "claim": lessons.claim(TEXTBOOK.get(self.family(name).key), *ranks.get(name, (0, 0))),
                }
                for name in reach
            ],
            "note": f"Each at its default. Quality: logarithm of the Fréchet distance, from {POOR_FD:g} in the middle to that of "
            f"real digits ({floor['fd']:.1f}). Diversity: recall, from 0 to that of real digits ({floor['recall']:.2f}). "
            f"Speed: logarithm of the time for a digit, from {SLOW_MS:g} ms to {FAST_MS:g} ms.",
        }  # fmt: skip

    def ranks(self, reach: dict[str, list[float]]) -> dict[str, tuple[int, int]]:
        """For each model of a family in the textbook, its rank where the textbook says that it is weak, and the number of families. Of the
        other families, the best model counts.

        Args:
            reach: the shares of the measured models, not clipped.
        """
        found = {}
        for name in reach:
            family = self.family(name).key
            if family in TEXTBOOK:
                corner, best = CORNERS.index(TEXTBOOK[family]), {}
                for other, shares in reach.items():
                    if (key := self.family(other).key) in TEXTBOOK:
                        best[key] = max(best.get(key, -math.inf), shares[corner])
                found[name] = 1 + sum(share > reach[name][corner] for key, share in best.items() if key != family), len(best)
        return found

    def time_all(self) -> Iterator[dict[str, float]]:
        """Time every model on this machine: yields the milliseconds for a digit at the default position, by model, after each model."""
        times: dict[str, float] = {}
        for name in self.studio.catalogue.measured:
            with suppress(CheckpointError):  # a model that cannot be used keeps its stored time
                times = {**times, name: _timed(self.studio.zoo.load(name))}
            yield times


def _timed(model: Model) -> float:
    """The median of the milliseconds for a digit."""
    spent = []
    for number in range(TIMED + 1):
        check()
        begun = time.perf_counter()
        digit(model, 0, number)
        spent.append(1000 * (time.perf_counter() - begun))
    return statistics.median(spent[1:])  # the first digit after a pause takes longer


def shares(point: Point, milliseconds: float, floor: dict[str, float]) -> list[float]:
    """How far a triangle reaches to its corners: quality, diversity and speed, from 0 to 1, or farther for figures outside of the
    scales."""
    quality = math.log(POOR_FD / point.figures["fd"]) / math.log(POOR_FD / floor["fd"])
    speed = math.log(SLOW_MS / milliseconds) / math.log(SLOW_MS / FAST_MS)
    return [quality, point.figures["recall"] / floor["recall"], speed]


def _curve(curve: dict[str, Any], figure: str) -> dict[str, Any]:
    points = [
        {"key": one["key"], "x": one["x"], "y": one["point"].figures[figure], "error": one["point"].deviations[figure], "text": one["text"]}
        for one in curve["points"]
    ]
    return {**curve, "points": points}


def _sheet(digits: list[Tensor]) -> str:
    """The digits drawn so far, black where none is drawn yet, as a data URI."""
    blank = torch.full((DIGITS - len(digits), 1, SIDE, SIDE), -1.0)
    return sheet_uri(torch.cat([*(digit[None] for digit in digits), blank]), COLUMNS)


@lru_cache(maxsize=256)
def _drawn(studio: Studio, name: str, number: int, seed: int) -> str:
    """Nine digits of a point, as a data URI."""
    model = studio.zoo.load(name)
    position = studio.catalogue.family(name).positions[number]
    labels = F.one_hot(torch.arange(SHOWN) % CLASSES, CLASSES).float()
    return sheet_uri(tradeoff.drawn(model, labels, seed, position.settings).clamp(-1, 1), 3)
