"""The figures beside a diffusion run: the schedule, how the values of x are spread, and one reverse step of a one-dimensional mixture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from explorer import diffusion
from explorer.models import Denoises
from explorer.page.shared.checks import FieldError, number, whole

from . import lessons

SPREAD, BINS = 3.0, 36  # of the histogram
PARTS = 100  # of the way from 0 to T
MEANS, DEVIATION, REACH, PLACES = (-1.0, 1.0), 0.05, 2.5, 140  # of the figure of one reverse step
STEP = {"t": 500, "step": 250, "x": 0.1}  # what that figure opens with


def timesteps(network: Denoises, others: Iterable[int]) -> list[int]:
    """Evenly spaced timesteps from 0 to T, and others, in order."""
    return sorted({round(network.timesteps * i / PARTS) for i in range(PARTS + 1)} | set(others))


def counts(image: Tensor) -> list[float]:
    """The shares of a picture's values by bin, in percent; what lies outside is in the outermost ones."""
    bins = torch.histc(image.float().clamp(-SPREAD + 1e-4, SPREAD - 1e-4), BINS, -SPREAD, SPREAD)
    return [round(share, 2) for share in (100 * bins / image.numel()).tolist()]


def curve(network: Denoises, visited: Sequence[int]) -> dict[str, Any]:
    """The schedule, with the timesteps that a run visited."""
    points = []
    for t in timesteps(network, visited):
        level = network.alpha_bar[t].item()
        points.append([t, round(level, 4), f"t = {t}: {level:.1%} of the variance is the picture's"])
    return {
        "points": points, "most": network.timesteps, "across": "timestep t", "up": "ᾱ, the picture's share of the variance",
        "ticks": list(visited), "label": "The noise schedule", "reference": None,
    }  # fmt: skip


def histogram(shares: list[float]) -> dict[str, Any]:
    """How the values of x are spread."""
    return {"low": -SPREAD, "high": SPREAD, "counts": shares, "title": "values of x, and the normal density of pure noise"}


def look(network: Denoises, request: Any) -> dict[str, Any] | None:
    """The figure of one reverse step for {"t", "step", "x"}; None if they make no sense."""
    try:
        t = whole("t", request["t"], 2, network.timesteps)
        step, x = whole("step", min(request["step"], t), 1, t), number("x", request["x"], -REACH, REACH)
    except (FieldError, KeyError, TypeError):
        return None
    current, following = network.alpha_bar[t].item(), network.alpha_bar[t - step].item()
    places = torch.linspace(-REACH, REACH, PLACES + 1, dtype=torch.float64)
    exact, gaussian, *_ = diffusion.reverse_step(MEANS, DEVIATION, x, current, following, places)
    fine = torch.linspace(-4, 4, 4001, dtype=torch.float64)
    ours, theirs, *_ = diffusion.reverse_step(MEANS, DEVIATION, x, current, following, fine)
    apart = torch.trapezoid((ours - theirs).abs(), fine).item() / 2
    return {
        "t": t, "step": step, "x": x, "most": network.timesteps, "low": -REACH, "high": REACH,
        "exact": [round(each, 4) for each in exact.tolist()], "gaussian": [round(each, 4) for each in gaussian.tolist()],
        "said": lessons.gaussian(t, step, apart),
    }  # fmt: skip
