"""A checkpoint's model card, from what was measured: README.md with front matter for the Hub (`model-index`) and for the page (`explorer`),
then tables. Nothing in it is typed by hand but the recipe's own few sentences.

What a model can do decides what its card tells: `SECTIONS` names who adds to a `Card` for each protocol.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
import yaml
from PIL import Image

from explorer.judges import named
from explorer.models import Denoises, Estimates, Generates, Illustrates, Judges, Model, Quantises, Understands
from explorer.zoo import Checkpoint, Zoo, best, inspect
from train import data, metrics
from train.data import sources
from train.recipes import Command
from train.state import TRAINING_WEIGHTS, count_parameters

from . import birds as birds_card
from . import codes as codes_card
from . import conditional as conditional_card
from . import diffusion as diffusion_card
from . import distances as distances_card
from . import encoder as encoder_card
from . import illustration as illustration_card
from . import stages as stages_card
from .compared import ablation
from .distances import asked

PAGE_WORDS = ("summary", "trained_on", "subject", "weakness")
SHEET_SEED, SHOWN = 40_000, 64
SEVERAL = "several"  # data sets at once
DATA_LICENCE = "Licence of the pictures: {licence}. The weights learned from them are shared under the same."
TASKS = {  # of the Hub
    Judges: "image-classification",
    Estimates: "image-feature-extraction",
    Understands: "sentence-similarity",
    Illustrates: "text-to-image",
}


@dataclass
class Card:
    """A card in the making.

    Attributes:
        command: what was trained.
        name: of the checkpoint.
        folder: where it lies, and where pictures for the card go.
        runs: where the runs are whose variants stand beside it; None for nowhere.
        lines: of markdown.
        results: rows for `model-index`.
        front: what the page reads.
    """

    command: Command
    name: str
    folder: Path
    runs: Path | None
    lines: list[str] = field(default_factory=list)
    results: list[dict] = field(default_factory=list)
    front: dict[str, object] = field(default_factory=dict)

    def __post_init__(self):
        self.checkpoint: Checkpoint = inspect(self.folder)
        self.model: Model = self.checkpoint.model_class.from_pretrained(self.folder, **self.checkpoint.config)
        self.facts = json.loads((self.folder / "run.json").read_text())

    @property
    def data(self) -> str:
        return self.command.card["data"]

    def add(self, lines: Sequence[str], results: Sequence[dict] = (), headline: str = "") -> None:
        """Tell this, too. The first result of the type `headline` is what a retrained checkpoint must beat; lower is better."""
        self.lines += lines
        self.results += results
        if headline:
            self.front["headline"] = next((row["value"] for row in results if row["type"] == headline), float("inf"))


def _drawing(card: Card) -> None:
    card.add(*distances_card.sections(card.model, card.data, card.runs), headline="fd")
    card.add(_samples(card.model, card.folder / "samples.webp", card.data))
    told, measured = conditional_card.sections(card.model, card.name, card.data, card.folder, card.runs)
    card.add(told, measured)
    if taught := [row["value"] for row in measured if row["name"].startswith("GAN-train")]:
        card.front["headline"] = round(1 - taught[0], 4)  # quality, variety and obedience in one figure; KID knows no classes


def _coding(card: Card) -> None:
    if twin := codes_card.twin_of(card.checkpoint, Zoo(), card.data):
        card.front["twin"] = twin
    card.add(*codes_card.sections(card.model, card.name, card.data, card.folder, card.runs, twin), headline="fd")


def _denoising(card: Card) -> None:
    card.add(*diffusion_card.sections(card.model, card.name, card.data, card.folder), headline="fd")


def _illustrating(card: Card) -> None:
    told, measured, more = illustration_card.sections(card.model, card.name, card.folder, card.runs)
    card.front |= more
    card.add(told, measured, headline="kid")


def _judging(card: Card) -> None:
    accuracies = {key: value for key, value in card.checkpoint.chosen.items() if key.startswith("accuracy")}
    table = [f"| {key.removeprefix('accuracy_')} | {value:.1%} |" for key, value in accuracies.items()]
    card.add(
        ["## Accuracy on pictures it was not trained on", "", "| question | accuracy |", "|---|---|", *table, ""],
        [{"type": "accuracy", "name": key.replace("_", " "), "value": round(value, 4)} for key, value in accuracies.items()],
    )
    if card.command.name == "judge-birds":
        card.add(birds_card.confusion(card.model))


def _understanding(card: Card) -> None:
    card.add(*birds_card.retrieval(card.name, card.checkpoint, card.model, card.runs))
    card.front["headline"] = card.checkpoint.chosen["error"]


def _estimating(card: Card) -> None:
    card.add(*encoder_card.sections(card.model, card.data))
    card.front["headline"] = card.checkpoint.chosen["error"]


SECTIONS: dict[type, Callable[[Card], None]] = {
    Generates: _drawing,
    Quantises: _coding,
    Denoises: _denoising,
    Illustrates: _illustrating,
    Judges: _judging,
    Understands: _understanding,
    Estimates: _estimating,
}


def write_card(command: Command, folder: Path, *, name: str | None = None, runs: Path | None = None) -> None:
    """Measure the checkpoint in `folder` and write its README.md.

    Reads run.json (settings, hardware), history.jsonl, and inversion.json (written by benchmarks/inversion.py) where there is one.
    """
    card = Card(command, name or folder.name, folder, runs)
    card.front["data"] = command.card.get("data", SEVERAL)
    card.front |= {key: command.card[key] for key in PAGE_WORDS if key in command.card}
    if "good_seeds" in command.card:
        card.front["good_seeds"] = [int(seed) for seed in command.card["good_seeds"].split(",")]
    card.add([f"# {card.name}", "", f"{command.card['summary']} {command.card.get('weakness', '')}".strip(), ""])
    card.add(_training(card.checkpoint, card.model, command, card.facts))
    for capability, tell in SECTIONS.items():
        if isinstance(card.model, capability):
            tell(card)
    _fits(card)
    _ablation(card)
    licence = sources.SOURCES[card.data].licence if "data" in command.card else "research use"
    card.add(["## Licence", "", DATA_LICENCE.format(licence=licence), ""])
    task = next((task for kind, task in TASKS.items() if isinstance(card.model, kind)), "unconditional-image-generation")
    front_matter = {
        "license": "other",
        "license_name": "data-licence",
        "library_name": "generative-model-explorer",
        "pipeline_tag": task,
        "tags": ["generative-model-explorer", card.checkpoint.model_class.__name__.lower()],
        "explorer": card.front,
        "model-index": [{"name": card.name, "results": [{"task": {"type": task}, "dataset": _dataset(command), "metrics": card.results}]}],
    }
    (folder / "README.md").write_text(f"---\n{yaml.safe_dump(front_matter, sort_keys=False)}---\n\n" + "\n".join(card.lines))


def _fits(card: Card) -> None:
    """What benchmarks/inversion.py found, if it was run."""
    if not (path := card.folder / "inversion.json").is_file():
        return
    found = json.loads(path.read_text())
    card.front |= {key: sorted(found[key]) for key in ("held_out_psnr", "held_out_psnr_extended") if key in found}
    tables = (found[key] for key in ("table", "extended") if key in found)
    card.add(["## Fitting held-out photos", "", *(line for table in tables for line in (table, ""))])


def _ablation(card: Card) -> None:
    """Variants of the run, or what an earlier card told of them."""
    path = card.folder / "ablation.md"
    if card.runs and isinstance(card.model, (Generates, Illustrates)):
        own = stages_card.runs(card.folder)[0]["history"] if isinstance(card.model, Illustrates) else None
        judge = named(card.data) if getattr(card.model, "classes", None) else "judge-pictures"
        before = path.read_text() if path.is_file() else ""
        if table := ablation(card.runs, card.command.name, own, judge, before, card.facts.get("judged", 0)):
            path.write_text(table)
    if path.is_file():
        card.add(["## What helped", "", path.read_text(), ""])


def _dataset(command: Command) -> dict[str, str]:
    name = command.card.get("data", SEVERAL)
    return {"name": name, "type": sources.SOURCES[name].hub or name if name in sources.SOURCES else name}


def _training(checkpoint: Checkpoint, model: Model, command: Command, facts: dict) -> list[str]:
    last, earlier = checkpoint.history[-1], [] if isinstance(model, Illustrates) else stages_card.runs(checkpoint.folder)[:-1]
    begun = earlier[-1].get("name") if earlier else None
    chosen, raw = best(checkpoint.history)
    averaged = facts.get("averaged", True)  # every run that does not say so kept an average
    which = "the weights of that step" if raw or not averaged else "the moving average of the weights"
    rows = [
        ("class", f"`{checkpoint.model_class.__name__}`"),
        *((f"weights in the {name}", f"{count_parameters(part.requires_grad_(True)):,}") for name, part in model.named_children()),
        ("data", command.card.get("trained_on", "")),
        ("pictures seen", f"{last['images']:,} in {last['step']:,} steps"),
        ("chosen at", f"{chosen.get('images', last['images']):,} pictures, the best measurement on the way"),
        *([("shipped", which)] if isinstance(model, Generates) else []),
        ("time", f"{last['seconds'] / 60:.0f} minutes on {facts['hardware']}" + (", bf16" if facts.get("precision") == "bf16" else "")),
        ("settings", ", ".join(f"`{key}={value}`" for key, value in facts["settings"].items())),
        ("again", f"`python -m train {command.name}" + (f" --from checkpoints/{begun}`" if begun not in (None, command.name) else "`")),
    ]
    extra = (
        " The file training.safetensors beside the weights serves only `--from`."
        if (checkpoint.folder / TRAINING_WEIGHTS).is_file()
        else ""
    )
    table = ["| | |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)]
    timeline = ", fixed latents through training in timeline/" if (checkpoint.folder / "timeline").is_dir() else ""
    story = [command.card["story"], ""] if "story" in command.card else []
    if earlier:
        rows, before = earlier[-1]["history"], earlier[-1]["facts"]
        then = best(rows)[0] or rows[-1]
        seen = f"{then['images']:,} pictures in {then['seconds'] / 60:.0f} minutes on {before['hardware']}"
        whose = f"an encoder of an earlier {model.generator}" if isinstance(model, Estimates) else f"a run on {before['data']}"
        story += [f"It began with the weights of {whose}, which had seen {seen}.", ""]
    return [
        "## Training",
        "",
        *table,
        "",
        *story,
        f"The whole log is in history.jsonl{timeline}.{extra}",
        "",
    ]


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
