"""`python -m train NAME --option ...`: train a recipe, evaluate the model, and write the checkpoint folder."""

from __future__ import annotations

import inspect
import json
import logging
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from explorer.folder import files
from explorer.hub import LISTING, Entry
from explorer.memory import keep_freed_memory

from . import hardware, neighbours
from .cards import rewrite_card, write_card
from .command import Command
from .data import digits
from .data.iclevr import render
from .deploy import deploy, roll_back, variables_of
from .hub import push
from .loop import InterruptedRunError, Schedule, train
from .recipes import discover
from .saved import FULL
from .shipping import ship, ship_to_lab
from .state import continues_run_of, replace_text

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

LOOP = "The run"
COMMON = {
    "images": (int | None, None, "Length of the run in training pictures; by default that of the shipped checkpoint's run."),
    "minutes": (float | None, None, "Stop after this many minutes; run the same command again to resume."),
    "from_": (Path | None, None, "A checkpoint folder with the initial weights."),
    "runs": (Path, Path("runs"), "The folder of all runs."),
    "variant": (str, "", "A suffix of the run's name, to keep an ablation apart from the shipped run."),
    "seed": (int, 0, "The seed of the pictures' order and of all noise."),
    "precision": (str, "auto", "bf16, no (float32), or auto."),
    "ship": (Path | None, None, "At the end, write the checkpoint into this folder, such as checkpoints/."),
    "evaluate_every": (int | None, None, "Training pictures between two evaluations."),
    "log_every": (int, 50, "Steps between two rows of the history."),
    "threads": (int | None, None, "CPU threads; by default all."),
    "push_to_hub": (str | None, None, "With --ship: push the checkpoint to this user or organisation on the Hub."),
}


@app.callback()
def _group() -> None:
    """Train small generative models, one command per recipe."""


def run(command: Command, hyper_parameters: dict[str, Any], **options) -> Path:
    """Build the recipe, train it, and with --ship write the checkpoint. Returns the run's folder."""
    if options["push_to_hub"] and not options["ship"]:
        raise ValueError("--push-to-hub needs --ship FOLDER, because the checkpoint in that folder is pushed")
    if options["threads"]:
        torch.set_num_threads(options["threads"])
    torch.manual_seed(options["seed"])  # for the initial weights; the loop sets the seed of every step
    recipe = command.build(**hyper_parameters)
    recipe.dataset = command.card.get("data", "")
    steps = max(1, (options["images"] or command.images) // recipe.batch_size)
    schedule = Schedule(
        steps=steps,
        log_every=options["log_every"],
        evaluate_every=max(1, (options["evaluate_every"] or command.evaluate_every) // recipe.batch_size),
        minutes=options["minutes"],
    )
    folder = options["runs"] / "-".join(filter(None, (command.name, options["variant"])))
    folder.mkdir(parents=True, exist_ok=True)
    start = options["from_"]
    facts = {
        "data": recipe.dataset,
        "settings": {key: value for key, value in hyper_parameters.items() if not isinstance(value, Path)},  # no paths of this machine
        "averaged": list(recipe.averaged),
        "judged": min(recipe.judged, len(recipe.data)),
        "measured": recipe.measured,
        "metric": recipe.metric,
        "seed": options["seed"],
        "precision": options["precision"],
        "hardware": hardware.through(folder, start if start and continues_run_of(recipe, start) else None),
    }
    replace_text(folder / "run.json", json.dumps(facts, indent=2) + "\n")
    progress = train(recipe, folder, schedule, seed=options["seed"], precision=options["precision"], warm_start=start)
    typer.echo(f"{folder}: step {progress.step}, best {progress.best}")
    if options["ship"] and command.lab:
        typer.echo(f"wrote {ship_to_lab(folder, options['ship'], command.weights)}")
    elif options["ship"]:
        target = options["ship"] / command.name
        written = ship(command, folder, target)
        typer.echo(f"wrote {target}" if written else f"{target} was not overwritten: its metric is better")
        if written and options["push_to_hub"]:
            _report(target, push(target, options["push_to_hub"]))
    return folder


def _typer_command(command: Command):
    """A function for typer, whose parameters are the recipe's hyper-parameters and the options of the loop."""
    signature = inspect.signature(command.build, eval_str=True)
    documented = _documented(command.build.__doc__ or "")
    parameters = [
        parameter.replace(
            kind=inspect.Parameter.KEYWORD_ONLY,
            annotation=Annotated[parameter.annotation, typer.Option(help=documented.get(name, ""), rich_help_panel="The recipe")],
        )
        for name, parameter in signature.parameters.items()
    ]
    for name, (kind, default, text) in COMMON.items():
        option = typer.Option(*(["--from"] if name == "from_" else []), help=text, rich_help_panel=LOOP)
        parameters.append(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option]))

    def call(**arguments):
        hyper_parameters = {name: arguments[name] for name in signature.parameters}
        try:
            run(command, hyper_parameters, **{name: arguments[name] for name in COMMON})
        except InterruptedRunError as reason:
            typer.echo(str(reason))
            raise typer.Exit(3) from None
        except ValueError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from None
        except OSError as error:
            if error.errno not in FULL:
                raise
            typer.echo(f"the disk is full ({error}). Make room, then run the same command again to resume", err=True)
            raise typer.Exit(3) from None

    call.__signature__ = inspect.Signature(parameters)
    call.__doc__ = (command.build.__doc__ or "").split("Args:")[0].strip()
    return call


