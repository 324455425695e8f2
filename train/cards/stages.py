"""The sections on each stage of a model that is trained in stages: its networks, its losses, and ten pictures.

The run of a stage starts from the weights of the previous stage (`--from`). It stores the log and the settings of the previous stage in
earlier.json (`train.state`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer import images
from explorer.models import Illustrates
from explorer.training_log import read_history
from train.parts.backbone import BACKBONE
from train.parts.paper_discriminator import PaperDiscriminator
from train.parts.projected import ProjectedDiscriminator
from train.state import EARLIER

TEN = 10
LOSSES = {"discriminator_loss": "discriminator", "generator_loss": "generator"}
STAGES = ("Stage I", "Stage II")


def stage_name(settings: dict[str, Any]) -> str:
    """The name of a run's stage, such as "Stage II, 128 px"."""
    return f"{STAGES[settings.get('stage', 1) - 1]}, {settings.get('size', 64)} px"


def runs(folder: Path) -> list[dict[str, Any]]:
    """The runs of all stages, in order, each as {"facts": run.json, "history": rows}. The runs of earlier stages also have the key "name",
    if their name is stored."""
    path = folder / EARLIER
    current = {"facts": json.loads((folder / "run.json").read_text(encoding="utf-8")), "history": read_history(folder / "history.jsonl")}
    return [*(json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []), current]


def layers(network: nn.Module, run: Callable[[], Any]) -> list[tuple[str, str, str, int]]:
    """Every layer of a forward pass, in order: block, kind, the size of its output, and the number of its weights.

    Args:
        network: the network.
        run: a function that runs a forward pass for one picture.
    """
    rows: list[tuple[str, str, str, int]] = []

    def remember(name: str):
        def hook(module: nn.Module, _: Any, output: Tensor) -> None:
            kind = type(module).__name__.removeprefix("Parametrized")
            if isinstance(module, nn.Conv2d):
                kind = f"{module.kernel_size[0]}x{module.kernel_size[1]} convolution" + (", stride 2" if module.stride[0] == 2 else "")
            size = " x ".join(str(side) for side in output.shape[1:])
            rows.append((name, kind, size, sum(weight.numel() for weight in module.parameters())))

        return hook

    def leaf(module: nn.Module) -> bool:
        return isinstance(module, (nn.Conv2d, nn.Linear, nn.BatchNorm2d, nn.BatchNorm1d))

    hooks = [module.register_forward_hook(remember(name)) for name, module in network.named_modules() if leaf(module)]
    with torch.no_grad():
        run()
    for hook in hooks:
        hook.remove()
    return rows


def _table(rows: list[tuple[str, str, str, int]]) -> list[str]:
    lines = ["| block | layers | size of the output | weights |", "|---|---|---|---|"]
    for block, members in groupby(rows, key=lambda row: row[0].rpartition(".")[0] or row[0]):
        members = list(members)
        kinds = ", ".join(f"{count} x {kind}" if count > 1 else kind for kind, count in Counter(row[1] for row in members).items())
        lines.append(f"| {block} | {kinds} | {members[-1][2]} | {sum(row[3] for row in members):,} |")
    return lines


def networks(model: Illustrates, settings: Sequence[dict[str, Any]]) -> list[str]:
    """The layers of the generator and the discriminator of each stage, in collapsed sections: markdown.

    Args:
        model: the model with all stages.
        settings: the settings of each run, in order. If several runs have the same stage and size, those of the last run are used.
    """
    text, z, noise = torch.zeros(1, model.text_size), torch.zeros(1, model.latent_size), torch.zeros(1, model.condition_size)
    sketch = torch.zeros(1, 3, model.sizes[0], model.sizes[0])
    passes = {"Stage I": (model.first, lambda: model.first(text, z, noise))}
    if len(model.sizes) > 1:
        passes["Stage II"] = (model.second, lambda: model.second(sketch, text, noise, model.sizes[1]))
    lines = ["## The networks", ""]
    for stage, (generator, run) in passes.items():
        size = model.sizes[list(passes).index(stage)]
        of_stage = (each for each in reversed(settings) if stage_name(each) == f"{stage}, {size} px")
        stage_settings = next(of_stage, settings[-1])
        picture = torch.zeros(1, 3, size, size)
        if "backbone_size" in stage_settings:
            seen_size = stage_settings["backbone_size"] or BACKBONE[size]
            discriminator = ProjectedDiscriminator(seen_size, conditions=model.text_size).eval()
            features = discriminator.project(picture)
            description = f"heads on frozen EfficientNet-Lite1 features of the picture, which is resized to {seen_size} pixels"
            discriminate = partial(discriminator, features, text)
        else:
            discriminator = PaperDiscriminator(model.text_size).eval()
            description = "convolutions on the pixels"
            discriminate = partial(discriminator, picture, text[None])
        for title, rows in (
            (f"{stage}, generator", layers(generator, run)),
            (f"{stage}, discriminator ({description})", layers(discriminator, discriminate)),
        ):
            total = sum(row[3] for row in rows)
            lines += [f"<details><summary>{title}, {total:,} weights</summary>", "", *_table(rows), "", "</details>", ""]
    return lines


