"""Writes a checkpoint's model card, README.md: front matter for the Hub (`model-index`) and for the page (`explorer`), then tables. All of
it is measured, except a few sentences from the recipe.

The sections of a card depend on what its model can do: for each capability, `SECTIONS` has the files of this folder whose `tell` adds them.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import yaml

from explorer.models import Denoises, Estimates, Generates, Illustrates, Judges, Quantises, Understands
from train.command import Command
from train.data import sources

from . import ablation, birds, codes, conditional, diffusion, distances, encoder, illustration, judges, samples, training
from .card import Card

PAGE_WORDS = ("summary", "trained_on", "subject", "weakness")
DATA_LICENCE = "Licence of the pictures: {licence}. The weights learned from them are shared under the same."
TASKS = {  # of the Hub
    Judges: "image-classification",
    Estimates: "image-feature-extraction",
    Understands: "sentence-similarity",
    Illustrates: "text-to-image",
}
SECTIONS: dict[type, tuple[ModuleType, ...]] = {
    Generates: (distances, samples, conditional),
    Quantises: (codes,),
    Denoises: (diffusion,),
    Illustrates: (illustration,),
    Judges: (judges,),
    Understands: (birds,),
    Estimates: (encoder,),
}


def write_card(command: Command, folder: Path, *, name: str | None = None, runs: Path | None = None) -> None:
    """Measure the checkpoint in `folder` and write its README.md.

    Reads run.json (settings, hardware), history.jsonl, and, if it exists, inversion.json, which benchmarks/inversion.py writes.
    """
    card = Card(command, name or folder.name, folder, runs)
    card.front["data"] = command.card.get("data", training.SEVERAL)
    card.front |= {key: command.card[key] for key in PAGE_WORDS if key in command.card}
    if "good_seeds" in command.card:
        card.front["good_seeds"] = [int(seed) for seed in command.card["good_seeds"].split(",")]
    card.add([f"# {card.name}", "", f"{command.card['summary']} {command.card.get('weakness', '')}".strip(), ""])
    training.tell(card)
    for capability, parts in SECTIONS.items():
        if isinstance(card.model, capability):
            for part in parts:
                part.tell(card)
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


def _fits(card: Card) -> None:
    """Add the results of benchmarks/inversion.py, if it was run."""
    if not (path := card.folder / "inversion.json").is_file():
        return
    measurements = json.loads(path.read_text(encoding="utf-8"))
    card.front |= {key: sorted(measurements[key]) for key in ("held_out_psnr", "held_out_psnr_extended") if key in measurements}
    tables = (measurements[key] for key in ("table", "extended") if key in measurements)
    card.add(["## Fitting held-out photos", "", *(line for table in tables for line in (table, ""))])
