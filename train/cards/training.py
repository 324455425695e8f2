"""The section of every card on the training: its data, length, time, settings, and the weights that it started from."""

from __future__ import annotations

from explorer.models import Estimates, Generates, Illustrates
from explorer.training_log import best, metric_of
from train.command import Command
from train.data import sources
from train.state import TRAINING_WEIGHTS, count_parameters

from . import stages
from .card import Card

SEVERAL = "several"  # the name of the data set in the card of a model that was trained on several data sets


def tell(card: Card) -> None:
    """Add a table of the run's settings, the weights that the run started from, and the place of its log."""
    checkpoint, model, command, facts = card.checkpoint, card.model, card.command, card.facts
    last, earlier = checkpoint.history[-1], [] if isinstance(model, Illustrates) else stages.runs(checkpoint.folder)[:-1]
    start = earlier[-1].get("name") if earlier else None
    chosen, raw = best(checkpoint.history, metric_of(facts))
    averaged = facts.get("averaged", True)  # runs without this entry averaged their weights
    weights_text = "the weights of that step themselves" if raw or not averaged else "the moving average of the weights"
    start_option = f" --from checkpoints/{start}" if start not in (None, command.name) else ""
    rows = [
        ("class", f"`{checkpoint.model_class.__name__}`"),
        *((f"weights in the {name}", f"{count_parameters(part.requires_grad_(True)):,}") for name, part in model.named_children()),
        ("data", f"{command.card.get('trained_on', '')}{_source(command.card.get('data', ''))}"),
        ("training pictures", f"{last['images']:,} in {last['step']:,} steps"),
        *([("weights chosen after", f"{chosen['images']:,} pictures, with the best measurement of the run")] if chosen else []),
        *([("shipped weights", weights_text)] if isinstance(model, Generates) else []),
        ("time", f"{_minutes(last)} on {facts['hardware']}" + (", bf16" if facts.get("precision") == "bf16" else "")),
        ("settings", ", ".join(f"`{key}={value}`" for key, value in facts["settings"].items())),
        ("train again", f"`python -m train {command.name}{start_option}`"),
    ]
    note = (
        " The file training.safetensors is needed only to start another run from this checkpoint (`--from`)."
        if (checkpoint.folder / TRAINING_WEIGHTS).is_file()
        else ""
    )
    table = ["| | |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)]
    timeline = ""
    if (checkpoint.folder / "timeline").is_dir():
        timeline = "; pictures of fixed latents at several steps of training are in timeline/"
    story = [command.card["story"], ""] if "story" in command.card else []
    if earlier:
        rows, start_facts = earlier[-1]["history"], earlier[-1]["facts"]
        start_row = best(rows, metric_of(start_facts))[0] or rows[-1]
        start_text = f"{start_row['images']:,} pictures in {_minutes(start_row)} on {start_facts['hardware']}"
        earlier_encoder = isinstance(model, Estimates)
        start_run = f"an encoder for an earlier {model.generator}" if earlier_encoder else f"a run on {start_facts['data']}"
        story += [f"The run began with the weights of {start_run}, which had been trained on {start_text}.", ""]
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


def _minutes(row: dict[str, float]) -> str:
    """The training time up to a row of the log, in words: "1 minute", "2 minutes"."""
    minutes = f"{row['seconds'] / 60:.0f}"
    return f"{minutes} minute" if minutes == "1" else f"{minutes} minutes"


def _source(name: str) -> str:
    """The address and the licence of a data set, in brackets; "" for one that has neither."""
    if (source := sources.SOURCES.get(name)) is None:
        return ""
    address = [f"[{source.hub}](https://huggingface.co/datasets/{source.hub})"] if source.hub else []
    return f" ({'; '.join([*address, f'licence: {source.licence}'])})"


def dataset(command: Command) -> dict[str, str]:
    """The data set as `model-index` names it: its name, and its repository on the Hub if it has one."""
    name = command.card.get("data", SEVERAL)
    return {"name": name, "type": sources.SOURCES[name].hub or name if name in sources.SOURCES else name}