def curves(stages: Sequence[tuple[str, list[dict[str, float]]]], path: Path) -> None:
    """Save an SVG with a chart for every stage: the losses of the generator and the discriminator by the number of training pictures."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, len(stages), figsize=(4.2 * len(stages), 2.8), squeeze=False, layout="constrained")
    for axis, (name, history) in zip(axes[0], stages, strict=True):
        for (key, label), colour in zip(LOSSES.items(), ("#3f5ef0", "#b4562f"), strict=True):
            rows = [row for row in history if key in row]
            axis.plot([row["images"] / 1000 for row in rows], [row[key] for row in rows], label=label, color=colour, linewidth=1.2)
        axis.set(title=name, xlabel="thousands of training pictures", ylabel="loss")
        axis.spines[["top", "right"]].set_visible(False)
        axis.legend(frameon=False)
    with matplotlib.rc_context({"svg.hashsalt": "stages", "svg.fonttype": "none"}):
        figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def ten(stages: Sequence[Tensor], path: Path) -> None:
    """Save one row of pictures per stage: the same ten birds, (10, 3, side, side), enlarged to the size of the last stage."""
    side = stages[-1].shape[-1]
    rows = [F.interpolate(stage, size=(side, side), mode="nearest") for stage in stages]
    images.grid(torch.cat(rows), TEN).save(path, quality=90)


def sections(model: Illustrates, folder: Path, drawn: Sequence[Tensor]) -> list[str]:
    """Write losses.svg and ten.webp into `folder`, and return the sections as markdown.

    Args:
        model: the model of the card.
        folder: the folder that has run.json, history.jsonl and, for a later stage, earlier.json.
        drawn: ten pictures of every stage.
    """
    all_runs = runs(folder)
    histories = [(stage_name(run["facts"]["settings"]), run["history"]) for run in all_runs]
    lines = []
    if len(all_runs) > 1:
        lines += ["## Earlier stages", "", "| stage | training pictures | minutes | hardware | settings |", "|---|---|---|---|---|"]
        for run, (name, history) in zip(all_runs[:-1], histories, strict=False):
            settings = ", ".join(f"`{key}={value}`" for key, value in run["facts"]["settings"].items())
            bf16 = ", bf16" if run["facts"].get("precision") == "bf16" else ""
            last_row = history[-1]
            minutes = last_row["seconds"] / 60
            lines.append(f"| {name} | {last_row['images']:,} | {minutes:.0f} | {run['facts']['hardware']}{bf16} | {settings} |")
        lines.append("")
    lines += networks(model, [run["facts"]["settings"] for run in all_runs])
    curves(histories, folder / "losses.svg")
    ten(drawn, folder / "ten.webp")
    rows = " and ".join(f"{stage.shape[-1]} pixels" for stage in drawn)
    return [
        *lines,
        "## Losses",
        "",
        "![the losses of generator and discriminator of each stage](losses.svg)",
        "",
        "Each network is trained against the other, so neither loss tells how good the pictures are.",
        "",
        "## Ten random pictures of each stage",
        "",
        f"The pictures are unselected, and each column has another sentence about an unseen species. The rows are the stages, at {rows}:",
        "",
        "![ten pictures of each stage](ten.webp)",
        "",
    ]
