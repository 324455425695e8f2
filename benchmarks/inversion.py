"""Compares three ways to fit a latent to a held-out photo: the report's, ours, and a long search as an upper bound (the ceiling).

    python -m benchmarks.inversion                            every generator, 4 held-out photos (takes minutes)
    python -m benchmarks.inversion dcgan-carrot-cake --full   20 photos, and a ceiling that is found with Adam (takes hours)

The report (004, section 7) minimises the sum of squared errors with 100 steps of SGD (learning rate 0.01, momentum 0.9) from one random
latent. Our fit runs in the same process right after the report's: once limited to the report's time, and once with default settings.

With `--full`, the ceiling is the best of 32 restarts of 2,000 Adam steps. This search takes hours, so each photo's result is stored under
the hash of the checkpoint, and an interrupted benchmark resumes. By default, and for the model cards, the ceiling is the best of eight
restarts of 100 quasi-Newton steps, which take seconds. On three photos, this ceiling differed by at most .03 dB from that of Adam, and was
higher on two of the three.

If the report's fit diverges, the PSNR of the picture that it started from is counted. "Gap closed" is (ours - report) / (ceiling - report)
for each photo, with the PSNR of each in dB. If the report is better than the ceiling, "gap closed" is 1 if our fit is at least as good as
the report's, and 0 otherwise.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import torch
import typer
from torch import Tensor

from explorer import search
from explorer.inversion import OPTIMIZERS, best_so_far, encoder_of, fit
from explorer.latent import draw, onto_shell, typical_norms
from explorer.likeness import PictureObjective, psnr
from explorer.models import Estimates, Generates, Model
from explorer.survey import survey
from explorer.zoo import CHECKPOINTS, Zoo
from train import data, hardware

QUICK, FULL = ("quasi-newton", 8, 100), ("adam", 32, 2000)  # for the ceiling: optimiser, restarts, steps
CEILINGS = Path(__file__).with_name("ceilings.json")
REPORT_SEED, OWN_SEED, CEILING_SEED = 10_000, 20_000, 30_000  # different from the seeds of our fits, which are 0, 1, 2 ...


@dataclass(frozen=True)
class Result:
    """The result of one procedure for one photo."""

    psnr: float
    seconds: float
    norm: float
    diverged: bool = False


def report(model: Model, target: Tensor, seed: int) -> Result:
    """Fit a latent as in report 004, listing 3."""
    z = draw(seed, 1, model.latent_size).requires_grad_()
    with torch.no_grad():
        start = psnr(model.generate(z)[0], target)
    optimizer = torch.optim.SGD([z], lr=0.01, momentum=0.9)
    start_time = time.perf_counter()
    for _ in range(100):
        optimizer.zero_grad()
        loss = ((model.generate(z) - target) ** 2).sum()
        loss.backward()
        optimizer.step()
    seconds = time.perf_counter() - start_time
    with torch.no_grad():
        if not z.isfinite().all():
            return Result(start, seconds, draw(seed, 1, model.latent_size).norm().item(), diverged=True)
        return Result(psnr(model.generate(z)[0], target), seconds, z.norm().item())


def ours(model: Model, encoder: Estimates | None, target: Tensor, seconds: float | None = None) -> Result:
    """Fit a latent with our default settings. If `seconds` is given, return the last result within this time, or else the first result."""
    best = None
    for step in fit(model, target, encoder=encoder) if seconds is None else fit(model, target, encoder=encoder, every=1):
        if seconds is not None and best is not None and step.seconds > seconds:
            break
        best = step
    return Result(best.psnr, best.seconds, best.latent.norm().item())


def ceiling(model: Model, target: Tensor, optimizer: str, restarts: int, steps: int, free: bool) -> Result:
    """The best latent of many long searches, all of which run to the end."""
    start_time = time.perf_counter()
    norms = search.EVERYWHERE if free else typical_norms(model.latent_size)
    model_survey = survey(model)
    objective = PictureObjective(model, target, model_survey)
    starts = onto_shell(draw(CEILING_SEED, restarts, model.latent_size), norms)
    if optimizer == "adam":
        evaluations = search.adam(objective, starts, steps, OPTIMIZERS["adam"].learning_rate, norms)
    else:
        evaluations = search.quasi_newton(objective, starts, steps, 2 * model_survey.metric, norms)
    for _, latent, _, _ in best_so_far(evaluations):
        best = latent
    with torch.no_grad():
        return Result(psnr(model.generate(best[None])[0], target), time.perf_counter() - start_time, best.norm().item())


def cached_result(key: str, photo: int, compute: Callable[[], Result]) -> Result:
    """The result that ceilings.json has for this key and photo. If there is none, it is computed and stored."""
    cache = json.loads(CEILINGS.read_text(encoding="utf-8")) if CEILINGS.is_file() else {}
    if str(photo) not in cache.get(key, {}):
        result = compute()
        cache.setdefault(key, {})[str(photo)] = [round(result.psnr, 4), round(result.seconds, 1), round(result.norm, 3)]
        CEILINGS.write_text(json.dumps(cache, indent=1) + "\n", encoding="utf-8")
    return Result(*cache[key][str(photo)])


def closed(ours: float, report: float, ceiling: float) -> float:
    """The share of the gap in dB between the report and the ceiling that our fit closes."""
    if ceiling > report:
        return (ours - report) / (ceiling - report)
    return 1.0 if ours >= report else 0.0


def row(model: str, procedure: str, results: list[Result], reports: list[Result], ceilings: list[Result]) -> str:
    """A row of the table: the figures of one procedure over all photos."""
    gap = median(closed(*(r.psnr for r in triple)) for triple in zip(results, reports, ceilings, strict=True))
    not_worse = sum(a.psnr >= b.psnr for a, b in zip(results, reports, strict=True))
    norms = [r.norm for r in results]
    cells = [
        model, procedure, f"{median(r.psnr for r in results):.2f}", f"{median(r.seconds for r in results):.2f}",
        f"{max(r.seconds for r in results):.2f}", f"{gap:.0%}", f"{not_worse}/{len(results)}",
        f"{min(norms):.1f} to {max(norms):.1f}", str(sum(r.diverged for r in results)),
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


HEADER = (
    "| model | procedure | median PSNR, dB | median time, s | longest time, s | gap closed | as good as the report | norms | diverged |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def measure(zoo: Zoo, name: str, dataset: str, split: str, photos: int, top: tuple[str, int, int, bool]) -> dict[str, Any]:
    """The results for one model: the rows of the table, the figures for the card, and the results for each photo."""
    checkpoint, model, encoder = zoo.checkpoints[name], zoo.load(name), encoder_of(zoo, name)
    pictures = data.load(dataset, split, model.image_size, limit=photos)
    targets = list(pictures.batch(range(len(pictures)))["images"])
    start_time = time.perf_counter()
    survey(model)
    survey_seconds = time.perf_counter() - start_time
    report(model, targets[0], REPORT_SEED), ours(model, encoder, targets[0])  # warm up before measuring times
    reports, equal, default = [], [], []
    for i, target in enumerate(targets):
        typer.echo(f"{checkpoint.name}: photo {i + 1} of {len(targets)}", err=True)
        reports.append(report(model, target, REPORT_SEED + i))
        equal.append(ours(model, encoder, target, reports[-1].seconds))
        default.append(ours(model, encoder, target))
    own_results = [ours(model, encoder, model.generate(draw(OWN_SEED + i, 1, model.latent_size))[0]) for i in range(photos)]
    optimizer, restarts, steps, free = top
    settings_text = f"{restarts} x {steps} {optimizer}, {'free' if free else 'typical'} norms"
    weights = checkpoint.revision[:16]
    tops = []
    for i, target in enumerate(targets):
        tops.append(
            cached_result(f"{checkpoint.name} {weights}, {dataset} {split}, {settings_text}", i, partial(ceiling, model, target, *top))
        )
        typer.echo(f"{checkpoint.name}: ceiling of photo {i + 1} of {len(targets)}, {tops[-1].seconds:.0f} s", err=True)
    procedures = {
        "report: SGD, 100 steps": reports,
        "ours, equal seconds": equal,
        "ours, by default": default,
        f"ceiling: {settings_text}": tops,
    }
    low, high = typical_norms(model.latent_size)
    note = (
        f"{checkpoint.name} also fitted {photos} of its own pictures (seeds from {OWN_SEED}). The median PSNR of these fits is "
        f"{median(r.psnr for r in own_results):.1f} dB, and the lowest is {min(r.psnr for r in own_results):.1f} dB. 99 % of random "
        f"latents have norms between {low:.1f} and {high:.1f}. The survey, which runs once per process, took {survey_seconds:.2f} s."
        f"{' Our fits start with the guess of an encoder.' if encoder else ''}"
    )
    return {
        "lines": [row(checkpoint.name, label, results, reports, tops) for label, results in procedures.items()],
        "note": note,
        "held_out_psnr": sorted(round(r.psnr, 2) for r in default),
        "own_psnr": sorted(round(r.psnr, 2) for r in own_results),
        "photos": {label: [vars(r) for r in results] for label, results in procedures.items()},
    }


def main(
    models: Annotated[list[str] | None, typer.Argument(help="names of checkpoints; by default all generators")] = None,
    root: Annotated[Path, typer.Option(help="folder of checkpoints")] = CHECKPOINTS,
    dataset: Annotated[str, typer.Option(help="data set of the photos")] = "carrot-cake",
    split: Annotated[str, typer.Option(help="split of the photos")] = "test",
    photos: Annotated[
        int | None, typer.Option(help="number of photos, and of generated pictures that are also fitted (default 4; with --full 20)", min=1)
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="use the larger defaults, which take hours")] = False,
    ceiling_optimizer: Annotated[str | None, typer.Option(help="adam or quasi-newton (default quasi-newton; with --full adam)")] = None,
    ceiling_restarts: Annotated[int | None, typer.Option(help="restarts for the ceiling (default 8; with --full 32)", min=1)] = None,
    ceiling_steps: Annotated[int | None, typer.Option(help="steps of each restart (default 100; with --full 2000)", min=1)] = None,
    ceiling_free: Annotated[bool, typer.Option("--ceiling-free", help="do not limit the norms of the ceiling's latents")] = False,
    threads: Annotated[int | None, typer.Option(help="threads of torch", min=1)] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="write the results of all photos to this file")] = None,
    cards: Annotated[bool, typer.Option("--cards", help="write the results to inversion.json in each checkpoint's folder")] = False,
) -> None:
    """Print one table for all models, and below it the results on generated pictures."""
    optimizer, restarts, steps = FULL if full else QUICK
    top = (ceiling_optimizer or optimizer, ceiling_restarts or restarts, ceiling_steps or steps, ceiling_free)
    if top[0] not in ("adam", "quasi-newton"):
        raise typer.BadParameter(f"--ceiling-optimizer is {top[0]!r}; expected adam or quasi-newton")
    if threads is not None:
        torch.set_num_threads(threads)
    zoo = Zoo(root)
    known = zoo.names(Generates)
    if not (names := models or known) or set(names) - set(known):
        raise typer.BadParameter(f"expected generators; {root.name}/ has {', '.join(known) or 'none'}, got {', '.join(names) or 'none'}")
    results = {name: measure(zoo, name, dataset, split, photos or (20 if full else 4), top) for name in names}
    conditions = (
        f"{len(results[names[0]]['held_out_psnr'])} photos of {dataset}, split {split}; seeds of the report's fits from {REPORT_SEED}, of "
        "our fits from 0; "
        f"{hardware.described()}, torch {torch.__version__}."
    )
    print(conditions, "", HEADER, *(line for part in results.values() for line in part["lines"]), "", sep="\n")
    print(*(part["note"] for part in results.values()), sep="\n")
    if json_path:
        json_path.write_text(json.dumps(results, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    for name in names if cards else []:
        table = "\n".join([HEADER, *results[name]["lines"], "", results[name]["note"], "", conditions])
        card = {"held_out_psnr": results[name]["held_out_psnr"], "own_psnr": results[name]["own_psnr"], "table": table}
        (zoo.checkpoints[name].folder / "inversion.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
