"""The exact density of a reverse step agrees with sampling, and is Gaussian for small steps only."""

from __future__ import annotations

import math

import numpy as np
import torch

from explorer.reverse_step import reverse_step


def test_the_reverse_step_of_a_mixture_is_what_sampling_both_steps_finds():
    generator = np.random.default_rng(0)
    means, deviation, now, then, x = [-1.0, 1.0], 0.1, 0.3, 0.6, 0.25
    data = generator.choice(means, 4_000_000) + deviation * generator.standard_normal(4_000_000)
    before = math.sqrt(then) * data + math.sqrt(1 - then) * generator.standard_normal(len(data))
    after = math.sqrt(now / then) * before + math.sqrt(1 - now / then) * generator.standard_normal(len(data))
    kept = before[np.abs(after - x) < 0.01]
    places = torch.linspace(-3, 3, 61, dtype=torch.float64)
    exact, _, mean, variance = reverse_step(means, deviation, x, now, then, places)
    assert math.isclose(mean, kept.mean(), abs_tol=0.02) and math.isclose(variance, kept.var(), rel_tol=0.03)
    counted, edges = np.histogram(kept, bins=30, range=(-3, 3), density=True)
    centres = torch.tensor((edges[1:] + edges[:-1]) / 2)
    expected, *_ = reverse_step(means, deviation, x, now, then, centres)
    assert np.abs(counted - expected.numpy()).max() < 0.06
    assert math.isclose(torch.trapezoid(exact, places).item(), 1, rel_tol=1e-3)


def test_a_small_step_back_is_nearly_gaussian_and_a_large_one_has_two_peaks():
    places = torch.linspace(-3, 3, 601, dtype=torch.float64)

    def apart(then: float) -> float:
        exact, gaussian, *_ = reverse_step([-1.0, 1.0], 0.1, 0.1, 0.3, then, places)
        return torch.trapezoid((exact - gaussian).abs(), places).item() / 2

    found = [apart(then) for then in (0.31, 0.4, 0.6, 0.95)]
    assert found == sorted(found) and found[0] < 0.01 < 0.3 < found[-1]
