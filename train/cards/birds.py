"""The sections of two kinds of cards: that of the text encoder for birds, and that of the judge of birds."""

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
    "human": "sentences written by people, pictures of the 5 unseen species that have such sentences",
    "gist": "sentences of the GIST captions without the name of the species, pictures of the unseen species that have such sentences",
    "held_out": "template sentences, held-out pictures of the training species (the mean reciprocal rank on them chose the checkpoint)",
}


def _cells(row: compared.Figures) -> list[str]:
    """The rank-1 accuracy for every kind of sentence, and the mean reciprocal rank by which the checkpoint was chosen."""
    return [*(f"{row[f'rank1_{name}']:.1%}" if f"rank1_{name}" in row else "" for name in ASKED), f"{1 - row['error']:.3f}"]


def baselines(name: str, checkpoint: Checkpoint, runs: Path | None) -> list[str]:
    """Markdown: a table of other encoders that were trained in the same way, from the logs of their runs; [] if there are none."""

    def measure() -> Iterator[tuple[str, compared.Figures]]:
        for run in sorted(runs.glob(f"{name}-*")) if runs else []:
            rows = [row for row in read_history(run / "history.jsonl") if "error" in row]
            if rows and run != checkpoint.folder.parent:
                best_row = min(rows, key=lambda row: row["error"])
                keys = ("error", *(f"rank1_{kind}" for kind in ASKED))
                yield run.name.removeprefix(f"{name}-"), {key: best_row[key] for key in keys if key in best_row}

    rows = compared.remembered(checkpoint.folder, measure)
    if not rows:
        return []
    return [
        "Other encoders were trained with the same pictures, sentences, losses and number of steps: minilm is the frozen teacher with two "
        "trained layers, and char-cnn-rnn is the network of Reed et al. 2016 at half its width. A share measured on 1,000 sentences has a "
        "standard error of about 1 percentage point.",
        "",
        f"| encoder | {' | '.join(ASKED)} | mean reciprocal rank, held out |",
        "|---" * (len(ASKED) + 2) + "|",
        *(f"| {encoder} | {' | '.join(_cells(row))} |" for encoder, row in {f"**{name}**": checkpoint.chosen, **rows}.items()),
        "",
    ]


def tell(card: Card) -> None:
    """Add the section of a text encoder. A retrained checkpoint replaces the shipped one only if its error is not larger."""
    card.add(*retrieval(card.name, card.checkpoint, card.model, card.runs))
    card.front["headline"] = card.checkpoint.chosen["error"]


def retrieval(name: str, checkpoint: Checkpoint, model: Understands, runs: Path | None) -> tuple[list[str], list[dict]]:
    """Rank-1 accuracies, cosine similarities of six colours, and other encoders under `runs`: markdown, and rows for `model-index`."""
    row = checkpoint.chosen
    lines = [
        "## Finding the picture that a sentence describes",
        "",
        f"Rank 1 is the share of sentences whose own picture is the nearest in a pool of about {POOL} pictures, which has equally many "
        f"pictures of each species. It is averaged over 10 pools (seed 0); by chance it would be 1 in {POOL}. The image encoder for this "
        "comparison was trained together with the text encoder and is not shipped.",
        "",
        "| sentences and pictures | rank 1 |",
        "|---|---|",
        *(f"| {description} | {row[f'rank1_{kind}']:.1%} |" for kind, description in ASKED.items() if f"rank1_{kind}" in row),
        "",
        *baselines(name, checkpoint, runs),
        'Cosine similarity between the embeddings of the sentences "a ... bird":',
        "",
        f"| | {' | '.join(SIX)} |",
        "|---" * (len(SIX) + 1) + "|",
    ]
    with torch.no_grad():
        vectors = F.normalize(model.understand([f"a {colour} bird" for colour in SIX]), dim=1)
    for colour, cosines in zip(SIX, (vectors @ vectors.T).tolist(), strict=True):
        lines.append(f"| {colour} | {' | '.join(f'{cosine:.2f}' for cosine in cosines)} |")
    results = [
        Measure("rank-1", round(row[f"rank1_{kind}"], 4), quantity=f"rank 1 in pools of {POOL}, {description}").row
        for kind, description in ASKED.items()
        if f"rank1_{kind}" in row and kind != "held_out"
    ]
    return [*lines, ""], results


@torch.no_grad()
def confusion(judge: PictureJudge) -> list[str]:
    """Markdown: the confusion matrix of the judge for six main colours, on pictures of the unseen species, as counts."""
    pictures, birds = data.load("birds", "test", judge.image_size), bird_records.describe("test")
    logits = torch.cat([judge.judge(batch["images"])["primary"] for batch in pictures.batches(250)])
    truth, predicted = only_colour(shares(birds, "primary"), SIX), chosen(logits, SIX)
    count = int((truth >= 0).sum())
    lines = [
        "## Confusion matrix of the main colour",
        "",
        f"The judge had to choose one of six main colours (forced choice) on {count:,} pictures of 50 unseen species: all those for which "
        "the annotator named exactly one of the six.",
        "",
        f"| annotated (row), predicted (column) | {' | '.join(SIX)} |",
        "|---" * (len(SIX) + 1) + "|",
    ]
    for number, colour in enumerate(SIX):
        counts = predicted[truth == number].bincount(minlength=len(SIX)).tolist()
        lines.append(f"| {colour} | {' | '.join(map(str, counts))} |")
    return [*lines, ""]
