"""The checkpoint folder and its model card, from what was measured.

`ship` copies a run's best weights, history and timeline to checkpoints/NAME and writes README.md: front matter for the Hub (with
`model-index`) and for the page (`explorer`), then tables. Nothing in it is typed by hand but the recipe's own few sentences.
"""

from __future__ import annotations

import json
import platform
import shutil
from pathlib import Path

import torch
import yaml
from huggingface_hub import ModelCard
from PIL import Image

from explorer.models import Denoises, Estimates, Generates, Illustrates, Judges, Model, Quantises, Understands
from explorer.zoo import Checkpoint, inspect

from . import (
    birds_card,
    codes_card,
    conditional_card,
    data,
    diffusion_card,
    distances_card,
    encoder_card,
    illustration_card,
    metrics,
    sources,
    stages_card,
)
from .compared import ROWS, ablation
from .distances_card import asked
from .recipes import Command
from .state import EARLIER, TRAINING_WEIGHTS, count_parameters, leave_out

PAGE_WORDS = ("summary", "trained_on", "subject", "weakness")
SHEET_SEED, SHOWN = 40_000, 64
DATA_LICENCE = "Licence of the pictures: {licence}. The weights learned from them are shared under the same."


def ship(command: Command, run: Path, target: Path) -> bool:
    """Write the checkpoint folder from a finished run, unless the folder holds a better one of the same network; the new one then stays in
    the run's folder shipping/. Returns whether it was written.

    Args:
        command: what was trained.
        run: its folder under runs/.
        target: checkpoints/NAME.
    """
    aside = run / "shipping"  # not beside the target, where the page would list it
    shutil.rmtree(aside, ignore_errors=True)
    shutil.copytree(run / "best", aside)
    for name in ("history.jsonl", EARLIER, "inversion.json"):
        if (run / name).is_file():
            shutil.copy(run / name, aside)
    if (run / "timeline").is_dir():
        shutil.copytree(run / "timeline", aside / "timeline")
    for name in (ROWS, "ablation.md"):  # measured on runs that may be gone
        if (target / name).is_file():
            shutil.copy(target / name, aside)
    shutil.copy(run / "run.json", aside)
    if "without" in command.card:
        leave_out(aside, command.card["without"])
    write_card(command, aside, name=target.name, runs=run.parent)
    if is_same(aside, target) and _headline(aside) > _headline(target):
        return False
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(aside, target)
    return True


def is_same(folder: Path, target: Path) -> bool:
    """Whether there is a measured checkpoint of the same network: another one, such as the next stage, is compared with nothing."""
    if not (target / "README.md").is_file():
        return False
    return inspect(folder).config == inspect(target).config and inspect(folder).model_class is inspect(target).model_class


def _headline(folder: Path) -> float:
    """The value that a retrained checkpoint must beat; lower is better."""
    return float(ModelCard.load(folder / "README.md").data.to_dict().get("explorer", {}).get("headline", float("inf")))


def hardware() -> str:
    """The processor or accelerator of this machine, in words."""
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor() or platform.machine()
    return f"{name}, {torch.get_num_threads()} thread" + ("s" if torch.get_num_threads() > 1 else "")


def write_card(command: Command, folder: Path, *, name: str | None = None, runs: Path | None = None) -> None:
    """Measure the checkpoint in `folder` and write its README.md.

    Reads run.json (settings, hardware), history.jsonl, and inversion.json (written by benchmarks/inversion.py) where there is one.
    """
    checkpoint = inspect(folder)
    name = name or folder.name
    model = checkpoint.model_class.from_pretrained(folder, **checkpoint.config)
    facts = json.loads((folder / "run.json").read_text())
    lines = [f"# {name}", "", f"{command.card['summary']} {command.card.get('weakness', '')}".strip(), ""]
    front: dict[str, object] = {key: command.card[key] for key in PAGE_WORDS if key in command.card}
    if "good_seeds" in command.card:
        front["good_seeds"] = [int(seed) for seed in command.card["good_seeds"].split(",")]
    results: list[dict] = []
    lines += _training(checkpoint, model, command, facts)
    if isinstance(model, Generates):
        table, measured = distances_card.sections(model, command.card["data"], runs)
        lines += table
        results += measured
        front["headline"] = measured[0]["value"]
        lines += _samples(model, folder / "samples.webp", command.card["data"])
        told, measured = conditional_card.sections(model, name, command.card["data"], folder, runs)
        lines += told
        results += measured
        if taught := [row["value"] for row in measured if row["name"].startswith("GAN-train")]:
            front["headline"] = round(1 - taught[0], 4)  # quality, variety and obedience in one figure; KID knows no classes
    if isinstance(model, Quantises):
        told, measured = codes_card.sections(model, name, command.card["data"], folder, runs)
        lines += told
        results += measured
        front["headline"] = next((row["value"] for row in measured if row["type"] == "fd"), float("inf"))
    if isinstance(model, Denoises):
        told, measured = diffusion_card.sections(model, name, command.card["data"], folder)
        lines += told
        results += measured
        front["headline"] = next((row["value"] for row in measured if row["type"] == "fd"), float("inf"))
    if isinstance(model, Illustrates):
        told, measured, more = illustration_card.sections(model, name, folder, runs)
        front |= more
        lines += told
        results += measured
        front["headline"] = next((row["value"] for row in measured if row["type"] == "kid"), float("inf"))
    if isinstance(model, Judges):
        lines += _accuracies(checkpoint)
        if command.name == "judge-birds":
            lines += birds_card.confusion(model)
        results += [
            {"type": "accuracy", "name": key.replace("_", " "), "value": round(value, 4)}
            for key, value in checkpoint.chosen.items()
            if key.startswith("accuracy")
        ]
    if isinstance(model, Understands):
        told, measured = birds_card.retrieval(name, checkpoint, model, runs)
        lines += told
        results += measured
        front["headline"] = checkpoint.chosen["error"]
    if isinstance(model, Estimates):
        told, measured = encoder_card.sections(model, command.card["data"])
        lines += told
        results += measured
        front["headline"] = checkpoint.chosen["error"]
    if (folder / "inversion.json").is_file():
        inversion = json.loads((folder / "inversion.json").read_text())
        front |= {key: sorted(inversion[key]) for key in ("held_out_psnr", "held_out_psnr_extended") if key in inversion}
        lines += [
            "## Fitting held-out photos",
            "",
            *(line for key in ("table", "extended") if key in inversion for line in (inversion[key], "")),
        ]
    if isinstance(model, Illustrates) and runs and (table := ablation(runs, command.name, stages_card.runs(folder)[0]["history"])):
        (folder / "ablation.md").write_text(table)
    judge = f"judge-{command.card['data']}" if getattr(model, "classes", None) else "judge-pictures"
    if isinstance(model, Generates) and runs and (table := ablation(runs, command.name, judge=judge)):
        (folder / "ablation.md").write_text(table)
    if (folder / "ablation.md").is_file():
        lines += ["## What helped", "", (folder / "ablation.md").read_text(), ""]
    licence = sources.SOURCES[command.card["data"]].licence if "data" in command.card else "research use"
    lines += ["## Licence", "", DATA_LICENCE.format(licence=licence), ""]
    tasks = {
        Judges: "image-classification",
        Estimates: "image-feature-extraction",
        Understands: "sentence-similarity",
        Illustrates: "text-to-image",
    }
    task = next((task for kind, task in tasks.items() if isinstance(model, kind)), "unconditional-image-generation")
    front_matter = {
        "license": "other",
        "license_name": "data-licence",
        "library_name": "generative-model-explorer",
        "pipeline_tag": task,
        "tags": ["generative-model-explorer", checkpoint.model_class.__name__.lower()],
        "explorer": front,
        "model-index": [{"name": name, "results": [{"task": {"type": task}, "dataset": _dataset(command), "metrics": results}]}],
    }
    (folder / "README.md").write_text(f"---\n{yaml.safe_dump(front_matter, sort_keys=False)}---\n\n" + "\n".join(lines))


