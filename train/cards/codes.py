"""The sections of a VQ-VAE's card: its reconstructions, the use of its codes, and the samples of its prior.

Everything is measured on the test split, which is not used to choose the checkpoint. The judge takes no part in training.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from explorer import codes, images
from explorer.card import Measure
from explorer.codes import COLUMNS, TILE
from explorer.judges import judge_for
from explorer.likeness import psnr
from explorer.models import VQVAE
from explorer.zoo import Checkpoint, Zoo, inspect
from train import data, metrics
from train.metrics.coding import batches, code_bits, encoded, reconstruction, shared_information
from train.metrics.seeds import SCORING_SEED, SHEET_SEED

from .card import Card

VARIANTS = "variants.json"
SCORED, FILES = 5000, 1000
OCCURRENCES = 200
SAMPLES = [
    "", "## Samples", "", f"64 unselected pictures, the classes in turn, seeds from {SHEET_SEED}:", "",
    "![64 unselected samples](samples.webp)", "",
]  # fmt: skip


def line(name: str, figures: dict[str, float]) -> str:
    return f"| {name} | {figures['psnr']:.2f} | {figures['ssim']:.3f} | {figures['used']:.1f} % | {figures['perplexity']:.1f} |"


HEADER = "| model | PSNR in dB | SSIM | codes in use | perplexity |\n|---|---|---|---|---|"


def variants(runs: Path, name: str, pictures: data.Pictures, earlier: Mapping[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """The reconstruction figures and the number of training pictures of each variant of a run, by the training method of its codebook.

    Args:
        runs: the folder of runs.
        name: the name of the run; its variants' names begin with it.
        pictures: the pictures to reconstruct.
        earlier: the figures of an earlier card. They are kept for variants whose runs were deleted.
    """
    figures = dict(earlier)
    for folder in sorted(runs.glob(f"{name}-*")):
        if (folder / "best").is_dir():
            checkpoint = inspect(folder / "best")
            model = checkpoint.model_class.from_pretrained(folder / "best", **checkpoint.config)
            settings = json.loads((folder / "run.json").read_text(encoding="utf-8"))["settings"]
            last = json.loads((folder / "history.jsonl").read_text(encoding="utf-8").splitlines()[-1])
            images_seen = last["images"] * settings["reconstruct"]
            figures[settings["codebook"]] = {"images": round(images_seen), **reconstruction(model, pictures)}
    return figures


def tell(card: Card) -> None:
    """Add the sections. A retrained checkpoint replaces the shipped one only if its samples' Fréchet distance is not larger."""
    if twin := twin_of(card.checkpoint, Zoo(), card.data):
        card.front["twin"] = twin
    card.add(*sections(card.model, card.name, card.data, card.folder, card.runs, twin), headline="fd")


def sections(
    model: VQVAE, name: str, dataset: str, folder: Path, runs: Path | None, twin: str = ""
) -> tuple[list[str], list[dict[str, Any]]]:
    """Write codebook.png, codebook.json and samples.webp into the folder, and return the card's sections and the rows of its model-index.
    `twin` is the name of the checkpoint that has the same network but the other likelihood; "" if there is none."""
    test = data.load(dataset, "test", model.image_size, channels=model.channels)
    maps = encoded(model, test)
    write_codebook(model, test, maps, folder)
    figures = reconstruction(model, test)
    text = f"Measured on all {len(test):,} test pictures. SSIM is defined as in Wang et al. 2004."
    lines = ["## Reconstruction and codes", "", text, "", HEADER]
    lines.append(line("this checkpoint", figures))
    path = folder / VARIANTS
    others = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if runs and (others := variants(runs, name, test, others)):
        path.write_text(json.dumps(others, indent=1) + "\n", encoding="utf-8")
    lines += [line(f"variant: codebook trained by {method}, {row['images']:,} training pictures", row) for method, row in others.items()]
    lines += [*_beside(model, twin, test, maps), "", *_files(model, test), ""]
    results = [Measure(key, round(value, 4), n=len(test), split="test").row for key, value in figures.items()]
    prior_lines, prior_results = _prior(model, name, dataset, test, maps, folder)
    return lines + prior_lines, results + prior_results


