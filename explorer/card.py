"""The machine-readable part of a model card, with types: the mapping `explorer` in the front matter of a checkpoint's README.md, and the
rows of its `model-index`.

A row has a field for every condition of a measurement, so that a program need not parse English. `Measure.name` makes the sentence for
readers from the fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

FIRST_SEEDS = list(range(8))
MOST_SEED = 2**32 - 1
CONDITIONS = {  # the keys of a row besides type, name and value, with the allowed types of their values
    "n": (int,),
    "split": (str,),
    "features": (str,),
    "evaluations": (int,),
    "milliseconds": (int, float),
    "deviation": (int, float),
    "quantity": (str,),
    "note": (str,),
}


@dataclass(frozen=True)
class Measure:
    """One measured figure and the conditions of its measurement. A condition that the card lacks is None, or "" if it is a text.

    Attributes:
        kind: the metric, the `type` of a row: "fd", "kid", "precision", "recall", "accuracy", "psnr".
        value: the figure.
        n: the number of pictures that were measured.
        split: the split of the data set that the pictures were compared with or taken from: "train", "test", or in words, "unseen species".
        features: the network whose features were compared, or that classified the pictures: "judge-mnist".
        evaluations: how often the network ran for one picture.
        milliseconds: the time for one picture.
        deviation: the standard deviation of the figure for real pictures, over random halves of a set of them: its variation by chance.
        quantity: in words what was measured, if the kind does not say it.
        note: a further condition in words.
    """

    kind: str
    value: float
    n: int | None = None
    split: str | None = None
    features: str | None = None
    evaluations: int | None = None
    milliseconds: float | None = None
    deviation: float | None = None
    quantity: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """The sentence of the row: "fd (judge-mnist, n = 5000, test split, 24 evaluations)"."""
        conditions = (
            self.features,
            None if self.n is None else f"n = {self.n}",
            f"{self.split} split" if self.split in ("train", "test") else self.split,
            None if self.evaluations is None else f"{self.evaluations} evaluation" + "s" * (self.evaluations != 1),
            None if self.milliseconds is None else f"{self.milliseconds:g} ms",
            self.note,
        )
        written = ", ".join(condition for condition in conditions if condition)
        return (self.quantity or self.kind) + (f" ({written})" if written else "")

    @property
    def row(self) -> dict[str, Any]:
        """The row of `model-index`: type, name and value, which the Hub shows, and every condition that is known."""
        conditions = {key: value for key in CONDITIONS if (value := getattr(self, key)) not in (None, "")}
        return {"type": self.kind, "name": self.name, "value": self.value, **conditions}

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Measure | None:
        """The figure in a row; None if the row has no type or no number. A condition whose value has a wrong type is ignored."""
        kind, value = row.get("type"), _number(row.get("value"))
        if not isinstance(kind, str) or value is None:
            return None
        known = {key: row[key] for key, types in CONDITIONS.items() if type(row.get(key)) in types}
        return cls(kind, value, **{key: value for key, value in known.items() if isinstance(value, str) or _number(value) is not None})


class Facts:
    """The values in a card's front matter. If a key is missing, or its value is invalid, the property returns a default."""

    def __init__(self, card: Mapping[str, Any]):
        """
        Args:
            card: the front matter of README.md.
        """
        values = card.get("explorer")
        self._values: Mapping[str, Any] = values if isinstance(values, Mapping) else {}
        self._index = card.get("model-index")

    def _text(self, key: str) -> str:
        value = self._values.get(key)
        return value if isinstance(value, str) else ""

    @property
    def faults(self) -> list[str]:
        """A sentence for each key of the mapping `explorer` whose value is invalid and therefore left out."""
        wrong = {key: what for key, (what, fits) in KEYS.items() if key in self._values and not fits(self._values[key])}
        return [f"README.md: {key} is {_short(self._values[key])}, expected {what}; it is left out" for key, what in wrong.items()]

    @property
    def summary(self) -> str:
        """What the model is, in a sentence; "" if the card has none."""
        return self._text("summary")

    @property
    def weakness(self) -> str:
        """What the model is bad at; "" if the card has no such sentence."""
        return self._text("weakness")

    @property
    def trained_on(self) -> str:
        """What the model was trained on, in words; "" if the card does not say it."""
        return self._text("trained_on")

    @property
    def blurb(self) -> str:
        """The summary and the weakness; "" if the card has neither."""
        return " ".join(text for text in (self.summary, self.weakness) if text)

    @property
    def subject(self) -> str:
        """What the training pictures show, in words; "its own kind" if the card does not say it."""
        return self._text("subject") or "its own kind"

    @property
    def data(self) -> str:
        """The name of the data set that the model was trained on ("mnist"); "" if the card names none."""
        name = self._text("data")
        return name if _name(name) else ""

    @property
    def twin(self) -> str:
        """The name of a checkpoint of the same network that differs in one thing, such as the likelihood; "" if the card names none."""
        return self._text("twin")

    @property
    def headline(self) -> float | None:
        """The figure that a retrained checkpoint must beat, lower is better; None if the card has none."""
        return _number(self._values.get("headline"))

    @property
    def names_seeds(self) -> bool:
        """Whether the card has `good_seeds`."""
        return _seeds(self._values.get("good_seeds"))

    @property
    def good_seeds(self) -> list[int]:
        """The default seeds of the page: the card's, or 0 to 7 if it has none."""
        return list(self._values["good_seeds"]) if self.names_seeds else FIRST_SEEDS

    @property
    def frechet(self) -> list[tuple[int, float, float]]:
        """Fréchet distances, a row for each number of pictures: the number, the distance of the model's pictures from photos, and the
        distance of photos from other photos; [] if the card has none."""
        rows = self._values.get("frechet")
        return [(int(n), float(ours), float(floor)) for n, ours, floor in rows] if _distances(rows) else []

    def held_out(self, space: str = "latent") -> list[float]:
        """PSNR in dB of fits, with the default settings, of photos that the model was not trained on, sorted; [] if the card has none.

        Args:
            space: "latent" or "extended", as in `inversion.fit`.
        """
        values = self._values.get("held_out_psnr" if space == "latent" else f"held_out_psnr_{space}")
        return sorted(float(value) for value in values) if _numbers(values) else []

    def percentile(self, psnr: float, space: str = "latent") -> float | None:
        """The percentage of the fits of `held_out` whose PSNR is lower than `psnr`, in dB; None if the card has none."""
        values = self.held_out(space)
        return 100 * sum(value < psnr for value in values) / len(values) if values else None

    @property
    def measures(self) -> list[Measure]:
        """The figures in the card, in the card's order."""
        return [measure for row in self._rows() if (measure := Measure.read(row))]

    def _rows(self) -> Iterator[Mapping[str, Any]]:
        for entry in _mappings(self._index):
            for result in _mappings(entry.get("results")):
                yield from _mappings(result.get("metrics"))


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    """The mappings in a list; [] for anything else."""
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _number(value: Any) -> float | None:
    """A finite number as a float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -1e300 < value < 1e300:
        return None
    return float(value)


def _numbers(value: Any) -> bool:
    return isinstance(value, list) and all(_number(item) is not None for item in value)


def _seeds(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and all(type(seed) is int and 0 <= seed <= MOST_SEED for seed in value)


def _distances(value: Any) -> bool:
    return isinstance(value, list) and all(_numbers(row) and len(row) == 3 for row in value)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _name(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"(\w[\w-]*)?", value))


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


KEYS: dict[str, tuple[str, Callable[[Any], bool]]] = {  # of the mapping `explorer`: the expected value, and whether a value is valid
    "summary": ("a text", _text),
    "weakness": ("a text", _text),
    "trained_on": ("a text", _text),
    "subject": ("a text", _text),
    "data": ("the name of a data set", _name),
    "twin": ("a text", _text),
    "headline": ("a finite number", lambda value: _number(value) is not None),
    "good_seeds": (f"two or more whole numbers from 0 to {MOST_SEED}", _seeds),
    "frechet": ("rows of three finite numbers", _distances),
    "held_out_psnr": ("finite numbers", _numbers),
    "held_out_psnr_extended": ("finite numbers", _numbers),
}
