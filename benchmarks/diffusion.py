"""Compares the speed of our diffusion sampling with that of the package diffusers, and plots accuracy against time per picture.

    python -m benchmarks.diffusion                  runs both parts for ddpm-mnist and writes docs/diffusion-benchmark.svg
    python -m benchmarks.diffusion --skip-curve     runs only part (a)

Part (a) compares our network and DPM-Solver++ with `diffusers.UNet2DModel` and `diffusers.DPMSolverMultistepScheduler`. Both run
alternately in one process, with the same weights, labels, noise, number of network evaluations, threads and batch size, in float32. It
prints the median times and the largest difference between the pictures.

Part (b) plots the share of digits that the judge classifies as the requested class against the milliseconds per picture, for each of our
samplers and several numbers of steps. For comparison, it measures diffusers' network in the 1000-step DDPM loop of diffusers. All runs use
batches of 20 and no guidance. This accuracy does not measure diversity; for that, see recall in the model card.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Annotated

import torch
import typer
from torch import Tensor
from torch.nn import functional as F

from explorer import diffusion
from explorer.judges import judge_of
from explorer.models import DDPM
from explorer.zoo import Zoo
from train import hardware

FIGURE = Path(__file__).resolve().parent.parent / "docs" / "diffusion-benchmark.svg"
SEED, BATCH = 50_000, 20


class Theirs:
    """The network of diffusers with our weights, and the schedulers of diffusers."""

    def __init__(self, model: DDPM):
        from diffusers import UNet2DModel

        self.model = model
        self.network = UNet2DModel(**model._hub_mixin_config["unet"]).eval().requires_grad_(False)
        self.network.load_state_dict(model.unet.state_dict(), strict=True)
        self.common = {
            "num_train_timesteps": model.timesteps, "timestep_spacing": "trailing", "beta_start": 1e-4, "beta_end": 0.02,
            "beta_schedule": {"cosine": "squaredcos_cap_v2", "linear": "linear"}[model.schedule],
            "prediction_type": {"v": "v_prediction", "epsilon": "epsilon"}[model.prediction],
        }  # fmt: skip

    @torch.no_grad()
    def run(self, scheduler, x: Tensor, labels: Tensor, steps: int) -> Tensor:
        """The sampling loop of diffusers' documentation, with our model's patches: pixel unshuffle before the network, shuffle after it."""
        scheduler.set_timesteps(steps)
        for t in scheduler.timesteps:
            output = self.network(F.pixel_unshuffle(x, self.model.patch), t, class_labels=labels).sample
            x = scheduler.step(F.pixel_shuffle(output, self.model.patch), t, x).prev_sample
        return x

    def solve(self, x: Tensor, labels: Tensor, steps: int) -> Tensor:
        """Sample with diffusers' DPM-Solver++ of second order."""
        from diffusers import DPMSolverMultistepScheduler

        return self.run(DPMSolverMultistepScheduler(**self.common, final_sigmas_type="zero"), x, labels, steps)

    def ancestral(self, x: Tensor, labels: Tensor, steps: int) -> Tensor:
        """Sample with diffusers' DDPM scheduler."""
        from diffusers import DDPMScheduler

        torch.manual_seed(SEED)
        return self.run(DDPMScheduler(**self.common, clip_sample=True), x, labels, steps)


def noise(model: DDPM, count: int, seed: int) -> Tensor:
    """The noise x_T from which `explorer.diffusion` starts with this seed."""
    shape = (model.channels, model.image_size, model.image_size)
    return torch.stack([torch.randn(shape, generator=torch.Generator().manual_seed(seed + i)) for i in range(count)])


def by_turns(first: Callable[[], Tensor], second: Callable[[], Tensor], rounds: int) -> tuple[list[float], list[float], Tensor, Tensor]:
    """Call two functions alternately, after one warm-up call of each. Returns the times of all calls in seconds, and the last results."""
    times: tuple[list[float], list[float]] = ([], [])
    results = [first(), second()]
    for _ in range(rounds):
        for i, function in enumerate((first, second)):
            start_time = time.perf_counter()
            results[i] = function()
            times[i].append(time.perf_counter() - start_time)
    return *times, *results


def compare(model: DDPM, theirs: Theirs, steps: int, batches: list[int], threads: list[int], rounds: int) -> None:
    """Run part (a) and print a table."""
    print(f"(a) DPM-Solver++, {steps} steps, no guidance: {steps} network evaluations, float32, medians of {rounds} alternating calls")
    print("| threads | batch | diffusers | ours | speed-up | largest difference of a pixel value, of 255 |\n|---|---|---|---|---|---|")
    for count in threads:
        torch.set_num_threads(count)
        for batch in batches:
            labels = torch.arange(batch) % len(model.classes)
            one_hot, x = F.one_hot(labels, len(model.classes)).float(), noise(model, batch, SEED)
            slow, fast, their_pictures, our_pictures = by_turns(
                lambda x=x, labels=labels: theirs.solve(x, labels, steps),
                lambda one_hot=one_hot: diffusion.sample(model, one_hot, seed=SEED, steps=steps, clip=False),
                rounds,
            )
            difference = (their_pictures - our_pictures).abs().max().item() * 127.5
            ratio = median(a / b for a, b in zip(slow, fast, strict=True))
            print(
                f"| {count} | {batch} | {1000 * median(slow):.0f} ms | {1000 * median(fast):.0f} ms | {ratio:.2f} | {difference:.2f} |",
                flush=True,
            )


