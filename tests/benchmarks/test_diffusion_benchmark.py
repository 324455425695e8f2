"""The benchmark of diffusion compares the same pictures, by turns, and draws what it measured."""

from __future__ import annotations

import torch
from tiny import tiny_ddpm, tiny_judge
from torch.nn import functional as F

from benchmarks import diffusion as benchmark
from explorer import diffusion


def test_both_start_from_the_same_noise_and_end_with_the_same_picture():
    model, labels = tiny_ddpm(), torch.arange(3)
    told, x = F.one_hot(labels, 4).float(), benchmark.noise(model, 3, 7)
    first, *_ = diffusion.denoise(model, told, seed=7, steps=6)
    assert torch.equal(first.x, x)
    theirs = benchmark.Theirs(model)
    ours = diffusion.sample(model, told, seed=7, steps=6, clip=False)
    scale = ours.abs().max()
    torch.testing.assert_close(theirs.solve(x, labels, 6) / scale, ours / scale, atol=1e-3, rtol=0)
    again = [theirs.ancestral(x, labels, 4) for _ in range(2)]
    assert torch.equal(*again) and again[0].abs().max() <= 1.5


def test_two_calls_are_timed_by_turns_and_the_first_is_not_counted():
    order = []
    found = benchmark.by_turns(lambda: order.append("a") or torch.zeros(1), lambda: order.append("b") or torch.ones(1), 3)
    assert order == list("ab" * 4) and len(found[0]) == len(found[1]) == 3
    assert found[2].item() == 0 and found[3].item() == 1


def test_the_curve_has_a_point_for_each_sampler_and_number_of_steps_and_becomes_a_figure(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(benchmark, "BATCH", 4)
    model, judge = tiny_ddpm(), tiny_judge()
    model.timesteps = 3
    rows = benchmark.curve(model, benchmark.Theirs(model), judge, [1, 2], 8, 4)
    assert [(who, steps) for who, steps, *_ in rows] == [
        *((sampler, steps) for sampler in diffusion.SAMPLERS for steps in (1, 2)), ("diffusers, DDPM", 3),
    ]  # fmt: skip
    labels = F.one_hot(torch.arange(8) % 4, 4).float()
    drawn = torch.cat([
        diffusion.sample(model, labels[i : i + 4], seed=benchmark.SEED + i, sampler="ddim", steps=2) for i in (0, 4)
    ])  # fmt: skip
    right = (judge.judge(drawn)["class"].argmax(1) == torch.arange(8) % 4).float().mean().item()
    assert next(row[3] for row in rows if row[:2] == ("ddim", 2)) == right
    benchmark.draw_figure(rows, tmp_path / "figure.svg", "a title")
    text = (tmp_path / "figure.svg").read_text()
    assert "a title" in text and "dpm-solver++" in text and "milliseconds" in text


def test_the_bars_are_wilsons_intervals():
    low, high = benchmark.likely(0.5, 100)
    assert abs(low - 0.4038) < 1e-3 and abs(high - 0.5962) < 1e-3
    low, high = benchmark.likely(1.0, 40)
    assert abs(low - 0.9124) < 1e-3 and high == 1.0
