"""The section that compares Stage I of a model with Stage I of others: of the shipped checkpoints, and of other runs."""

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

SKETCH = 64  # the side of a picture of Stage I, in pixels
LINE = "| {who} | {images:,} | {minutes:.0f} | {thousandfold:.1f} | {fd:.2f} | {precision:.2f} | {recall:.2f} | {accuracy:.0%} |"


def first_run(folder: Path) -> dict[str, float]:
    """The last row of the log of a checkpoint's Stage I."""
    return stages.runs(folder)[0]["history"][-1]


def section(model: Illustrates, name: str, folder: Path, encoder: Understands, judge: PictureJudge, runs: Path | None) -> list[str]:
    """Markdown: a table of Stage I of this model and of other models; [] if there is no other model.

    Args:
        model, name: the model of the card, and its name.
        folder: the folder of the card.
        encoder, judge: the text encoder, and the judge of birds.
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
        "## Comparison with other Stage I networks",
        "",
        f"Only Stage I ({SKETCH} pixels) is measured here, in the same way as above: n = {len(sentences)} pictures are compared with "
        "photos of unseen species in judge-birds's features. The last column is the share of pictures for which the judge predicts the "
        f"requested colour, over six plain sentences with {SEEDS} pictures each. The training times are for one core of the machine that "
        "each card names.",
        "",
        "| network | pictures seen | minutes | KID x 1000 | Fréchet distance | precision | recall | requested colour |",
        "|---|---|---|---|---|---|---|---|",
        *(LINE.format(who=row_name, thousandfold=1000 * row["kid"], **row) for row_name, row in rows.items()),
        "",
    ]
