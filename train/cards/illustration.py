"""The sections of a text-to-image model's card: whether the birds have the requested colours, how varied the pictures are, and how far they
are from photos.

Everything is measured with judge-birds, which was trained only on photos and takes no part in the training of the model. Its input is 64 x
64 pixels, so larger pictures are scaled down, and the detail that Stage II adds is not measured.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from explorer import images, neighbours
from explorer.card import Measure
from explorer.models import Illustrates, PictureJudge, Understands
from explorer.zoo import Zoo
from train import data, metrics
from train.data.birds import captions
from train.data.birds import records as bird_records
from train.metrics.drawn_birds import PARAPHRASES, SEEDS, drawn, drawn_as, paraphrases, scoring_sentences
from train.metrics.forced_choice import FOUR, SIX, expected, only_colour, shares
from train.metrics.seeds import CONTROL_SEED, COPYING_SEED, SCORING_SEED, SHEET_SEED, SPLIT_SEED

from . import sketches
from . import stages as by_stage
from .card import Card

NUMBERS = (100, 300, 700)  # numbers of pictures for which the Fréchet distance is measured, besides that of all pictures
ENCODER, JUDGE = "text-birds", "judge-birds"


def control(model: Illustrates, encoder: Understands, judge: PictureJudge) -> tuple[list[str], list[dict]]:
    """How often the judge predicts the requested colour: markdown, and rows for `model-index`."""

    def share(sentences: Sequence[str], part: str, colour: str, choices: tuple[str, ...]) -> float:
        pictures = drawn(model, encoder, [sentence for sentence in sentences for _ in range(SEEDS)], CONTROL_SEED)[-1]
        return drawn_as(judge, pictures, part, colour, choices)

    plain_shares = [share([f"a {colour} bird"], "primary", colour, SIX) for colour in SIX]
    rephrased = [share(paraphrases(colour), "primary", colour, SIX) for colour in SIX]
    lines = [
        "## Do the birds have the requested colour?",
        "",
        f"For each colour, {SEEDS} pictures are generated from the plain sentence, and {SEEDS} from each of {PARAPHRASES} paraphrases by "
        f"the caption generator of the training sentences (noise seed {CONTROL_SEED}). The judge has to choose one of six colours "
        "(forced choice). The table has the share of pictures for which it chooses the requested colour.",
        "",
        f"| | {' | '.join(SIX)} | mean |",
        "|---" * (len(SIX) + 2) + "|",
        *(
            f"| {name} | {' | '.join(f'{value:.0%}' for value in values)} | {sum(values) / len(values):.0%} |"
            for name, values in (('"a ... bird"', plain_shares), ("paraphrases", rephrased))
        ),
        "",
    ]
    results = [
        Measure("accuracy", round(sum(values) / len(values), 4), n=count, quantity=f"judge predicts the requested colour, {name}").row
        for name, values, count in (("plain sentence", plain_shares, SEEDS * 6), ("paraphrases", rephrased, SEEDS * PARAPHRASES * 6))
    ]
    for part in ("belly", "crown"):
        table, value = control_of_part(model, encoder, judge, part)
        lines += table
        quantity = f"judge predicts the requested {part} colour"
        results.append(Measure("accuracy", round(value, 4), n=SEEDS * len(FOUR), quantity=quantity).row)
    return lines, results


def control_of_part(model: Illustrates, encoder: Understands, judge: PictureJudge, part: str) -> tuple[list[str], float]:
    """How often the judge predicts the right colour of a part: in generated pictures the requested one, in photos the annotated one.
    Returns markdown, and the mean of the row "generated"."""
    photos = data.load("birds", "test", judge.image_size)
    truth = only_colour(shares(bird_records.describe("test"), part), FOUR)
    rows: dict[str, dict[str, float]] = {}
    asked_for, real = (
        {colour: drawn(model, encoder, [f"a bird with a {colour} {part}"] * SEEDS, CONTROL_SEED)[-1] for colour in FOUR},
        {colour: photos.batch((truth == number).nonzero().flatten())["images"] for number, colour in enumerate(FOUR)},
    )
    for suffix, expectation in (("", None), (", equal priors", expected(part))):
        for row_name, pictures in (("generated", asked_for), ("photos", real)):
            batches = {colour: batch for colour, batch in pictures.items() if len(batch)}
            rows[row_name + suffix] = {colour: drawn_as(judge, batch, part, colour, FOUR, expectation) for colour, batch in batches.items()}
    numbers = ", ".join(f"{len(batch)} {colour}" for colour, batch in real.items())
    lines = [
        f'{SEEDS} pictures are generated from each sentence "a bird with a ... {part}", and the judge has to choose one of four colours. '
        "For comparison, it gets those photos of the 50 unseen species for which the annotator named exactly one of the four colours "
        f"({numbers}). In the rows with equal priors, each of the judge's probabilities is divided by the frequency of that colour in the "
        "judge's training data, because some colours are more frequent there than others.",
        "",
        f"| {part} | {' | '.join(FOUR)} | mean |",
        "|---" * (len(FOUR) + 2) + "|",
    ]
    for row_name, shares_by_colour in rows.items():
        cells = " | ".join(f"{shares_by_colour[colour]:.0%}" if colour in shares_by_colour else "" for colour in FOUR)
        lines.append(f"| {row_name} | {cells} | {sum(shares_by_colour.values()) / max(len(shares_by_colour), 1):.0%} |")
    return [*lines, ""], sum(rows["generated"].values()) / len(FOUR)


def spread(features: Tensor) -> float:
    """The mean distance between two rows of the features, (count, size)."""
    return torch.pdist(features).mean().item()


def distances(model: Illustrates, encoder: Understands, judge: PictureJudge) -> tuple[list[str], list[dict], list[list[float]]]:
    """Distances from the photos of unseen species in the judge's features, and the diversity. Returns markdown, rows for `model-index`, and
    Fréchet distances for several numbers of pictures, each as [number, distance of this model, distance of other photos]."""
    photos = {size: data.load("birds", "test", size) for size in model.sizes}
    network, largest = judge.embed, model.sizes[-1]
    order, sentences = scoring_sentences(bird_records.describe("test"))
    n = len(sentences)
    real, others = (
        {size: metrics.embed(network, (pictures.batch(part)["images"] for part in rows.split(100))) for size, pictures in photos.items()}
        for rows in (order[:n], order[n : 2 * n])
    )
    stages = dict(zip(model.sizes, drawn(model, encoder, sentences, SCORING_SEED), strict=True))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SPLIT_SEED)
        untrained = type(model)(**model._hub_mixin_config).train().requires_grad_(False)
    untrained.normalise_with(torch.cat([encoder.understand(sentences[i : i + 100]) for i in range(0, n, 100)]))
    rows = [(f"{size} px", size, metrics.embed(network, stage.split(100))) for size, stage in stages.items()]
    if len(stages) > 1:
        enlarged = (F.interpolate(part, size=(largest, largest), mode="bilinear") for part in stages[model.sizes[0]].split(100))
        rows.insert(1, (f"{model.sizes[0]} px, enlarged to {largest}", largest, metrics.embed(network, enlarged)))
    rows.append(("untrained", largest, metrics.embed(network, drawn(untrained, encoder, sentences, SCORING_SEED)[-1].split(100))))
    rows += [(f"other half of the photos, {size} px (the floor)", size, cloud) for size, cloud in others.items()]
    lines = [
        "## Distance from photos",
        "",
        f"n = {n} generated pictures are compared with {n} photos of 50 unseen species (half of the test split, seed {SPLIT_SEED}), at the "
        f"same size. Each picture was generated from a sentence about one of these photos (noise seed {SCORING_SEED}). The features are "
        f"those of {JUDGE}, whose input is {judge.image_size} x {judge.image_size} pixels.",
        "",
        "| pictures | KID x 1000 | Fréchet distance | precision | recall |",
        "|---|---|---|---|---|",
    ]
    results: list[dict] = []
    features = {name: cloud for name, _, cloud in rows}
    for name, size, cloud in rows:
        scores = metrics.score(real[size], cloud)
        lines.append(
            f"| {name} | {1000 * scores.kid:.2f} ± {1000 * scores.kid_deviation:.2f} | {scores.fd:.2f} | {scores.precision:.2f} "
            f"| {scores.recall:.2f} |"
        )
        if name == f"{largest} px":
            results = [
                Measure(key, round(value, 5), n=n, split="unseen species", features=JUDGE, note=f"{largest} px").row
                for key, value in asdict(scores).items()
                if key in ("kid", "fd", "precision", "recall")
            ]
    by_number = []
    for number in (*(count for count in NUMBERS if count < n), n):
        clouds = (features[f"{largest} px"], others[largest])
        by_number.append([number, *(round(metrics.frechet_distance(real[largest][:number], cloud[:number]), 2) for cloud in clouds)])
    lines += [
        "",
        "With fewer pictures, the Fréchet distance of the same model is larger:",
        "",
        "| n | this checkpoint | other half of the photos |",
        "|---|---|---|",
        *(f"| {number} | {model_distance:.2f} | {photo_distance:.2f} |" for number, model_distance, photo_distance in by_number),
    ]
    sentence, row = diversity(model, encoder, judge, sentences[:20], photos[largest])
    return [*lines, "", sentence, ""], [*results, row], by_number


def diversity(
    model: Illustrates, encoder: Understands, judge: PictureJudge, sentences: list[str], photos: data.Pictures
) -> tuple[str, dict]:
    """The diversity: the mean distance between pictures of one caption in the judge's features, divided by that between photos of one
    species. Returns text for the card, and a row for `model-index`."""
    drawings = [drawn(model, encoder, [sentence] * SEEDS, CONTROL_SEED)[-1:] for sentence in sentences]
    caption_spreads = [spread(metrics.embed(judge.embed, pictures)) for pictures in drawings]
    species = photos.labels["label"]
    species_spreads = []
    for label in species.unique():
        rows = (species == label).nonzero().flatten()[:SEEDS]
        species_spreads.append(spread(metrics.embed(judge.embed, [photos.batch(rows)["images"]])))
    ratio = (sum(caption_spreads) / len(caption_spreads)) / (sum(species_spreads) / len(species_spreads))
    text = (
        f"The diversity is {ratio:.2f}. This is the mean distance between two pictures of one sentence ({len(sentences)} sentences, "
        f"{SEEDS} pictures each), divided by the mean distance between two photos of one unseen species ({len(species_spreads)} species, "
        f"up to {SEEDS} photos each)."
    )
    return text, Measure(
        "diversity", round(ratio, 3), quantity="spread of one sentence's pictures, divided by that of one species' photos"
    ).row


def copying(model: Illustrates, encoder: Understands, judge: PictureJudge, folder: Path, count: int = 500) -> list[str]:
    """The distances of generated pictures and, for comparison, of photos of unseen species from their nearest training photo. The pictures
    are generated from sentences about training photos. Returns markdown; [] if the features of the training photos are not stored.

    Args:
        model, encoder, judge: as for `distances`.
        folder: the folder of the judge, which has the judge's features of the training photos.
        count: the number of generated pictures, and of photos of unseen species.
    """
    training = neighbours.load(folder, "birds")
    if training is None:
        return []
    draw, birds, photos = random.Random(COPYING_SEED), bird_records.describe("train"), data.load("birds", "test", judge.image_size)
    sentences = [captions.describe(draw.choice(birds), draw) for _ in range(count)]
    indices = torch.randperm(len(photos), generator=torch.Generator().manual_seed(COPYING_SEED))[:count]
    rows = []
    for name, pictures in (
        ("generated from sentences about training photos", drawn(model, encoder, sentences, COPYING_SEED)[-1]),
        ("photos of unseen species", photos.batch(indices)["images"]),
    ):
        nearest = torch.cat([training.distances(judge, part).amin(1) for part in pictures.split(50)])
        rows.append(f"| {name} | {nearest.median():.2f} | {nearest.min():.2f} | {(nearest < training.copy_distance).float().mean():.1%} |")
    return [
        "## Does the model copy training photos?",
        "",
        f"For {count} pictures of each kind (seed {COPYING_SEED}), the table has the distance to the nearest of {len(training.rows):,} "
        f"training photos in features of {folder.name}. Training photos that were cropped and mirrored have a median distance of "
        f"{training.copy_distance:.2f}, and for {training.recognised:.0%} of them the nearest training photo is their original. So this "
        "distance would reveal a copy.",
        "",
        "| pictures | median distance | smallest distance | share below the median distance of cropped and mirrored photos |",
        "|---|---|---|---|",
        *rows,
        "",
    ]


def tell(card: Card) -> None:
    """Add the sections. A retrained checkpoint replaces the shipped one only if its KID is smaller."""
    lines, measured, front = sections(card.model, card.name, card.folder, card.runs)
    card.front |= front
    card.add(lines, measured, headline="kid")


def sections(model: Illustrates, name: str, folder: Path, runs: Path | None) -> tuple[list[str], list[dict], dict[str, object]]:
    """Write the sheets of samples into `folder`. Returns the sections as markdown, rows for `model-index` (the first is the KID), and front
    matter.

    Args:
        model, name: the model of the checkpoint, and its name.
        folder: the folder of the card.
        runs: the folder of runs, for a comparison with other runs of Stage I.
    """
    zoo = Zoo()
    if missing := [name for name in (ENCODER, JUDGE) if name not in zoo.checkpoints]:
        return [f"The pictures were not measured, because there is no {' and no '.join(missing)}.", ""], [], {}
    encoder, judge = zoo.load(ENCODER), zoo.load(JUDGE)
    control_lines, control_results = control(model, encoder, judge)
    distance_lines, distance_results, by_number = distances(model, encoder, judge)
    draw = random.Random(SHEET_SEED)
    birds = bird_records.describe("test")
    sentences = [captions.describe(draw.choice(birds), draw) for _ in range(64)]
    sheet = drawn(model, encoder, sentences, SHEET_SEED)
    images.grid(sheet[-1], 8).save(folder / "samples.webp", quality=90)
    lines = [
        "## Samples",
        "",
        f"64 unselected pictures, generated from sentences about birds of unseen species (seed {SHEET_SEED}):",
        "",
        "![64 unselected samples](samples.webp)",
        "",
    ]
    judge_folder = zoo.checkpoints[JUDGE].folder
    sketch_lines = sketches.section(model, name, folder, encoder, judge, runs)
    stage_lines = by_stage.sections(model, folder, [stage[: by_stage.TEN] for stage in sheet])
    return (
        [*lines, *control_lines, *distance_lines, *sketch_lines, *copying(model, encoder, judge, judge_folder), *stage_lines],
        [*distance_results, *control_results],
        {"frechet": by_number},
    )