def _documented(docstring: str) -> dict[str, str]:
    """The texts of a docstring's Args section, by parameter."""
    texts: dict[str, str] = {}
    for line in inspect.cleandoc(docstring).partition("Args:")[2].splitlines():
        name, colon, text = line.strip().partition(": ")
        if colon and line.startswith("    ") and not line.startswith("     "):
            texts[name] = text
        elif texts and line.strip():
            texts[next(reversed(texts))] += " " + line.strip()
    return texts


@app.command("card")
def card(
    folder: Annotated[Path, typer.Argument(help="A checkpoint folder, such as checkpoints/dcgan-carrot-cake.")],
    runs: Annotated[Path | None, typer.Option(help="The folder of all runs, to compare the checkpoint with its variants.")] = None,
    texts: Annotated[bool, typer.Option("--texts", help="Write only what needs no measurement: texts, training, networks.")] = False,
) -> None:
    """Evaluate a checkpoint again and rewrite its model card."""
    if texts:
        rewrite_card(discover()[folder.name], folder)
    else:
        write_card(discover()[folder.name], folder, runs=runs)


@app.command("neighbours")
def write_neighbours(
    judge: Annotated[Path, typer.Argument(help="A judge's folder, such as checkpoints/judge-birds.")],
    pictures: Annotated[str, typer.Argument(help="A data set, such as birds.")],
) -> None:
    """Store a judge's features of all training pictures of a data set, so that the page can show the nearest ones."""
    typer.echo(neighbours.write(judge, pictures))


app.command("render-iclevr")(render.main)
app.command("digits")(digits.main)


@app.command("ship")
def ship_run(
    name: Annotated[str, typer.Argument(help="A recipe with a run, finished or not, in the folder of all runs.")],
    runs: Annotated[Path, typer.Option(help="The folder of all runs.")] = Path("runs"),
    into: Annotated[Path, typer.Option(help="The folder of all checkpoints.")] = Path("checkpoints"),
    variant: Annotated[str, typer.Option(help="The --variant of the run, if it has one.")] = "",
) -> None:
    """Write the checkpoint folder from a run's best weights so far, unless the checkpoint in that folder is better."""
    run = runs / "-".join(filter(None, (name, variant)))
    target = into / name
    typer.echo(f"wrote {target}" if ship(discover()[name], run, target) else f"{target} was not overwritten: its metric is better")


@app.command("push")
def push_checkpoint(
    name: Annotated[str, typer.Argument(help="A folder under checkpoints/.")],
    namespace: Annotated[str, typer.Option(help="Your user name on the Hub, or an organisation's.")],
    checkpoints: Annotated[Path, typer.Option(help="The folder of all checkpoints.")] = Path("checkpoints"),
    private: Annotated[bool, typer.Option("--private", help="Only you may read it.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and list the files; upload nothing.")] = False,
) -> None:
    """Upload a checkpoint to the Hub in one commit, and write that commit to checkpoints/hub.toml."""
    folder = checkpoints / name
    try:
        _report(folder, push(folder, namespace, private=private, dry_run=dry_run))
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


@app.command("deploy")
def deploy_app(
    space: Annotated[str, typer.Option(help="The Space, such as me/generative-model-explorer.")],
    private: Annotated[bool, typer.Option("--private", help="Only you may see a new Space.")] = False,
    hardware: Annotated[str, typer.Option(help="What the Space runs on, as the Hub calls it.")] = "cpu-basic",
    variable: Annotated[list[str] | None, typer.Option(help="NAME=VALUE, an environment variable of the Space.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List the files; upload nothing.")] = False,
    back: Annotated[bool, typer.Option("--roll-back", help="Bring back the files of the commit before.")] = False,
) -> None:
    """Publish the app as a Space of the Hub, wait until it runs, and check it."""
    root = Path(__file__).resolve().parents[1]
    try:
        if back:
            roll_back(root, space, tell=typer.echo)
        else:
            settings = {"private": private, "hardware": hardware, "variables": variables_of(variable or []), "dry_run": dry_run}
            deploy(root, space, **settings, tell=typer.echo)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def _report(folder: Path, entry: Entry | None) -> None:
    if entry is None:
        for path in files(folder):
            typer.echo(f"{path.stat().st_size:>12,}  {path.relative_to(folder)}")
        typer.echo("nothing was uploaded")
    else:
        typer.echo(f"{entry.repo} at {entry.revision}; pinned in {folder.parent / LISTING}")


def main() -> None:
    keep_freed_memory()
    logging.getLogger("accelerate").setLevel(logging.WARNING)
    for name, command in discover().items():
        app.command(name)(_typer_command(command))
    app()


if __name__ == "__main__":
    main()