def twin_of(checkpoint: Checkpoint, zoo: Zoo, dataset: str) -> str:
    """The name of the checkpoint that has the same network and data set but the other likelihood; "" if it is not in the zoo."""

    def alike(other: Checkpoint) -> bool:
        differs = {key for key in checkpoint.config if other.config.get(key) != checkpoint.config[key]}
        return other.model_class is checkpoint.model_class and other.data == dataset and differs == {"likelihood"}

    return next((name for name, other in zoo.checkpoints.items() if alike(other)), "")


def _beside(model: VQVAE, twin_name: str, test: data.Pictures, maps: Tensor) -> list[str]:
    """Markdown: the twin's row of the table, and the mutual information between its codes and this model's; [] without a twin."""
    if not twin_name:
        return []
    twin = Zoo().load(twin_name)
    share = shared_information(maps, encoded(twin, test))
    verdict = "in much the same way" if share > 0.5 else "differently"
    return [
        line(f"{twin_name} (the other likelihood)", reconstruction(twin, test)),
        "",
        "The two models number their codes differently, so their codes are compared by mutual information. The code of a cell in one model "
        f"contains {share:.0%} of the information about the code of the same cell in the other model (mutual information divided by the "
        f"smaller entropy). So the two models divide pictures into codes {verdict}.",
    ]


def _files(model: VQVAE, test: data.Pictures) -> list[str]:
    map_bytes = math.ceil(codes.bits(model) / 8)
    smallest_bytes, mean_bytes = {}, {}
    for form in ("JPEG", "WebP"):
        sizes, smallest = [], []
        for part, _ in batches(test, FILES):
            for image, drawn in zip(part, model.decode(model.encode(part)), strict=True):
                sizes.append(images.smallest_file(image, psnr(drawn, image), form)[0])
                smallest.append(images.smallest_file(image, -math.inf, form)[0])
        mean_bytes[form], smallest_bytes[form] = sum(sizes) / len(sizes), min(smallest)
    sizes_text = " and ".join(f"{mean_bytes[form]:.0f} bytes as {form}" for form in mean_bytes)
    smallest_text = " and ".join(f"{smallest_bytes[form]} bytes as {form}" for form in mean_bytes)
    return [
        f"A map has {map_bytes} bytes if every code takes the same number of bits. A file that is as close to the picture as the decoded "
        f"map has, on average over {FILES:,} test pictures, {sizes_text}. At the lowest quality, the smallest file of all these pictures "
        f"has {smallest_text}." + (" A map is smaller than even these files." if map_bytes < min(smallest_bytes.values()) else "")
    ]


