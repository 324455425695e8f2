"""What the Training lab shows of a state, as values of widgets: the runs' pictures at every step, and the charts below them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from math import log
from typing import Any

from explorer.lab import CURVES, SHARES, LabRun, shared_range
from explorer.page.shared.fields import State
from explorer.page.shared.studio import Studio
from explorer.training_log import size_of

from .stories import find

STEPS = "steps of the generator"
EQUILIBRIUM = {
    "generator_loss": (log(2), "ln 2, the equilibrium", ("minimax", "wgan", "spectral-norm")),
    "discriminator_loss": (2 * log(2), "2 ln 2, the equilibrium", ("wgan", "spectral-norm")),
}
"""The losses at the equilibrium, where the discriminator says 50 % of every picture (Goodfellow et al. 2014, theorem 1), and what the names
of arms with other losses begin with."""
LOGGED = ("fd", "judge_fd")  # curves that fall far at the beginning
DISTANCES = ("fd", "precision", "recall")
NOTED = ("classes", "fd")  # of these measures, those at the step are written below the pictures
NO_PICTURE = "data:image/svg+xml;utf8," + "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>"


class LabViews:
    """Computes what the tab shows."""

    def __init__(self, studio: Studio):
        self.studio = studio

    def chosen(self, state: State) -> list[LabRun]:
        """The runs of a state."""
        return [self.studio.runs[name] for name in state["runs"]]

    def request(self, state: State) -> dict[str, Any]:
        """The values of the filmstrip ("strip"), the stage ("stage"), the charts ("charts"), and the charts that do not follow the strip
        ("aside")."""
        runs = self.chosen(state)
        steps = sorted({run.step(moment) for run in runs for moment in run.log.timeline})
        frames = [self._frame(runs, step) for step in steps]
        selected = max((i for i, step in enumerate(steps) if step <= state["step"]), default=0)
        now = zip(runs, frames[selected]["pictures"], strict=True)
        pictures = [{**picture, "role": f"run{i}", "side": _side(run)} for i, (run, picture) in enumerate(now)]
        return {
            "strip": {
                "title": "The same sixteen latents, step by step", "side": _side(runs[0]), "frames": frames, "selected": selected,
                "note": "drag, or press Play",
            },
            "stage": {"columns": "runs", "facts": [], "progress": None, "pictures": pictures},
            "charts": {"panels": [panel for key in state["curves"] if (panel := self._panel(runs, key))]},
            "aside": _aside(runs, state),
        }  # fmt: skip

    def _frame(self, runs: Sequence[LabRun], step: int) -> dict[str, Any]:
        label = f"after {step:,} {STEPS}"
        pictures = [
            {"src": _uri(run.sheet(step)), "title": run.title, "note": _noted(run, step), "alt": f"Sixteen pictures of {run.name} {label}"}
            for run in runs
        ]
        return {"src": pictures[0]["src"], "alt": pictures[0]["alt"], "label": label, "step": step, "pictures": pictures}

    def _panel(self, runs: Sequence[LabRun], key: str) -> dict[str, Any] | None:
        """The chart of a curve. Its axes cover the whole runs, so that it does not jump while one scrubs."""
        series = [{"name": run.title, "points": points} for run in runs if (points := run.curve(key))]
        if not series:
            return None
        low, high = shared_range(runs, key)
        y: dict[str, Any] = {"label": CURVES[key], "range": [0, 1]} if key in SHARES else {"label": CURVES[key]}
        if key not in SHARES and low > 0 and (key in LOGGED or 20 * low < high):
            y["log"] = True
        panel = {
            "title": CURVES[key][0].upper() + CURVES[key][1:], "series": series, "y": y,
            "x": {"label": STEPS, "range": [0, max(run.steps for run in runs)]},
        }  # fmt: skip
        if key in DISTANCES and runs[0].log.measured:
            panel["note"] = runs[0].log.measured
        if key in EQUILIBRIUM:
            level, label, others = EQUILIBRIUM[key]
            if all(run.arm and not run.arm.startswith(others) for run in runs):
                panel["references"] = [[level, label]]
        return panel


def _aside(runs: Sequence[LabRun], state: State) -> dict[str, Any] | None:
    """The weights of the critics at the step, and the toy game, if the story has it; None if there is neither."""
    panels = []
    if series := [{"name": run.title, "points": points} for run in runs if (points := run.weights(state["step"]))]:
        panels.append({
            "title": "Weights of the critic", "series": series, "wide": True,
            "x": {"label": "weight; the outermost points also count all larger weights"}, "y": {"label": "share of all weights"},
        })  # fmt: skip
    if state["story"] and find(state["story"]).toy:
        panels.append(toy_game())
    return {"panels": panels} if panels else None


def toy_game(steps: int = 120, rate: float = 0.1) -> dict[str, Any]:
    """The chart of two players that take simultaneous gradient steps on the game x * y from (1, 0): x wants it small, y wants it large.

    They circle the equilibrium (0, 0), and each step takes them away from it by the factor sqrt(1 + rate^2).
    """
    x, y = 1.0, 0.0
    points = [(x, y)]
    for _ in range(steps):
        x, y = x - rate * y, y + rate * x
        points.append((x, y))
    series = [{"name": name, "points": [[i, round(point[k], 4)] for i, point in enumerate(points)]} for k, name in enumerate("xy")]
    return {
        "title": "The smallest game: x makes x · y small, y makes it large", "series": series, "wide": True,
        "x": {"label": f"gradient steps of both players, rate {rate}"}, "y": {"label": "x and y"}, "references": [[0.0, "the equilibrium"]],
    }  # fmt: skip


def _noted(run: LabRun, step: int) -> str:
    """The measures of a run at a step, in a few words."""
    texts = []
    for key in NOTED:
        if points := [value for at, value in run.curve(key) if at <= step]:
            texts.append(f"{points[-1]:.0f} classes" if key == "classes" else f"FD {points[-1]:.0f}")
    return ", ".join(texts)


def _side(run: LabRun) -> int:
    """The width of a run's sheets in pixels."""
    return size_of(run.log.timeline[-1])


def _uri(data: bytes | None) -> str:
    return NO_PICTURE if data is None else "data:image/webp;base64," + base64.b64encode(data).decode()
