"""The figures below a diffusion run: the noise schedule, the histogram of x, and one reverse step for one-dimensional data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from explorer.models import Denoises
from explorer.page.shared.checks import FieldError, number, whole
from explorer.reverse_step import reverse_step

from . import lessons

SPREAD, BINS = 3.0, 36  # the histogram covers the values from -SPREAD to SPREAD
PARTS = 100  # the curve of the schedule divides 0 to T into so many intervals
# The figure of one reverse step: the data are a mixture of Gaussians with these means and this standard deviation. The curves go from
# -REACH to REACH in PLACES intervals.
MEANS, DEVIATION, REACH, PLACES = (-1.0, 1.0), 0.05, 2.5, 140
STEP = {"t": 500, "step": 250, "x": 0.1}  # the opening values of the sliders of that figure


def timesteps(network: Denoises, others: Iterable[int]) -> list[int]:
    """Evenly spaced timesteps from 0 to T, together with `others`, in increasing order."""
    return sorted({round(network.timesteps * i / PARTS) for i in range(PARTS + 1)} | set(others))


def counts(image: Tensor) -> list[float]:
    """The histogram of a picture's values, in percent; values outside its range count in the outermost bins."""
    bins = torch.histc(image.float().clamp(-SPREAD + 1e-4, SPREAD - 1e-4), BINS, -SPREAD, SPREAD)
    return [round(share, 2) for share in (100 * bins / image.numel()).tolist()]


def schedule(network: Denoises, visited: Sequence[int]) -> dict[str, Any]:
    """The value of the Chart widget: the noise schedule, with the timesteps that a run visited."""
    points, texts = [], []
    for t in timesteps(network, visited):
        level = network.alpha_bar[t].item()
        points.append([t, round(level, 4)])
        texts.append(f"t = {t}: {level:.1%} of the variance is the picture's")
    return {
        "panels": [{
            "title": "The noise schedule", "series": [{"name": "ᾱ", "points": points, "texts": texts}],
            "x": {"label": "timestep t", "range": [0, network.timesteps]}, "y": {"label": "ᾱ, the picture's share of the variance"},
            "marks": list(visited), "description": f"falls from {points[0][1]:.2f} to {points[-1][1]:.4f}",
        }],
    }  # fmt: skip


def histogram(shares: list[float]) -> dict[str, Any]:
    """The value of the Histogram widget."""
    return {"low": -SPREAD, "high": SPREAD, "counts": shares, "title": "values of x, and the normal density of pure noise"}


def look(network: Denoises, request: Any) -> dict[str, Any] | None:
    """The value of the ReverseStep widget for {"t", "step", "x"}; None if they are invalid."""
    try:
        t = whole("t", request["t"], 2, network.timesteps)
        step, x = whole("step", min(request["step"], t), 1, t), number("x", request["x"], -REACH, REACH)
    except (FieldError, KeyError, TypeError):
        return None
    alpha_bar, next_alpha_bar = network.alpha_bar[t].item(), network.alpha_bar[t - step].item()
    positions = torch.linspace(-REACH, REACH, PLACES + 1, dtype=torch.float64)
    exact, gaussian, *_ = reverse_step(MEANS, DEVIATION, x, alpha_bar, next_alpha_bar, positions)
    fine_positions = torch.linspace(-4, 4, 4001, dtype=torch.float64)
    exact_density, gaussian_density, *_ = reverse_step(MEANS, DEVIATION, x, alpha_bar, next_alpha_bar, fine_positions)
    distance = torch.trapezoid((exact_density - gaussian_density).abs(), fine_positions).item() / 2
    return {
        "t": t, "step": step, "x": x, "most": network.timesteps, "low": -REACH, "high": REACH,
        "exact": [round(density, 4) for density in exact.tolist()], "gaussian": [round(density, 4) for density in gaussian.tolist()],
        "sentence": lessons.gaussian(t, step, distance),
    }  # fmt: skip
