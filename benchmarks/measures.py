"""Tests which distance measures notice which corruptions. Real pictures are corrupted, and every measure compares them with other real
pictures.

    python -m benchmarks.measures               100 photos of carrot cake (takes minutes)
    python -m benchmarks.measures --full        400 pictures of each of five data sets; writes benchmarks/measures.json (takes 40 minutes)
    python -m benchmarks.measures --tables      prints the tables of docs/measures.md from this file

`train.metrics.choice` uses the result: of two checkpoints, it prefers the one that is better in the measure that notices most corruptions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import torch
import typer

from explorer.zoo import Zoo
from train import data, hardware
from train.metrics.features import IMAGENET_160, OPEN_NSFW, ImageNetFeatures, OpenNSFWFeatures
from train.metrics.sensitivity import PATCHES, WITHIN, Response, responses
from train.recipes.dcgan import stickers

RESULTS = Path(__file__).with_suffix(".json")
SETS = ("carrot-cake", "abstract-art", "stickers", "birds", "iclevr")
FEW, COUNT, SIZE, SEED = 100, 400, 64, 0
JUDGE = "judge-pictures"
NETWORKS = (OPEN_NSFW, IMAGENET_160, JUDGE)
MEASURES = [f"{network}: {kind}" for network in NETWORKS for kind in WITHIN] + [PATCHES]


def measure(name: str, count: int) -> list[dict[str, Any]]:
    """A row for every measure and corruption of one data set, with the fields of `Response`."""
    pictures = stickers(SIZE) if name == "stickers" else data.load(name, "train", SIZE)
    order = torch.randperm(len(pictures), generator=torch.Generator().manual_seed(SEED))[: count - count % 2]
    networks = {OPEN_NSFW: OpenNSFWFeatures(), IMAGENET_160: ImageNetFeatures(160), JUDGE: Zoo().load(JUDGE).embed}
    rows = []
    for label, corruption, response in responses(pictures.batch(order)["images"], networks):
        rows.append({"data": name, "n": len(order), "measure": label, "corruption": corruption, **vars(response)})
        state = "noticed" if response.seen else "not noticed"
        typer.echo(f"{name}, {label}: {corruption} is {state}, {response.deviations[1]:.1f} deviations", err=True)
    return rows


def response(row: dict[str, Any]) -> Response:
    """The `Response` in a row of `measure`."""
    return Response(row["mean"], row["deviation"], tuple(row["values"]), row["sign"])


def noticed(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    """For every measure, the number of pairs of a data set and a corruption that it notices."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["measure"]] = counts.get(row["measure"], 0) + response(row).seen
    return counts


def tables(rows: list[dict[str, Any]]) -> str:
    """Markdown: a table of how many corruptions each measure notices in each data set, and a table for each measure and corruption: in how
    many data sets the measure notices it, and the median number of standard deviations."""
    sets, kinds = list(dict.fromkeys(row["data"] for row in rows)), list(dict.fromkeys(row["corruption"] for row in rows))
    measures = [name for name in MEASURES if any(row["measure"] == name for row in rows)]
    lines = [f"| measure | {' | '.join(sets)} | all |", "|---" * (len(sets) + 2) + "|"]
    for name in measures:
        own = [row for row in rows if row["measure"] == name]
        counts = [sum(response(row).seen for row in own if row["data"] == one) for one in sets]
        lines.append(f"| {name} | {' | '.join(map(str, counts))} | {sum(counts)} of {len(own)} |")
    lines += ["", f"| measure | {' | '.join(kinds)} |", "|---" * (len(kinds) + 1) + "|"]
    for name in measures:
        cells = []
        for kind in kinds:
            own = [response(row) for row in rows if row["measure"] == name and row["corruption"] == kind]
            share = f"{sum(one.seen for one in own)}/{len(own)}"
            cells.append(f"{share}, {median(one.deviations[1] for one in own):.0f}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(
    full: Annotated[bool, typer.Option("--full", help="Measure 400 pictures of each of five data sets; write the results.")] = False,
    stored: Annotated[bool, typer.Option("--tables", help="Print the tables of the results in benchmarks/measures.json.")] = False,
    only: Annotated[list[str] | None, typer.Option("--data", help="Measure these data sets, and replace their rows in the file.")] = None,
) -> None:
    if stored:
        print(tables(json.loads(RESULTS.read_text(encoding="utf-8"))))
        return
    print(hardware.described())
    if not (full or only):
        print(tables(measure(SETS[0], FEW)))
        return
    rows = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
    for name in only or SETS:
        rows = [row for row in rows if row["data"] != name] + measure(name, COUNT)
        rows.sort(key=lambda row: SETS.index(row["data"]))
        RESULTS.write_text("[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n", encoding="utf-8", newline="\n")
    print(tables(rows))


if __name__ == "__main__":
    typer.run(main)
