"""The section of every card on the training: its data, length, time, settings, and the weights that it started from."""

from __future__ import annotations

from explorer.models import Estimates, Generates, Illustrates
from explorer.training_log import best
from train.command import Command
from train.data import sources
from train.state import TRAINING_WEIGHTS, count_parameters

from . import stages
from .card import Card

SEVERAL = "several"  # the data set's name in the card of a model that is trained on more than one


def tell(card: Card) -> None:
    """Add a table of the run, the weights that it started from, and where its log is."""
    checkpoint, model, command, facts = card.checkpoint, card.model, card.command, card.facts
    last, earlier = checkpoint.history[-1], [] if isinstance(model, Illustrates) else stages.runs(checkpoint.folder)[:-1]
    start = earlier[-1].get("name") if earlier else None
    chosen, raw = best(checkpoint.history)
    averaged = facts.get("averaged", True)  # without this entry, the run had an average
    weights_text = "the weights of that step" if raw or not averaged else "the moving average of the weights"
    rows = [
        ("class", f"`{checkpoint.model_class.__name__}`"),
        *((f"weights in the {name}", f"{count_parameters(part.requires_grad_(True)):,}") for name, part in model.named_children()),
        ("data", command.card.get("trained_on", "")),
        ("pictures seen", f"{last['images']:,} in {last['step']:,} steps"),
        *([("chosen at", f"{chosen['images']:,} pictures, the best measurement on the way")] if chosen else []),
        *([("shipped", weights_text)] if isinstance(model, Generates) else []),
        ("time", f"{last['seconds'] / 60:.0f} minutes on {facts['hardware']}" + (", bf16" if facts.get("precision") == "bf16" else "")),
        ("settings", ", ".join(f"`{key}={value}`" for key, value in facts["settings"].items())),
        ("again", f"`python -m train {command.name}" + (f" --from checkpoints/{start}`" if start not in (None, command.name) else "`")),
    ]
    note = (
        " The file training.safetensors beside the weights serves only `--from`."
        if (checkpoint.folder / TRAINING_WEIGHTS).is_file()
        else ""
    )
    table = ["| | |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)]
    timeline = ", fixed latents through training in timeline/" if (checkpoint.folder / "timeline").is_dir() else ""
    story = [command.card["story"], ""] if "story" in command.card else []
    if earlier:
        rows, start_facts = earlier[-1]["history"], earlier[-1]["facts"]
        start_row = best(rows)[0] or rows[-1]
        start_text = f"{start_row['images']:,} pictures in {start_row['seconds'] / 60:.0f} minutes on {start_facts['hardware']}"
        start_run = f"an encoder of an earlier {model.generator}" if isinstance(model, Estimates) else f"a run on {start_facts['data']}"
        story += [f"It began with the weights of {start_run}, which had seen {start_text}.", ""]
    lines = [
        "## Training",
        "",
        *table,
        "",
        *story,
        f"The whole log is in history.jsonl{timeline}.{note}",
        "",
    ]
    card.add(lines)


def dataset(command: Command) -> dict[str, str]:
    """The data set as `model-index` names it: its name, and its repository on the Hub if it has one."""
    name = command.card.get("data", SEVERAL)
    return {"name": name, "type": sources.SOURCES[name].hub or name if name in sources.SOURCES else name}
