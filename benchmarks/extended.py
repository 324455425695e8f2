"""Compares fits in the extended space with fits of the latent alone, on held-out photos, and also the pictures halfway between two fits.

    python -m benchmarks.extended                        every checkpoint with an extended space, 5 held-out photos (takes minutes)
    python -m benchmarks.extended dcgan-carrot-cake --photos 20 --cards

Both fits have their default settings. The row "latent, equal seconds" has fits of the latent that were stopped after the time that the fit
in the extended space took. Distances and KID are measured in the features of judge-pictures, which was not used to train any of the models.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import torch
import typer
from torch import Tensor

from explorer import extended
from explorer.inversion import Fit, encoder_of, fit
from explorer.latent import interpolate
from explorer.likeness import psnr
from explorer.models import Discriminates, Estimates, Generates, Model, Opens
from explorer.survey import survey
from explorer.zoo import CHECKPOINTS, Zoo
from train import data, hardware, metrics

JUDGE = "judge-pictures"
SAMPLES_SEED, PHOTOS_SEED = 40_000, 0
HEADER = """| model | space | median PSNR, dB | median time, s | median distance in features |
|---|---|---|---|---|"""


def last(model: Model, encoder: Estimates | None, photo: Tensor, space: str, seconds: float | None = None) -> Fit:
    """The last result of a fit with default settings. If `seconds` is given, it is the last result within this time."""
    best, options = None, {} if seconds is None else {"every": 1}
    for step in fit(model, photo, space=space, encoder=encoder, **options):
        if best is not None and seconds is not None and step.seconds > seconds:
            break
        best = step
    return best


@torch.no_grad()
def halfway(model: Model, fits: list[Fit]) -> Tensor:
    """For every pair of fits, the picture halfway: from the interpolated latents (slerp), and the mean of what the fits add."""
    pictures = []
    for a, b in itertools.combinations(fits, 2):
        z = interpolate(a.latent, b.latent, 3)[1]
        beyond = extended.between(a.beyond, b.beyond, 3)[1]
        pictures.append(model.generate(z[None]) if beyond is None else extended.generate(model, z[None], beyond[None]))
    return torch.cat(pictures)


def measure(name: str, zoo: Zoo, judge: Callable[[Tensor], Tensor], dataset: str, split: str, photos: int) -> dict[str, Any]:
    """For one model: the lines of the table, a note on the pictures halfway between fits, and the PSNR of every photo's fit."""
    model, encoder = zoo.load(name), encoder_of(zoo, name)
    targets = data.load(dataset, split, model.image_size, limit=photos).batch(range(photos))["images"]
    survey(model), extended.extension(model), last(model, encoder, targets[0], "extended")  # warm up before measuring times
    extended_fits = [last(model, encoder, photo, "extended") for photo in targets]
    fits = {
        "latent": [last(model, encoder, photo, "latent") for photo in targets],
        "latent, equal seconds": [
            last(model, encoder, photo, "latent", each.seconds) for photo, each in zip(targets, extended_fits, strict=True)
        ],
        "extended": extended_fits,
    }
    features = metrics.embed(judge, (targets,))
    lines = []
    for space, fits_of_space in fits.items():
        distance = (metrics.embed(judge, (torch.stack([each.image for each in fits_of_space]),)) - features).norm(dim=1).median().item()
        scores = [psnr(each.image, photo) for each, photo in zip(fits_of_space, targets, strict=True)]
        lines.append(f"| {name} | {space} | {median(scores):.2f} | {median(each.seconds for each in fits_of_space):.2f} | {distance:.2f} |")
    count = photos * (photos - 1) // 2
    train = data.load(dataset, "train", model.image_size)
    rows = torch.randperm(len(train), generator=torch.Generator().manual_seed(PHOTOS_SEED))[:count]
    real = metrics.embed(judge, (train.batch(rows)["images"],))
    samples = torch.cat(list(metrics.drawn(model, count, SAMPLES_SEED)))
    sets = {
        "samples": samples,
        "halfway between latents": halfway(model, fits["latent"]),
        "halfway between extended fits": halfway(model, extended_fits),
    }
    notes = []
    for set_name, pictures in sets.items():
        kid = metrics.kernel_distance(real[: len(pictures)], metrics.embed(judge, pictures.split(50)))[0]
        text = f"KID x 1000 is {1000 * kid:.0f}"
        if isinstance(model, Discriminates):
            with torch.no_grad():
                logits = torch.cat([model.discriminate(part) for part in pictures.split(50)])
            low = logits.quantile(0.05).item()
            text += f", and the discriminator's logit is {logits.median().item():.2f} (median; {low:.2f} at the 5th percentile)"
        notes.append(f"{set_name}: {text}")
    return {
        "lines": lines,
        "note": f"Each set of {count} pictures is compared with as many training photos. " + "; ".join(notes) + ".",
        "held_out_psnr": sorted(round(each.psnr, 2) for each in fits["latent"]),
        "held_out_psnr_extended": sorted(round(each.psnr, 2) for each in extended_fits),
    }


def main(
    models: Annotated[list[str] | None, typer.Argument(help="names of checkpoints; by default all with an extended space")] = None,
    root: Annotated[Path, typer.Option(help="folder of checkpoints")] = CHECKPOINTS,
    dataset: Annotated[str, typer.Option(help="data set of the photos")] = "carrot-cake",
    split: Annotated[str, typer.Option(help="a split that was not used in training")] = "test",
    photos: Annotated[int, typer.Option(help="number of photos", min=2)] = 5,
    threads: Annotated[int | None, typer.Option(help="threads of torch", min=1)] = None,
    cards: Annotated[bool, typer.Option("--cards", help="write the results to inversion.json in each checkpoint's folder")] = False,
) -> None:
    """Print one table for all models, with a note on each model."""
    if threads is not None:
        torch.set_num_threads(threads)
    zoo = Zoo(root)
    known = zoo.names(Opens, Generates)
    if not (names := models or known) or set(names) - set(known):
        raise typer.BadParameter(
            f"expected checkpoints with an extended space; {root.name}/ has {', '.join(known) or 'none'}, got {', '.join(names) or 'none'}"
        )
    if JUDGE not in zoo.checkpoints:
        raise typer.BadParameter(f"there is no {JUDGE} in {root.name}/")
    judge = zoo.load(JUDGE).embed
    conditions = f"{photos} photos of {dataset}, split {split}; {JUDGE}'s features; {hardware.described()}, torch {torch.__version__}."
    print(conditions, "", HEADER, sep="\n")
    for name in names:
        typer.echo(f"{name}: {photos} photos", err=True)
        results = measure(name, zoo, judge, dataset, split, photos)
        print(*results["lines"], "", results["note"], sep="\n")
        if cards:
            path = zoo.checkpoints[name].folder / "inversion.json"
            inversion = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
            table = "\n".join([HEADER, *results["lines"], "", results["note"], "", conditions])
            figures = {key: results[key] for key in ("held_out_psnr", "held_out_psnr_extended")}
            path.write_text(json.dumps(inversion | figures | {"extended": table}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
