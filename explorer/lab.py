"""The runs that the training lab shows: histories and timelines without weights, from checkpoints/lab/ and from a folder of one's own."""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .folder import LAB, PartError
from .training_log import HISTORY, Moment, TrainingLog, read, sheet

FAMILIES = {  # commands, and what their GANs learn
    "lab-digits": "digits", "lab-stacked": "stacked digits", "lab-art": "paintings", "lab-live": "digits, as in your browser",
}  # fmt: skip
OWN = "your own runs"
CURVES = {  # the columns of a history that the lab can draw, with their names, which have the unit
    "generator_loss": "generator's loss",
    "discriminator_loss": "discriminator's loss",
    "fd": "Fréchet distance",
    "precision": "precision",
    "recall": "recall",
    "classes": "classes found",
    "spread": "mean distance between two pictures",
    "moved": "movement of the pictures since the last measurement",
    "accuracy_real": "share of held-out real pictures classified as real",
    "accuracy_generated": "share of generated pictures classified as generated",
    "generator_gradient": "norm of the generator's gradient",
    "discriminator_gradient": "norm of the discriminator's gradient between real and generated pictures",
    "wasserstein_estimate": "estimate of the Wasserstein distance",
    "at_clip": "share of the critic's weights at the clip",
    "generator_weights": "norm of the generator's weights",
    "discriminator_weights": "norm of the discriminator's weights",
    "judge_fd": "Fréchet distance in features of judge-pictures",
}
SHARES = ("precision", "recall", "accuracy_real", "accuracy_generated", "at_clip")  # between 0 and 1
BINS = 21  # of the histogram of a critic's weights


@dataclass(frozen=True)
class LabRun:
    """A run without weights.

    Attributes:
        name: of its folder.
        family: what its GAN learns, a value of `FAMILIES`, or `OWN`.
        arm: how it was trained, a key of `train.recipes.bases.arms`; "" for a run of another recipe.
        seed: of the run.
        log: its history and its timeline.
    """

    name: str
    family: str
    arm: str
    seed: int
    log: TrainingLog

    @property
    def title(self) -> str:
        return f"{self.arm}, seed {self.seed}" if self.arm else self.name

    @cached_property
    def pictures_per_step(self) -> float:
        """Training pictures for each step of the generator."""
        return next((row["images"] / row["step"] for row in reversed(self.log.history) if row.get("step") and row.get("images")), 1.0)

    @property
    def steps(self) -> int:
        """The steps of the generator in the whole run."""
        return round(self.log.images / self.pictures_per_step)

    def step(self, moment: Moment) -> int:
        """The steps of the generator at a moment of the timeline."""
        return round(moment.images / self.pictures_per_step)

    def moment(self, step: int) -> Moment | None:
        """The last moment of the timeline that is not after a step of the generator; None if there is none."""
        earlier = bisect.bisect_right([self.step(moment) for moment in self.log.timeline], step)
        return self.log.timeline[earlier - 1] if earlier else None

    def sheet(self, step: int) -> bytes | None:
        """The WebP file of `moment`; None if there is none, or if it cannot be read."""
        try:
            moment = self.moment(step)
            return moment and sheet(moment)
        except PartError:
            return None

    def curve(self, key: str) -> list[list[float]]:
        """A column of the history as points [step of the generator, value]."""
        return [[row["step"], row[key]] for row in self.log.history if key in row and "step" in row]

    def weights(self, step: int) -> list[list[float]]:
        """The histogram of the critic's weights at the last measurement that is not after a step; [] if there is none.

        Returns:
            Pairs of the middle of an interval and the share of the weights in it. The outermost intervals also count what lies beyond.
        """
        rows = [row for row in self.log.history if row.get("step", step + 1) <= step and row.get("weights_edge", 0) > 0]
        if not rows:
            return []
        edge = rows[-1]["weights_edge"]
        return [[edge * (2 * (i + 0.5) / BINS - 1), rows[-1].get(f"weights_{i:02d}", 0.0)] for i in range(BINS)]


def read_runs(folder: Path) -> dict[str, LabRun]:
    """The runs in the folders of a folder, by name; those that have no history, or no timeline, are left out."""
    found = {}
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if path.is_dir() and path.name.isprintable() and (path / HISTORY).is_file():
            run = _read(path)
            if run.log.history and run.log.timeline:
                found[run.name] = run
    return found


def _read(path: Path) -> LabRun:
    log = read(path)
    settings, seed = log.run.get("settings"), log.run.get("seed")
    arm = settings.get("arm") if isinstance(settings, dict) else None
    family = next((name for command, name in FAMILIES.items() if path.name.startswith(f"{command}-")), OWN)
    seed = seed if isinstance(seed, int) else 0
    return LabRun(path.name, family, arm if isinstance(arm, str) and family != OWN else "", seed, log)


def all_runs(checkpoints: Path, own: Path | None = None) -> dict[str, LabRun]:
    """The runs of checkpoints/lab/, and those of a visitor's folder; of two with the same name, the visitor's."""
    runs = read_runs(checkpoints / LAB)
    return runs if own is None else runs | read_runs(own)


def shared_range(runs: Iterable[LabRun], key: str) -> list[float] | None:
    """The lowest and the highest value of a column over several runs; None if no run has it."""
    values = [value for run in runs for _, value in run.curve(key)]
    return [min(values), max(values)] if values else None
