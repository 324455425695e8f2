"""What is said of each picture of the birds: rows of the data set read as `birds.Bird`, and the sentences in its columns."""

from __future__ import annotations

import json
import os
from pathlib import Path

from train.data import birds, sources


def describe(split: str, limit: int | None = None) -> list[birds.Bird]:
    """What is known of each picture of the birds, in the order of `data.load("birds", split, ...)`.

    From the Hub come the human sentences alone (and pictures that are not cropped to the bird); a local folder adds the annotators'
    attributes. The species' percentages are read for the train split only: a test picture is told by what was seen on it.

    Raises:
        ValueError: for a local folder without its attributes.
    """
    rows, human = sources.rows("birds", split, limit), sources.SOURCES["birds"].human
    if human in rows.column_names:
        return [birds.read((), human=_lines(said)) for said in rows[human]]
    rows = rows.select_columns(["label", "attributes", "captions", "captions_from_attributes"])
    names, percent = _attribute_file("names.json"), _attribute_file("class_percent.json")
    return [
        birds.read(
            row["captions_from_attributes"], row["attributes"], names, percent[row["label"]] if split == "train" else (), row["captions"]
        )
        for row in rows
    ]


def sentences(split: str, column: str, limit: int | None = None) -> list[list[str]]:
    """The sentences of one column ("captions", "captions_gist", "captions_from_attributes"), a list for each picture in the order of
    `data.load`, [] where it has none. GIST's begin with the species' name, which is taken out. The Hub's copy has the human ones only."""
    rows, human = sources.rows("birds", split, limit), sources.SOURCES["birds"].human
    if human in rows.column_names:
        return [_lines(said) if column == "captions" else [] for said in rows[human]]
    rows = rows.select_columns(["class_name", column])
    if column != "captions_gist":
        return [row[column] for row in rows]
    return [[birds.without_species(sentence, row["class_name"]) for sentence in row[column]] for row in rows]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _attribute_file(name: str):
    path = Path(os.environ.get("EXPLORER_DATA", "")) / "birds-attributes" / name
    if not path.is_file():
        raise ValueError(f"the birds' attributes are on no hub: set EXPLORER_DATA to a folder that holds birds-attributes/{name}")
    return json.loads(path.read_text(encoding="utf-8"))
