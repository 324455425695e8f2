"""The parts of a model card that a VQ-VAE needs: how well it reconstructs, how its codes are used, and what its prior writes.

Everything is measured on the test split, which chose nothing. The judge that reads the samples never took part in training.
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
from explorer.judges import named
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


def line(who: str, found: dict[str, float]) -> str:
    return f"| {who} | {found['psnr']:.2f} | {found['ssim']:.3f} | {found['used']:.1f} % | {found['perplexity']:.1f} |"


HEADER = "| model | PSNR in dB | SSIM | codes in use | perplexity |\n|---|---|---|---|---|"


def variants(runs: Path, name: str, pictures: data.Pictures, kept: Mapping[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """How well every variant of a run that lies under `runs` reconstructs, after how many pictures, by how its codebook learns.

    Args:
        kept: the figures of an earlier card; those of the variants whose runs are gone stay.
    """
    found = dict(kept)
    for folder in sorted(runs.glob(f"{name}-*")):
        if (folder / "best").is_dir():
            checkpoint = inspect(folder / "best")
            model = checkpoint.model_class.from_pretrained(folder / "best", **checkpoint.config)
            settings = json.loads((folder / "run.json").read_text(encoding="utf-8"))["settings"]
            seen = json.loads((folder / "history.jsonl").read_text(encoding="utf-8").splitlines()[-1])["images"] * settings["reconstruct"]
            found[settings["codebook"]] = {"images": round(seen), **reconstruction(model, pictures)}
    return found


def tell(card: Card) -> None:
    """Add the sections; the Fréchet distance of its samples is what a retrained checkpoint must beat."""
    if twin := twin_of(card.checkpoint, Zoo(), card.data):
        card.front["twin"] = twin
    card.add(*sections(card.model, card.name, card.data, card.folder, card.runs, twin), headline="fd")


def sections(
    model: VQVAE, name: str, dataset: str, folder: Path, runs: Path | None, twin: str = ""
) -> tuple[list[str], list[dict[str, Any]]]:
    """The card's sections and the rows of its model-index; writes codebook.png, codebook.json and samples.webp into the folder. `twin` is
    the checkpoint of the same network with the other likelihood, if there is one."""
    test = data.load(dataset, "test", model.image_size, channels=model.channels)
    maps = encoded(model, test)
    write_codebook(model, test, maps, folder)
    own = reconstruction(model, test)
    lines = ["## Reconstruction and codes", "", f"All {len(test):,} test pictures; SSIM as Wang et al. 2004.", "", HEADER]
    lines.append(line("this checkpoint", own))
    path = folder / VARIANTS
    others = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if runs and (others := variants(runs, name, test, others)):
        path.write_text(json.dumps(others, indent=1) + "\n", encoding="utf-8")
    lines += [line(f"codebook by {how}, {found['images']:,} pictures", found) for how, found in others.items()]
    lines += [*_beside(model, twin, test, maps), "", *_files(model, test), ""]
    results = [Measure(key, round(value, 4), n=len(test), split="test").row for key, value in own.items()]
    told, measured = _prior(model, name, dataset, test, maps, folder)
    return lines + told, results + measured


def twin_of(checkpoint: Checkpoint, zoo: Zoo, dataset: str) -> str:
    """The name of the same network that learned from the same data set with the other likelihood; "" if it is not in the zoo."""

    def alike(other: Checkpoint) -> bool:
        differs = {key for key in checkpoint.config if other.config.get(key) != checkpoint.config[key]}
        return other.model_class is checkpoint.model_class and other.data == dataset and differs == {"likelihood"}

    return next((name for name, other in zoo.checkpoints.items() if alike(other)), "")


def _beside(model: VQVAE, other: str, test: data.Pictures, maps: Tensor) -> list[str]:
    """The twin's row, and how much its codes know of these; [] without a twin."""
    if not other:
        return []
    twin = Zoo().load(other)
    share = shared_information(maps, encoded(twin, test))
    verdict = "both cut pictures up in much the same way" if share > 0.5 else "they cut pictures up differently"
    return [
        line(f"{other} (the other likelihood)", reconstruction(twin, test)),
        "",
        f"The codes of the two have different numbers. Knowing the code of a cell in one tells {share:.0%} of what there is to know of it "
        f"in the other (mutual information over the smaller entropy): {verdict}.",
    ]


def _files(model: VQVAE, test: data.Pictures) -> list[str]:
    own = math.ceil(codes.bits(model) / 8)
    least, enough = {}, {}
    for form in ("JPEG", "WebP"):
        sizes, smallest = [], []
        for part, _ in batches(test, FILES):
            for image, drawn in zip(part, model.decode(model.encode(part)), strict=True):
                sizes.append(images.smallest_file(image, psnr(drawn, image), form)[0])
                smallest.append(images.smallest_file(image, -math.inf, form)[0])
        enough[form], least[form] = sum(sizes) / len(sizes), min(smallest)
    told = "; ".join(f"{form} {enough[form]:.0f} bytes, and never fewer than {least[form]}" for form in enough)
    return [
        f"A map is {own} bytes (every code at the same cost). Files that come as close to the picture, on the mean over {FILES} test "
        f"pictures: {told}." + (" The codes are below the smallest files." if own < min(least.values()) else "")
    ]


