"""The sections for the cards of the birds' text encoder and of their judge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch.nn import functional as F

from explorer.card import Measure
from explorer.models import PictureJudge, Understands
from explorer.training_log import read_history
from explorer.zoo import Checkpoint
from train import data
from train.data.birds import records as bird_records
from train.metrics.forced_choice import SIX, chosen, only_colour, shares
from train.metrics.retrieval import POOL

from . import compared
from .card import Card

ASKED = {
    "template": "template sentences, pictures of 50 unseen species",
    "human": "human sentences, pictures of the 5 unseen species that have any",
    "gist": "GIST's sentences without the species' name, pictures of the unseen species that have any",
    "held_out": "template sentences, held-out pictures of the training species (their mean reciprocal rank chose the moment)",
}


def _cells(row: compared.Figures) -> list[str]:
    """Rank 1 for every kind of sentence, and the mean reciprocal rank that chose the checkpoint."""
    return [*(f"{row[f'rank1_{name}']:.1%}" if f"rank1_{name}" in row else "" for name in ASKED), f"{1 - row['error']:.3f}"]


def baselines(name: str, checkpoint: Checkpoint, runs: Path | None) -> list[str]:
    """Other encoders with the same training, from the logs of their runs: markdown, [] if there are none."""

    def measure() -> Iterator[tuple[str, compared.Figures]]:
        for run in sorted(runs.glob(f"{name}-*")) if runs else []:
            rows = [row for row in read_history(run / "history.jsonl") if "error" in row]
            if rows and run != checkpoint.folder.parent:
                chosen = min(rows, key=lambda row: row["error"])
                keys = ("error", *(f"rank1_{kind}" for kind in ASKED))
                yield run.name.removeprefix(f"{name}-"), {key: chosen[key] for key in keys if key in chosen}

    rows = compared.remembered(checkpoint.folder, measure)
    if not rows:
        return []
    return [
        "Other encoders under the same training (pictures, sentences, losses, steps): the teacher, frozen, with two layers that are "
        "trained; the network of Reed et al. 2016 at half its width. A share of 1,000 sentences has a standard error of 1 point.",
        "",
        f"| encoder | {' | '.join(ASKED)} | mean reciprocal rank, held out |",
        "|---" * (len(ASKED) + 2) + "|",
        *(f"| {encoder} | {' | '.join(_cells(row))} |" for encoder, row in {f"**{name}**": checkpoint.chosen, **rows}.items()),
        "",
    ]


def tell(card: Card) -> None:
    """Add the section of a text encoder; a retrained checkpoint must have a smaller error."""
    card.add(*retrieval(card.name, card.checkpoint, card.model, card.runs))
    card.front["headline"] = card.checkpoint.chosen["error"]


def retrieval(name: str, checkpoint: Checkpoint, model: Understands, runs: Path | None) -> tuple[list[str], list[dict]]:
    """Rank-1 retrieval, the cosines of six colours, and other encoders under `runs`: markdown, and rows for `model-index`."""
    row = checkpoint.chosen
    lines = [
        "## Finding the picture of a sentence",
        "",
        f"How often a sentence's own picture is the nearest in a pool of about {POOL} (as many of each species), 10 pools; chance is 1 in "
        f"{POOL}. The picture's side of the comparison took part in training and does not ship; seed 0.",
        "",
        "| sentences and pictures | rank 1 |",
        "|---|---|",
        *(f"| {description} | {row[f'rank1_{kind}']:.1%} |" for kind, description in ASKED.items() if f"rank1_{kind}" in row),
        "",
        *baselines(name, checkpoint, runs),
        'Cosines of "a ... bird":',
        "",
        f"| | {' | '.join(SIX)} |",
        "|---" * (len(SIX) + 1) + "|",
    ]
    with torch.no_grad():
        vectors = F.normalize(model.understand([f"a {colour} bird" for colour in SIX]), dim=1)
    for colour, cosines in zip(SIX, (vectors @ vectors.T).tolist(), strict=True):
        lines.append(f"| {colour} | {' | '.join(f'{cosine:.2f}' for cosine in cosines)} |")
    results = [
        Measure("rank-1", round(row[f"rank1_{kind}"], 4), quantity=f"rank 1 of {POOL}, {description}").row
        for kind, description in ASKED.items()
        if f"rank1_{kind}" in row and kind != "held_out"
    ]
    return [*lines, ""], results


@torch.no_grad()
def confusion(judge: PictureJudge) -> list[str]:
    """The confusion matrix of the judge for six colours, on the unseen species: markdown, counts."""
    pictures, birds = data.load("birds", "test", judge.image_size), bird_records.describe("test")
    logits = torch.cat([judge.judge(batch["images"])["primary"] for batch in pictures.batches(250)])
    truth, predicted = only_colour(shares(birds, "primary"), SIX), chosen(logits, SIX)
    count = int((truth >= 0).sum())
    lines = [
        "## Which main colour is read for which was seen",
        "",
        f"Forced choice of six on {count:,} pictures of 50 unseen species, those on which the annotator named exactly one of the six.",
        "",
        f"| seen, read as | {' | '.join(SIX)} |",
        "|---" * (len(SIX) + 1) + "|",
    ]
    for number, colour in enumerate(SIX):
        counts = predicted[truth == number].bincount(minlength=len(SIX)).tolist()
        lines.append(f"| {colour} | {' | '.join(map(str, counts))} |")
    return [*lines, ""]
