"""The section that compares Stage I with others: the shipped network, the paper's, and other runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from explorer.models import Illustrates, PictureJudge, Understands
from explorer.zoo import Zoo
from train import data, metrics
from train.data.birds import records as bird_records
from train.metrics.drawn_birds import SEEDS, drawn, drawn_as, scoring_sentences
from train.metrics.forced_choice import SIX
from train.metrics.seeds import CONTROL_SEED, SCORING_SEED

from . import compared, stages

SKETCH = 64  # pixels of a Stage I
LINE = "| {who} | {images:,} | {minutes:.0f} | {thousandfold:.1f} | {fd:.2f} | {precision:.2f} | {recall:.2f} | {accuracy:.0%} |"


def first_run(folder: Path) -> dict[str, float]:
    """The last row of the log of a checkpoint's Stage I."""
    return stages.runs(folder)[0]["history"][-1]


def section(model: Illustrates, name: str, folder: Path, encoder: Understands, judge: PictureJudge, runs: Path | None) -> list[str]:
    """Stage I of this model beside other Stages I: markdown, [] if there is no other.

    Args:
        model, name: whose card it is.
        folder: of the card.
        encoder, judge: as for `distances`.
        runs: the folder of runs.
    """
    zoo, network = Zoo(), judge.embed
    order, sentences = scoring_sentences(bird_records.describe("test"))
    photos = data.load("birds", "test", SKETCH)
    real = metrics.embed(network, (photos.batch(part)["images"] for part in order[: len(sentences)].split(100)))

    def figures(other_model: Illustrates, last_row: dict[str, float]) -> compared.Figures:
        scores = metrics.score(real, metrics.embed(network, drawn(other_model, encoder, sentences, SCORING_SEED, stages=1)[0].split(100)))
        accuracies = []
        for colour in SIX:
            pictures = drawn(other_model, encoder, [f"a {colour} bird"] * SEEDS, CONTROL_SEED, stages=1)[0]
            accuracies.append(drawn_as(judge, pictures, "primary", colour, SIX))
        return {
            "images": last_row["images"], "minutes": last_row["seconds"] / 60, "kid": scores.kid, "fd": scores.fd,
            "precision": scores.precision,
            "recall": scores.recall, "accuracy": sum(accuracies) / len(accuracies),
        }  # fmt: skip

    def measure() -> Iterator[tuple[str, compared.Figures]]:
        shipped = ((*entry, first_run(zoo.checkpoints[entry[0]].folder)) for entry in compared.shipped(zoo, Illustrates, name))
        trained = (entry for entry in compared.trained(zoo, Illustrates, folder, runs, "stackgan-*") if len(entry[1].sizes) == 1)
        for other_name, other_model, last_row in chain(shipped, trained):
            if other_model.text_size == encoder.text_size:
                yield other_name if other_name in zoo.checkpoints else f"run {other_name}", figures(other_model, last_row)

    rows = compared.remembered(folder, measure)
    if not rows:
        return []
    rows = {f"**{name}**": figures(model, first_run(folder)), **rows}
    return [
        "## Beside other networks",
        "",
        f"Stage I alone, {SKETCH} pixels, measured as above (n = {len(sentences)}, unseen species, judge-birds's features; the asked "
        f"colour of six plain sentences, {SEEDS} pictures each). Minutes are of one core, on the machines that the cards name.",
        "",
        "| network | pictures seen | minutes | KID x 1000 | Fréchet distance | precision | recall | asked colour |",
        "|---|---|---|---|---|---|---|---|",
        *(LINE.format(who=row_name, thousandfold=1000 * row["kid"], **row) for row_name, row in rows.items()),
        "",
    ]
