"""Views of the same noise denoised with 1, 2, 4, 12 and 1,000 steps. With one step, a distilled student draws, if there is one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor

from explorer import diffusion
from explorer.models import OneStep
from explorer.page.shared import opinions
from explorer.page.shared.conditions import weights
from explorer.page.shared.fields import State
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import uri
from explorer.zoo import CheckpointError

from . import charts

RUNGS = (1, 2, 4, 12, 1000)  # steps
BETWEEN = 0.3  # minimum seconds between two views of a rung


def student_of(studio: Studio, model: str) -> str | None:
    """The model that was distilled from a diffusion model to one step, for the same classes; None if there is none that can be used."""
    for name in studio.catalogue.conditional:
        checkpoint = studio.zoo.checkpoints[name]
        if checkpoint.model_class is OneStep and checkpoint.config.get("teacher", "ddpm-mnist") == model:
            with suppress(CheckpointError):
                if studio.model(name).classes == studio.classes(model):
                    return name
    return None


def words(steps: int) -> str:
    """A number of steps as text."""
    return f"{steps:,} step" + ("s" if steps > 1 else "")


def rungs(studio: Studio, state: State) -> list[int]:
    """The numbers of steps that the model can take."""
    return [steps for steps in RUNGS if steps <= studio.denoiser(state["model"]).timesteps]


def views(studio: Studio, state: State) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any] | None]]:
    """Draw rung after rung. Yields the current frame, the frames of the finished rungs, and the progress (None at the end of a rung)."""
    network, steps_of = studio.denoiser(state["model"]), rungs(studio, state)
    noise = network.picture(diffusion.noise_of(network, state["seed"])[None])
    student_of(studio, state["model"])  # loads it, so that no time counts the loading
    drawn: list[tuple[Tensor, str]] = []
    frames: list[dict[str, Any]] = []
    for steps in steps_of:
        begun = latest = time.perf_counter()
        for picture, step in _steps(studio, state, steps):
            seconds = time.perf_counter() - begun
            if step == steps:
                drawn.append((picture, _note(studio, state, picture, seconds)))
                frames.append(_frame(studio, state, [*drawn], noise, steps_of))
                yield frames[-1], frames, None
            elif time.perf_counter() - latest > BETWEEN:
                latest = time.perf_counter()
                left = f"{seconds / step * (steps - step):.0f} s" if step else None
                yield (
                    _frame(studio, state, [*drawn, (picture, "")], noise, steps_of),
                    frames,
                    {"step": step, "steps": steps, "left": left},
                )


def _steps(studio: Studio, state: State, steps: int) -> Iterator[tuple[Tensor, int]]:
    """The picture (1, channels, side, side) before each step of a run and at its end, with the number of steps so far."""
    network, labels = studio.denoiser(state["model"]), weights(studio, state["model"], state["label"])[None]
    student = student_of(studio, state["model"])
    if steps == 1 and student and labels.any():
        noise = diffusion.noise_of(network, state["seed"]).flatten()[None]
        yield studio.draw(student, noise, labels[0]), 1
        return
    settings = {key: state[key] for key in ("seed", "sampler", "guidance")}
    for denoising in diffusion.denoise(network, labels, steps=steps, **settings):
        yield network.picture(denoising.x), denoising.step


def _note(studio: Studio, state: State, picture: Tensor, seconds: float) -> str:
    spent = f"{1000 * seconds:.0f} ms" if seconds < 0.95 else f"{seconds:.1f} s"
    readings = opinions.readings(studio, state["model"], picture)
    return f"{spent}, read as {readings[0].label}" if readings else spent


def _frame(studio: Studio, state: State, drawn: list[tuple[Tensor, str]], noise: Tensor, steps_of: list[int]) -> dict[str, Any]:
    """A frame with a picture for each rung; rungs that are not drawn yet show the noise."""
    student = student_of(studio, state["model"])
    pictures = []
    for i, steps in enumerate(steps_of):
        picture, note = drawn[i] if i < len(drawn) else (noise, "")
        title = f"{words(steps)}, {student}" if steps == 1 and student and state["label"] in studio.classes(student) else words(steps)
        pictures.append({"src": uri(picture[0]), "title": title, "note": note, "alt": f"{title}, from the noise of seed {state['seed']}"})
    last = drawn[-1][0] if drawn else noise
    return {
        "src": uri(last[0]), "alt": f"drawn by {state['model']} from seed {state['seed']}", "title": words(steps_of[len(drawn) - 1]),
        "label": words(steps_of[len(drawn) - 1]), "step": 0, "at": len(drawn), "counts": charts.counts(last[0]),
        "pictures": pictures, "facts": [["seed", str(state["seed"])], ["sampler", state["sampler"]]], "read": None,
    }  # fmt: skip


def film(studio: Studio, state: State) -> list[Tensor]:
    """The frames of the animation, each (channels, side, width): all rungs in a row, those that are not drawn yet as noise."""
    network, steps_of = studio.denoiser(state["model"]), rungs(studio, state)
    row = [network.picture(diffusion.noise_of(network, state["seed"])[None])[0]] * len(steps_of)
    found = []
    for i, steps in enumerate(steps_of):
        *_, (picture, _) = _steps(studio, state, steps)
        row = [*row[:i], picture[0], *row[i + 1 :]]
        found.append(torch.cat(row, 2))
    return found
