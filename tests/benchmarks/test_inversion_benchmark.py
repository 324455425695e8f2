"""The benchmark of latent fits compares what it says it compares."""

import itertools

import pytest
import torch

from benchmarks import inversion as benchmark
from explorer.latent import draw
from explorer.models import GAN32


def network(gain=1.0):
    torch.manual_seed(0)
    model = GAN32(latent_size=8, channels=(8, 8, 8, 8), discriminator_channels=(4, 4, 4)).eval().requires_grad_(False)
    for layer in model.generator.up:
        layer.weight.mul_(gain)
    return model


def test_the_report_takes_a_hundred_steps_of_sgd_from_its_seed():
    model = network(gain=3)
    target = model.generate(draw(1, 1, 8))[0]
    z, velocity = draw(7, 1, 8), torch.zeros(1, 8)
    for _ in range(100):
        z.requires_grad_()
        (gradient,) = torch.autograd.grad(((model.generate(z) - target) ** 2).sum(), z)
        velocity = 0.9 * velocity + gradient
        z = (z - 0.01 * velocity).detach()
    result = benchmark.report(model, target, 7)
    assert not result.diverged
    assert result.norm == pytest.approx(z.norm().item(), rel=1e-3)
    assert result.psnr == pytest.approx(benchmark.psnr(model.generate(z)[0], target), abs=0.01)


def test_a_report_that_diverges_counts_with_its_start(monkeypatch):
    model = network(gain=3)
    target = model.generate(draw(1, 1, 8))[0]
    plain, calls = model.generate, []

    def breaking(z):
        calls.append(1)
        return plain(z) * (torch.nan if len(calls) > 50 else 1.0)

    monkeypatch.setattr(model, "generate", breaking)
    result = benchmark.report(model, target, 7)
    assert result.diverged
    assert result.psnr == pytest.approx(benchmark.psnr(plain(draw(7, 1, 8))[0], target))


def test_ours_after_so_many_seconds_has_not_worked_longer(monkeypatch):
    ticks = itertools.count()
    monkeypatch.setattr(benchmark.time, "perf_counter", lambda: float(next(ticks)))
    model = network(gain=3)
    target = model.generate(draw(1, 1, 8))[0]
    whole = benchmark.ours(model, None, target)
    part = benchmark.ours(model, None, target, whole.seconds / 3)
    assert part.seconds <= whole.seconds / 3
    assert part.psnr <= whole.psnr


def test_the_gap_is_closed_by_halves_and_a_report_above_the_ceiling_leaves_none():
    assert benchmark.closed(ours=15.0, report=10.0, ceiling=20.0) == 0.5
    assert benchmark.closed(ours=22.0, report=10.0, ceiling=20.0) == 1.2
    assert benchmark.closed(ours=20.5, report=21.0, ceiling=20.0) == 0.0
    assert benchmark.closed(ours=21.0, report=21.0, ceiling=20.0) == 1.0


def test_a_ceiling_is_computed_once_for_each_photo(tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark, "CEILINGS", tmp_path / "ceilings.json")
    calls = []

    def compute():
        calls.append(1)
        return benchmark.Result(12.0 + len(calls), 3.0, 8.0)

    found = [benchmark.cached_result(key, photo, compute).psnr for key, photo in [("a", 0), ("a", 1), ("a", 0), ("b", 0), ("a", 1)]]
    assert found == [13.0, 14.0, 13.0, 15.0, 14.0]


@pytest.mark.parametrize("optimizer", ["adam", "quasi-newton"])
def test_a_ceiling_is_the_best_of_its_restarts(optimizer):
    model = network(gain=3)
    target = model.generate(draw(1, 1, 8))[0]
    few, many = (benchmark.ceiling(model, target, optimizer, restarts, 5, free=False) for restarts in (1, 8))
    assert many.psnr >= few.psnr
    assert benchmark.ceiling(model, target, optimizer, 4, 60, free=False).psnr > 30