@torch.no_grad()
def _prior(
    model: VQVAE, name: str, dataset: str, test: data.Pictures, maps: Tensor, folder: Path
) -> tuple[list[str], list[dict[str, Any]]]:
    bits = code_bits(model, maps, test.labels["label"])
    counts = codes.usage(maps, model.codebook_size)
    lines = [
        "## The prior", "",
        f"Given the class, the prior needs {bits:.2f} bits per code of a test picture, cell by cell in row-major order. If all codes were "
        f"equally likely, a code would need {math.log2(model.codebook_size):.2f} bits. If only the frequency of each code were known, it "
        f"would need {math.log2(codes.perplexity(counts)):.2f} bits.",
        "",
    ]  # fmt: skip
    results = [Measure("bits", round(bits, 4), n=len(test), split="test", quantity="bits per code").row]
    n, classes = SCORED, len(model.classes)
    labels = torch.arange(n) % classes
    batches_of_samples = []
    for start in range(0, n, 250):
        one_hot = F.one_hot(labels[start : start + 250], classes).float()
        batches_of_samples.append(model.decode(codes.write(model, one_hot, seed=SCORING_SEED + start)))
    samples = torch.cat(batches_of_samples)
    _sheet(model, folder / "samples.webp")
    if (judge_name := judge_for(dataset)) not in (zoo := Zoo()).checkpoints:
        return lines, results
    judge = zoo.load(judge_name)
    sample_features = metrics.embed(judge.embed, samples.split(250))
    predicted = judge.head(sample_features).argmax(1)
    correct = predicted == labels
    worst = min(range(classes), key=lambda k: correct[labels == k].float().mean().item())
    generator = torch.Generator().manual_seed(SCORING_SEED)
    random_codes = torch.randint(model.codebook_size, (n, *maps.shape[1:]), generator=generator)
    real, other_real = torch.cat([part for part, _ in batches(test)]).split(n)[:2]
    clouds = {
        "the prior's samples": samples,
        "random codes (no prior)": torch.cat([model.decode(part) for part in random_codes.split(250)]),
        "reconstructions of the test pictures": torch.cat([model.decode(part) for part in maps[:n].split(250)]),
        "other real test pictures (the floor)": other_real,
    }
    features = metrics.embed(judge.embed, real.split(250))
    lines += [
        f"{n:,} samples are compared with the first {n:,} test pictures in the last features of {judge_name}. There are {n // classes} "
        f"samples of each class, with seeds from {SCORING_SEED}, at temperature 1 and without top-k sampling.", "",
        "| pictures | KID x 1000 | Fréchet distance | precision | recall |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for cloud_name, cloud in clouds.items():
        scores = metrics.score(features, sample_features if cloud is samples else metrics.embed(judge.embed, cloud.split(250)))
        lines.append(f"| {cloud_name} | {1000 * scores.kid:.2f} | {scores.fd:.2f} | {scores.precision:.2f} | {scores.recall:.2f} |")
        if cloud is samples:
            values = {"kid": scores.kid, "fd": scores.fd, "precision": scores.precision, "recall": scores.recall}
            results += [Measure(key, round(value, 5), n=n, split="test", features=judge_name).row for key, value in values.items()]
    share = correct.float().mean().item()
    real_share = (judge.head(features).argmax(1) == test.labels["label"][:n]).float().mean().item()
    lines += [
        "",
        f"{judge_name} classifies {share:.1%} of the samples as the requested class; the lowest share is "
        f"{correct[labels == worst].float().mean().item():.1%}, for the class {model.classes[worst]}. The judge classifies "
        f"{real_share:.1%} of the real test pictures correctly.",
        *SAMPLES,
    ]
    accuracy = Measure("accuracy", round(share, 4), n=n, features=judge_name, quantity="classified as requested")
    return lines, [*results, accuracy.row]


@torch.no_grad()
def write_codebook(model: VQVAE, pictures: data.Pictures, maps: Tensor, folder: Path) -> None:
    """Write codebook.json, which says how often each code occurs in the maps of the pictures, and codebook.png, which has a tile per code.

    The tile of a code is the mean of the decoded patches, TILE x TILE pixels, around up to OCCURRENCES cells that have this code. If the
    code does not occur, the tile is the middle of the picture decoded from a map with this code in every cell.
    """
    size, side = model.codebook_size, model.map_size
    counts = codes.usage(maps, size)
    stride = model.image_size // side
    margin = (TILE - stride) // 2
    tiles = torch.zeros(size, model.channels, TILE, TILE)
    counted = torch.zeros(size, dtype=torch.int64)
    for part in maps.split(250):
        drawn = F.pad(model.decode(part), (margin,) * 4, mode="replicate")
        patches = F.unfold(drawn, TILE, stride=stride).unflatten(1, (model.channels, TILE, TILE)).permute(0, 4, 1, 2, 3).flatten(0, 1)
        flat = part.flatten()
        for code in flat.unique().tolist():
            if (missing := OCCURRENCES - int(counted[code])) > 0:
                additions = patches[flat == code][:missing]
                tiles[code] += additions.sum(0)
                counted[code] += len(additions)
    tiles /= counted.clamp_min(1)[:, None, None, None]
    tiles[counted == 0] = codes.single_code_pictures(model)[counted == 0]
    (folder / "codebook.json").write_text(json.dumps({"pictures": len(pictures), "counts": counts.tolist()}) + "\n", encoding="utf-8")
    images.grid(tiles, COLUMNS, gutter=0, background="black").save(folder / "codebook.png", optimize=True)


def _sheet(model: VQVAE, path: Path) -> None:
    labels = torch.arange(64) % len(model.classes)
    drawn = model.decode(codes.write(model, F.one_hot(labels, len(model.classes)).float(), seed=SHEET_SEED))
    sheet = images.grid(drawn, 8)
    sheet.resize((2 * sheet.width, 2 * sheet.height), Image.Resampling.NEAREST).save(path, quality=90)