def _dataset(command: Command) -> dict[str, str]:
    name = command.card.get("data", "several")
    return {"name": name, "type": sources.SOURCES[name].hub or name if name in sources.SOURCES else name}


def _training(checkpoint: Checkpoint, model: Model, command: Command, facts: dict) -> list[str]:
    last = checkpoint.history[-1]
    chosen = checkpoint.chosen
    which = "the last weights" if chosen.get("kid_raw", float("inf")) < chosen.get("kid", 0) else "the moving average of the weights"
    rows = [
        ("class", f"`{checkpoint.model_class.__name__}`"),
        *((f"weights in the {name}", f"{count_parameters(part.requires_grad_(True)):,}") for name, part in model.named_children()),
        ("data", command.card.get("trained_on", "")),
        ("pictures seen", f"{last['images']:,} in {last['step']:,} steps"),
        ("chosen at", f"{chosen.get('images', last['images']):,} pictures, the best measurement on the way"),
        *([("shipped", which)] if isinstance(model, Generates) else []),
        ("time", f"{last['seconds'] / 60:.0f} minutes on {facts['hardware']}" + (", bf16" if facts.get("precision") == "bf16" else "")),
        ("settings", ", ".join(f"`{key}={value}`" for key, value in facts["settings"].items())),
        ("again", f"`python -m train {command.name}`"),
    ]
    extra = (
        " The file training.safetensors beside the weights serves only `--from`."
        if (checkpoint.folder / TRAINING_WEIGHTS).is_file()
        else ""
    )
    table = ["| | |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)]
    timeline = ", fixed latents through training in timeline/" if (checkpoint.folder / "timeline").is_dir() else ""
    story = [command.card["story"], ""] if "story" in command.card else []
    return [
        "## Training",
        "",
        *table,
        "",
        *story,
        f"The whole log is in history.jsonl{timeline}.{extra}",
        "",
    ]


def _accuracies(checkpoint: Checkpoint) -> list[str]:
    row = checkpoint.chosen
    table = [f"| {key.removeprefix('accuracy_')} | {value:.1%} |" for key, value in row.items() if key.startswith("accuracy")]
    return ["## Accuracy on pictures it was not trained on", "", "| question | accuracy |", "|---|---|", *table, ""]


def _samples(model: Generates, path: Path, name: str) -> list[str]:
    """Draw the sheet of unselected pictures: a column for each class of a few, else what real pictures of the set would be told."""
    classes = list(getattr(model, "classes", []))
    if classes and getattr(model, "most", 1) == 1:
        columns, order = len(classes), "; columns: " + ", ".join(classes)
        labels = torch.eye(columns).repeat(-(-SHOWN // columns), 1)
    else:
        columns, order = 8, ""
        labels = asked(model, data.load(name, "train", model.image_size, limit=SHOWN)) if classes else None
    images = metrics.stored(metrics.drawn(model, SHOWN if labels is None else len(labels), SHEET_SEED, labels=labels))
    step = images.shape[-1] + 2
    sheet = Image.new("RGB", (columns * step - 2, -(-len(images) // columns) * step - 2), "white")
    for i, image in enumerate(images):
        sheet.paste(Image.fromarray(image.permute(1, 2, 0).numpy()), (i % columns * step, i // columns * step))
    sheet.save(path, quality=90)
    told = f"{len(images)} unselected"
    return ["## Samples", "", f"{told} pictures, seed {SHEET_SEED}{order}:", "", f"![{told} samples]({path.name})", ""]
