"""Compares the speed of our training loop with that of PyTorch's DCGAN example, in pictures per second.

    python -m benchmarks.training

Both loops train the same networks (`explorer.models.DCGAN`) with the same losses, optimisers, batch size and threads on the same photos
(carrot-cake). They run alternately, each time in a new process.

The loop of the example is rewritten from its description. It uses float32, a DataLoader whose workers decode, resize, crop and normalise a
photo every time it is fetched, and separate passes of the discriminator on real and on generated pictures. Our loop is `train.loop`. It
decodes the pictures once and keeps them in memory as uint8, and its networks are in channels_last format. The time of our loop includes the
moving average of the weights and the history, which the example does not have.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import torch
import typer
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from explorer.memory import keep_freed_memory
from explorer.models import DCGAN
from train import hardware
from train.data import sources
from train.loop import Schedule, train
from train.recipes import discover

SIZE, LATENT, WORKERS = 64, 100, 2


class Photos(Dataset):
    """The photos as in the example: each photo is decoded and transformed every time it is fetched."""

    def __init__(self):
        self.rows = sources.rows("carrot-cake", "train")
        self.transform = transforms.Compose([
            transforms.Resize(SIZE), transforms.CenterCrop(SIZE), transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.5,) * 3)
        ])  # fmt: skip

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int):
        return self.transform(self.rows[index]["image"].convert("RGB"))


def example(steps: int, batch_size: int, warm: int) -> float:
    """Train the DCGAN with the example's loop. Returns the number of pictures per second."""
    keep_freed_memory()
    model = DCGAN(latent_size=LATENT).train()
    generator, discriminator = model.generator, model.discriminator
    criterion = nn.BCEWithLogitsLoss()
    optimizers = [torch.optim.Adam(part.parameters(), lr=2e-4, betas=(0.5, 0.999)) for part in (discriminator, generator)]
    loader = DataLoader(Photos(), batch_size=batch_size, shuffle=True, num_workers=WORKERS, drop_last=True)
    done, start_time = 0, 0.0
    while True:
        for real in loader:
            if done == warm:
                start_time = time.perf_counter()
            if done == warm + steps:
                return steps * batch_size / (time.perf_counter() - start_time)
            discriminator.zero_grad()
            criterion(discriminator(real), torch.ones(batch_size)).backward()
            fake = generator(torch.randn(batch_size, LATENT))
            criterion(discriminator(fake.detach()), torch.zeros(batch_size)).backward()
            optimizers[0].step()
            generator.zero_grad()
            criterion(discriminator(fake), torch.ones(batch_size)).backward()
            optimizers[1].step()
            done += 1


def ours(steps: int, batch_size: int, warm: int, precision: str) -> float:
    """Train the plain DCGAN with our loop. Returns the number of pictures per second, from the history of the run."""
    keep_freed_memory()
    recipe = discover()["dcgan-carrot-cake"].build(discriminator="plain", augmentation="none", batch_size=batch_size)
    schedule = Schedule(steps=warm + steps + 1, log_every=1, evaluate_every=10**9, save_seconds=1e9)
    schedule.moments = set  # do not draw the timeline
    recipe.evaluate = lambda model: {recipe.metric: 0.0}
    with TemporaryDirectory() as folder:
        train(recipe, Path(folder), schedule, precision=precision, progress_bar=False)
        rows = [json.loads(line) for line in (Path(folder) / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    seconds = {row["step"]: row["seconds"] for row in rows if row["step"]}
    return steps * batch_size / (seconds[warm + steps] - seconds[warm])


def main(
    steps: Annotated[int, typer.Option(help="Measured steps of each run.")] = 12,
    warm: Annotated[int, typer.Option(help="Steps before the measured steps.")] = 5,
    turns: Annotated[int, typer.Option(help="Runs of each loop.")] = 2,
    batch_size: Annotated[int, typer.Option(help="Pictures per step.")] = 64,
) -> None:
    """Measure both loops and print a table."""
    loops = {
        "PyTorch's example, float32": (example, steps, batch_size, warm),
        "ours, float32": (ours, steps, batch_size, warm, "no"),
        "ours, bf16": (ours, steps, batch_size, warm, "bf16"),
    }
    speeds: dict[str, list[float]] = {name: [] for name in loops}
    for turn in range(turns):
        for name, loop in loops.items():
            typer.echo(f"turn {turn + 1} of {turns}: {name}", err=True)
            with ProcessPoolExecutor(1, get_context("spawn")) as alone:
                speeds[name].append(alone.submit(*loop).result())
    theirs = median(speeds["PyTorch's example, float32"])
    typer.echo(f"{hardware.described()}; {torch.__version__}; batch size {batch_size}; median of {turns} runs of {steps} steps\n")
    typer.echo("| loop | pictures per second (lowest to highest) | speed relative to the example |\n|---|---|---|")
    for name, values in speeds.items():
        typer.echo(f"| {name} | {median(values):.1f} ({min(values):.1f} to {max(values):.1f}) | {median(values) / theirs:.2f} |")


if __name__ == "__main__":
    typer.run(main)
