"""Stages I side by side: the network that ships, the paper's, and what was tried."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from explorer.models import Illustrates, PictureJudge, Understands
from explorer.zoo import Zoo
from train import data, metrics
from train.data.birds import records as bird_records
from train.metrics.drawn_birds import SEEDS, asked, drawn, read
from train.metrics.forced_choice import SIX
from train.metrics.seeds import CONTROL_SEED, SCORING_SEED

from . import compared, stages

SKETCH = 64  # pixels of a Stage I
LINE = "| {who} | {images:,} | {minutes:.0f} | {thousandfold:.1f} | {fd:.2f} | {precision:.2f} | {recall:.2f} | {accuracy:.0%} |"


def first_run(folder: Path) -> dict[str, float]:
    """The last row of the log of a checkpoint's Stage I."""
    return stages.runs(folder)[0]["history"][-1]


def section(model: Illustrates, name: str, folder: Path, encoder: Understands, judge: PictureJudge, runs: Path | None) -> list[str]:
    """Stage I of this model beside other Stages I: markdown, nothing where there is no other.

    Args:
        model, name: whose card it is.
        folder: of the card.
        encoder, judge: as for `distances`.
        runs: where the runs are.
    """
    zoo, network = Zoo(), judge.embed
    order, said = asked(bird_records.describe("test"))
    photos = data.load("birds", "test", SKETCH)
    real = metrics.embed(network, (photos.batch(part)["images"] for part in order[: len(said)].split(100)))

    def figures(other: Illustrates, seen: dict[str, float]) -> compared.Figures:
        scores = metrics.score(real, metrics.embed(network, drawn(other, encoder, said, SCORING_SEED, stages=1)[0].split(100)))
        right = []
        for colour in SIX:
            pictures = drawn(other, encoder, [f"a {colour} bird"] * SEEDS, CONTROL_SEED, stages=1)[0]
            right.append(read(judge, pictures, "primary", colour, SIX))
        return {
            "images": seen["images"], "minutes": seen["seconds"] / 60, "kid": scores.kid, "fd": scores.fd, "precision": scores.precision,
            "recall": scores.recall, "accuracy": sum(right) / len(right),
        }  # fmt: skip

    def measure() -> Iterator[tuple[str, compared.Figures]]:
        ready = ((other, one, first_run(zoo.checkpoints[other].folder)) for other, one in compared.shipped(zoo, Illustrates, name))
        tried = (found for found in compared.trained(zoo, Illustrates, folder, runs, "stackgan-*") if len(found[1].sizes) == 1)
        for other, one, seen in chain(ready, tried):
            if one.text_size == encoder.text_size:
                yield other if other in zoo.checkpoints else f"run {other}", figures(one, seen)

    rows = compared.remembered(folder, measure)
    if not rows:
        return []
    rows = {f"**{name}**": figures(model, first_run(folder)), **rows}
    return [
        "## Beside other networks",
        "",
        f"Stage I alone, {SKETCH} pixels, measured as above (n = {len(said)}, unseen species, judge-birds's features; the asked colour of "
        f"six plain sentences, {SEEDS} pictures each). Minutes are of one core, on the machines that the cards name.",
        "",
        "| network | pictures seen | minutes | KID x 1000 | Fréchet distance | precision | recall | asked colour |",
        "|---|---|---|---|---|---|---|---|",
        *(LINE.format(who=who, thousandfold=1000 * row["kid"], **row) for who, row in rows.items()),
        "",
    ]
