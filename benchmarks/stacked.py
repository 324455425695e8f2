"""Counts how many of the 1,000 kinds of stacked digits a GAN draws: three digits as red, green and blue, each read by judge-mnist.

    python -m train lab-stacked --arm packed --variant packed-0
    python -m benchmarks.stacked runs/lab-stacked-*

It draws 26,000 pictures with the best weights of each run (Metz et al. 2017, section 3.3.1), and takes as many triples of real digits of
the test split for comparison. A triple is sure if the judge gives more than 0.7 to each of its digits. Figures of the literature depend on
the size of the discriminator, so that ours compare with each other only.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import torch
import typer
from torch import Tensor

from explorer.models import ClassJudge
from explorer.zoo import Zoo
from train import data, metrics
from train.metrics import collapse
from train.metrics.seeds import SCORING_SEED
from train.parts.lab_networks import LabGAN
from train.recipes.lab import stacked

COUNT, SURE = 26_000, 0.7
HEADER = """| pictures | kinds, all | KL, all | share sure | kinds, sure | KL, sure |
|---|---|---|---|---|---|"""


@torch.no_grad()
def read(judge: ClassJudge, pictures: Iterable[Tensor]) -> tuple[Tensor, Tensor]:
    """The kind of each stacked picture, 0 to 999, and whether the judge is sure of all three digits; (count,) each."""
    kinds, sure = [], []
    for batch in pictures:
        chances = torch.stack([judge.judge(channel)["class"].softmax(1) for channel in batch.split(1, 1)], 1)
        best = chances.max(2)
        kinds.append((best.indices * torch.tensor([1, 10, 100])).sum(1))
        sure.append((best.values > SURE).all(1))
    return torch.cat(kinds), torch.cat(sure)


def row(name: str, kinds: Tensor, sure: Tensor) -> str:
    """A line of the table."""
    found, divergence = collapse.modes(kinds, 1000)
    certain, of_certain = collapse.modes(kinds[sure], 1000)
    return f"| {name} | {found:,} | {divergence:.3f} | {sure.float().mean():.2f} | {certain:,} | {of_certain:.3f} |"


def main(
    runs: Annotated[list[Path] | None, typer.Argument(help="Folders of runs of lab-stacked.")] = None,
    count: Annotated[int, typer.Option(help="Pictures of each run.")] = COUNT,
) -> None:
    """Print the table."""
    judge = Zoo().load("judge-mnist")
    test = data.load("mnist", "test", 28, channels=1)
    digits = test.fetch(torch.arange(len(test)))
    triples = torch.cat([stacked(digits, seed) for seed in range(-(-count // len(digits)))])[:count]
    typer.echo(f"{HEADER}\n{row('real triples, test split', *read(judge, metrics.batches(triples)))}")
    for folder in runs or sorted(Path("runs").glob("lab-stacked-*")):
        model = LabGAN.from_pretrained(folder / "best").eval()
        typer.echo(row(folder.name, *read(judge, metrics.drawn(model, count, SCORING_SEED))))


if __name__ == "__main__":
    typer.run(main)
