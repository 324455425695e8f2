"""Reads the annotations of the birds' pictures: as `birds.Bird`, and the sentences in the data set's columns."""

from __future__ import annotations

import json
import os
from pathlib import Path

from train.data import birds, sources


def describe(split: str, limit: int | None = None) -> list[birds.Bird]:
    """The annotations of each picture, in the order of `data.load("birds", split, ...)`.

    The copy on the Hub has only human sentences (and pictures that are not cropped to the bird). The attributes are in EXPLORER_DATA only.
    The percentages of a species are used for the train split only: the annotations of a test picture are those of this picture.

    Raises:
        ValueError: if EXPLORER_DATA has the birds, but not their attributes.
    """
    rows, human = sources.rows("birds", split, limit), sources.SOURCES["birds"].human
    if human in rows.column_names:
        return [birds.read((), human=_lines(text)) for text in rows[human]]
    rows = rows.select_columns(["label", "attributes", "captions", "captions_from_attributes"])
    names, percent = _attribute_file("names.json"), _attribute_file("class_percent.json")
    return [
        birds.read(
            row["captions_from_attributes"], row["attributes"], names, percent[row["label"]] if split == "train" else (), row["captions"]
        )
        for row in rows
    ]


def sentences(split: str, column: str, limit: int | None = None) -> list[list[str]]:
    """The sentences of a column ("captions", "captions_gist", "captions_from_attributes"): a list for each picture, in the order of
    `data.load`. The species' name is removed from GIST's sentences. The copy on the Hub has human sentences ("captions") only."""
    rows, human = sources.rows("birds", split, limit), sources.SOURCES["birds"].human
    if human in rows.column_names:
        return [_lines(text) if column == "captions" else [] for text in rows[human]]
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
