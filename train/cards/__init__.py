"""Writes a checkpoint's model card, README.md: the front matter, then tables. The Hub reads the key `model-index` of the front matter; the
page reads the key `explorer`. All figures are measured; a few sentences come from the recipe.

The sections of a card depend on the capabilities of its model. `SECTIONS` maps each capability to modules of this package, and the function
`tell` of each module adds its sections.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import ModuleType

import yaml

from explorer.folder import read_text
from explorer.models import Denoises, Estimates, Generates, Illustrates, Judges, Quantises, Recognises, Understands
from train.command import Command
from train.data import sources

from . import (
    ablation,
    birds,
    codes,
    conditional,
    diffusion,
    distances,
    encoder,
    few_labels,
    illustration,
    judges,
    layers,
    losses,
    samples,
    sets,
    tradeoff,
    training,
)
from .card import Card

PAGE_WORDS = ("summary", "trained_on", "subject", "weakness")
DATA_LICENCE = "Licence of the pictures: {licence}. The weights learned from them are shared under the same licence."
CONDITIONS = ("type", "n", "split", "features", "evaluations", "quantity", "note")  # by which a row of a card replaces an older one
TASKS = {  # the names of the tasks on the Hub, by capability
    Judges: "image-classification",
    Estimates: "image-feature-extraction",
    Understands: "sentence-similarity",
    Illustrates: "text-to-image",
    Recognises: "image-classification",
}
SECTIONS: dict[type, tuple[ModuleType, ...]] = {
    Generates: (distances, samples, conditional),
    Recognises: (few_labels,),
    Quantises: (codes,),
    Denoises: (diffusion,),
    Illustrates: (illustration,),
    Judges: (judges,),
    Understands: (birds,),
    Estimates: (encoder,),
}


def write_card(command: Command, folder: Path, *, name: str | None = None, runs: Path | None = None) -> None:
    """Measure the checkpoint in `folder` and write its README.md.

    This function reads run.json (settings, hardware), history.jsonl and, if it exists, inversion.json. benchmarks/inversion.py and
    benchmarks/extended.py write inversion.json.
    """
    card = _begun(command, folder, name, runs)
    for capability, parts in SECTIONS.items():
        if isinstance(card.model, capability):
            for part in parts:
                part.tell(card)
    tradeoff.tell(card)
    _fits(card)
    ablation.tell(card)
    licence = sources.SOURCES[card.data].licence if card.data else "research use"
    card.add(["## Licence", "", DATA_LICENCE.format(licence=licence), ""])
    task = next((task for kind, task in TASKS.items() if isinstance(card.model, kind)), "unconditional-image-generation")
    results = {"task": {"type": task}, "dataset": training.dataset(command), "metrics": card.results}
    front_matter = {
        "license": "other",
        "license_name": "data-licence",
        "library_name": "generative-model-explorer",
        "pipeline_tag": task,
        "tags": ["generative-model-explorer", card.checkpoint.model_class.__name__.lower()],
        "explorer": card.front,
        "model-index": [{"name": card.name, "results": [results]}],
    }
    (folder / "README.md").write_text(
        f"---\n{yaml.safe_dump(front_matter, sort_keys=False)}---\n\n" + "\n".join(card.lines), encoding="utf-8"
    )


def rewrite_card(command: Command, folder: Path) -> None:
    """Write the parts of a card anew that need no measurement: the recipe's texts, training, networks, losses, and the stored figures of
    the trade-off. The rest stays."""
    written = read_text(folder, "README.md")
    card = _begun(command, folder, None, None)
    tradeoff.tell(card)
    front_matter = yaml.safe_load(written.split("---\n")[1])
    front_matter["explorer"] |= card.front
    for result in front_matter["model-index"][0]["results"] if card.results else []:
        found = {tuple(row.get(key) for key in CONDITIONS): row for row in [*result["metrics"], *card.results]}
        result["metrics"] = list(found.values())
    sections, body = _sections("\n".join(card.lines)), _sections(written.split("---\n", 2)[2])
    if not sections.keys() <= body.keys():  # sections that an older card does not have yet
        body = {heading: text for heading, text in body.items() if heading in sections} | sections | body
    text = "".join((sections.get(heading) or text for heading, text in body.items()))
    (folder / "README.md").write_text(f"---\n{yaml.safe_dump(front_matter, sort_keys=False)}---\n\n" + text, encoding="utf-8")


def _sections(text: str) -> dict[str, str]:
    """The sections of Markdown by their headings, which they begin with; "" for what comes before the first."""
    parts = re.split(r"^(?=## )", text.lstrip("\n"), flags=re.MULTILINE)
    return {part.partition("\n")[0] if part.startswith("## ") else "": part.rstrip("\n") + "\n\n" for part in parts}


def _begun(command: Command, folder: Path, name: str | None, runs: Path | None) -> Card:
    """A card with the parts that need no measurement."""
    card = Card(command, name or folder.name, folder, runs)
    card.front["data"] = command.card.get("data", training.SEVERAL)
    card.front |= {key: command.card[key] for key in PAGE_WORDS if key in command.card}
    if "good_seeds" in command.card:
        card.front["good_seeds"] = [int(seed) for seed in command.card["good_seeds"].split(",")]
    card.add([f"# {card.name}", "", f"{command.card['summary']} {command.card.get('weakness', '')}".strip(), ""])
    training.tell(card)
    if not isinstance(card.model, Illustrates):  # `stages` tells about those, with their discriminators
        layers.tell(card)
    losses.tell(card)
    sets.tell(card)
    return card


def _fits(card: Card) -> None:
    """Add the results of benchmarks/inversion.py and benchmarks/extended.py, if they are stored."""
    if not (path := card.folder / "inversion.json").is_file():
        return
    measurements = json.loads(path.read_text(encoding="utf-8"))
    card.front |= {key: sorted(measurements[key]) for key in ("held_out_psnr", "held_out_psnr_extended") if key in measurements}
    tables = (measurements[key] for key in ("table", "extended") if key in measurements)
    card.add(["## Fitting held-out photos", "", *(line for table in tables for line in (table, ""))])