def curve(model: DDPM, theirs: Theirs, judge, steps: list[int], count: int, far: int) -> list[tuple[str, int, float, float, int]]:
    """Run part (b) and print a table. Returns its rows: sampler, steps, milliseconds per picture, accuracy, number of pictures."""

    def score(sampler_name: str, number: int, total: int, draw: Callable[[int, Tensor], Tensor]) -> tuple[str, int, float, float, int]:
        labels = torch.arange(total) % len(model.classes)
        correct, seconds = 0, 0.0
        for start in range(0, total, BATCH):
            part = labels[start : start + BATCH]
            start_time = time.perf_counter()
            drawn = draw(SEED + start, part)
            seconds += time.perf_counter() - start_time
            correct += int((judge.judge(drawn)["class"].argmax(1) == part).sum())
        row = (sampler_name, number, 1000 * seconds / total, correct / total, total)
        print(f"| {sampler_name} | {number} | {row[2]:.1f} | {row[3]:.1%} | {total} |", flush=True)
        return row

    def ours(sampler: str, number: int) -> Callable[[int, Tensor], Tensor]:
        def draw(seed: int, labels: Tensor) -> Tensor:
            return diffusion.sample(model, F.one_hot(labels, len(model.classes)).float(), seed=seed, sampler=sampler, steps=number)

        return draw

    print(f"(b) batches of {BATCH}, no guidance, seeds from {SEED}, {torch.get_num_threads()} threads")
    print("| sampler | steps | milliseconds per picture | classified as requested | n |\n|---|---|---|---|---|")
    rows = [score(sampler, number, count, ours(sampler, number)) for sampler in diffusion.SAMPLERS for number in steps]
    rows.append(
        score("diffusers, DDPM", model.timesteps, far,
              lambda seed, labels: theirs.ancestral(noise(model, len(labels), seed), labels, model.timesteps))
    )  # fmt: skip
    return rows


def likely(share: float, count: int, deviations: float = 1.96) -> tuple[float, float]:
    """The 95 % confidence interval of a share that was measured on `count` pictures (Wilson 1927)."""
    spread = deviations**2 / count
    middle = (share + spread / 2) / (1 + spread)
    reach = deviations / (1 + spread) * (share * (1 - share) / count + spread / (4 * count)) ** 0.5
    return max(0.0, middle - reach), min(1.0, middle + reach)


def draw_figure(rows: list[tuple[str, int, float, float, int]], path: Path, title: str) -> None:
    """Plot the rows of part (b) as an SVG."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    plt.rcParams.update({"svg.fonttype": "none", "font.size": 11, "svg.hashsalt": "diffusion"})
    figure, axes = plt.subplots(figsize=(8, 4.6))
    for sampler, style in zip(dict.fromkeys(row[0] for row in rows), ("o-", "s-", "^-", "*"), strict=False):
        points = [row for row in rows if row[0] == sampler]
        low, high = zip(*(likely(row[3], row[4]) for row in points), strict=True)
        bars = [
            [100 * (row[3] - a) for row, a in zip(points, low, strict=True)],
            [100 * (b - row[3]) for row, b in zip(points, high, strict=True)],
        ]
        axes.errorbar(
            [row[2] for row in points], [100 * row[3] for row in points], bars, fmt=style, label=sampler, elinewidth=0.7, capsize=2,
            markersize=6 if style != "*" else 13,
        )  # fmt: skip
        for _, number, milliseconds, share, _ in points:
            axes.annotate(str(number), (milliseconds, 100 * share), textcoords="offset points", xytext=(5, -13), fontsize=9)
    axes.set_xscale("log")
    axes.set_xlabel("milliseconds per picture (the number at a point is that of its steps)")
    axes.set_ylabel("classified as requested, % (bars: 95 % confidence)")
    axes.set_title(title, fontsize=11, loc="left")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main(
    name: Annotated[str, typer.Argument(help="A diffusion checkpoint.")] = "ddpm-mnist",
    steps: Annotated[int, typer.Option(help="Steps in part (a).")] = 25,
    batches: Annotated[str, typer.Option(help="Batch sizes in part (a), comma-separated.")] = "1,2,16",
    threads: Annotated[str, typer.Option(help="Threads in part (a), comma-separated; part (b) uses the last number.")] = "1,2",
    rounds: Annotated[int, typer.Option(help="Measured calls of each implementation in part (a).")] = 9,
    curve_steps: Annotated[str, typer.Option(help="Steps of our samplers in part (b), comma-separated.")] = "2,4,6,10,25,50,100",
    count: Annotated[int, typer.Option(help="Pictures per row in part (b).")] = 200,
    far: Annotated[int, typer.Option(help="Pictures that are generated with diffusers' 1000-step loop.")] = 40,
    skip_curve: bool = False,
) -> None:
    """Run both parts for one checkpoint."""
    zoo = Zoo()
    model, numbers = zoo.load(name), lambda text: [int(part) for part in text.split(",")]
    theirs = Theirs(model)
    print(f"{name}, {sum(p.numel() for p in model.unet.parameters()):,} parameters; {hardware.described()}")
    compare(model, theirs, steps, numbers(batches), numbers(threads), rounds)
    if not skip_curve:
        rows = curve(model, theirs, zoo.load(judge_of(zoo.checkpoints[name])), numbers(curve_steps), count, far)
        draw_figure(rows, FIGURE, f"{name}: {count} pictures per point ({far} for diffusers' loop); threads: {torch.get_num_threads()}")


if __name__ == "__main__":
    typer.run(main)