@torch.no_grad()
def _prior(
    model: VQVAE, name: str, dataset: str, test: data.Pictures, maps: Tensor, folder: Path
) -> tuple[list[str], list[dict[str, Any]]]:
    bits = code_bits(model, maps, test.labels["label"])
    counts = codes.usage(maps, model.codebook_size)
    lines = [
        "## The prior", "",
        f"Told the class, it needs {bits:.2f} bits for a code of a test picture, row by row (all codes alike: "
        f"{math.log2(model.codebook_size):.2f}; without the class, by how often each is used: {math.log2(codes.perplexity(counts)):.2f}).",
        "",
    ]  # fmt: skip
    results = [Measure("bits", round(bits, 4), n=len(test), split="test", quantity="bits a code").row]
    n, classes = SCORED, len(model.classes)
    labels = torch.arange(n) % classes
    drawn = []
    for start in range(0, n, 250):
        told = F.one_hot(labels[start : start + 250], classes).float()
        drawn.append(model.decode(codes.write(model, told, seed=SCORING_SEED + start)))
    samples = torch.cat(drawn)
    _sheet(model, folder / "samples.webp")
    if (judge_name := named(dataset)) not in (zoo := Zoo()).checkpoints:
        return lines, results
    judge = zoo.load(judge_name)
    found = metrics.embed(judge.embed, samples.split(250))
    read_as = judge.head(found).argmax(1)
    right = read_as == labels
    worst = min(range(classes), key=lambda k: right[labels == k].float().mean().item())
    generator = torch.Generator().manual_seed(SCORING_SEED)
    chance = torch.randint(model.codebook_size, (n, *maps.shape[1:]), generator=generator)
    real, others = torch.cat([part for part, _ in batches(test)]).split(n)[:2]
    clouds = {
        "the prior's samples": samples,
        "random codes (no prior)": torch.cat([model.decode(part) for part in chance.split(250)]),
        "reconstructions of the test pictures": torch.cat([model.decode(part) for part in maps[:n].split(250)]),
        "real, the other test pictures (the floor)": others,
    }
    features = metrics.embed(judge.embed, real.split(250))
    lines += [
        f"{n:,} samples, {n // classes} of each class, seeds from {SCORING_SEED}, temperature 1, no code cut off, against the first {n:,} "
        f"test pictures, in the last features of {judge_name}:", "",
        "| pictures | KID x 1000 | Fréchet distance | precision | recall |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for who, cloud in clouds.items():
        scores = metrics.score(features, found if cloud is samples else metrics.embed(judge.embed, cloud.split(250)))
        lines.append(f"| {who} | {1000 * scores.kid:.2f} | {scores.fd:.2f} | {scores.precision:.2f} | {scores.recall:.2f} |")
        if cloud is samples:
            kept = {"kid": scores.kid, "fd": scores.fd, "precision": scores.precision, "recall": scores.recall}
            results += [Measure(key, round(value, 5), n=n, split="test", features=judge_name).row for key, value in kept.items()]
    share = right.float().mean().item()
    real_share = (judge.head(features).argmax(1) == test.labels["label"][:n]).float().mean().item()
    lines += [
        "",
        f"{judge_name} reads {share:.1%} of the samples as the class that was asked for (worst: {model.classes[worst]}, "
        f"{right[labels == worst].float().mean().item():.1%}); of real test pictures it reads {real_share:.1%} right.",
        "", "## Samples", "", f"64 unselected pictures, the classes in turn, seeds from {SHEET_SEED}:", "",
        "![64 unselected samples](samples.webp)", "",
    ]  # fmt: skip
    quantity = "read as the class that was asked for"
    results.append(Measure("accuracy", round(share, 4), n=n, features=judge_name, quantity=quantity).row)
    return lines, results


@torch.no_grad()
def write_codebook(model: VQVAE, pictures: data.Pictures, maps: Tensor, folder: Path) -> None:
    """Write codebook.json, how often each code stands in the maps of the pictures, and codebook.png, what is drawn where it stands.

    A tile of that is the mean over up to OCCURRENCES places of the TILE x TILE pixels around the cell; a code that stands nowhere fills a
    whole map.
    """
    size, side = model.codebook_size, model.map_size
    counts = codes.usage(maps, size)
    stride = model.image_size // side
    margin = (TILE - stride) // 2
    tiles = torch.zeros(size, model.channels, TILE, TILE)
    seen = torch.zeros(size, dtype=torch.int64)
    for part in maps.split(250):
        drawn = F.pad(model.decode(part), (margin,) * 4, mode="replicate")
        patches = F.unfold(drawn, TILE, stride=stride).unflatten(1, (model.channels, TILE, TILE)).permute(0, 4, 1, 2, 3).flatten(0, 1)
        flat = part.flatten()
        for code in flat.unique().tolist():
            if (room := OCCURRENCES - int(seen[code])) > 0:
                found = patches[flat == code][:room]
                tiles[code] += found.sum(0)
                seen[code] += len(found)
    tiles /= seen.clamp_min(1)[:, None, None, None]
    tiles[seen == 0] = codes.alone(model)[seen == 0]
    (folder / "codebook.json").write_text(json.dumps({"pictures": len(pictures), "counts": counts.tolist()}) + "\n", encoding="utf-8")
    images.grid(tiles, COLUMNS, gutter=0, background="black").save(folder / "codebook.png", optimize=True)


def _sheet(model: VQVAE, path: Path) -> None:
    labels = torch.arange(64) % len(model.classes)
    drawn = model.decode(codes.write(model, F.one_hot(labels, len(model.classes)).float(), seed=SHEET_SEED))
    sheet = images.grid(drawn, 8)
    sheet.resize((2 * sheet.width, 2 * sheet.height), Image.Resampling.NEAREST).save(path, quality=90)
