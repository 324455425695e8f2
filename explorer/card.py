"""What a model card says to programs, read with types: the mapping `explorer` in the front matter of a checkpoint's README.md, and the rows
of its `model-index`.

A row holds every condition of a measurement as a field of its own, so that nobody has to parse English; the sentence that a reader sees is
made from the fields (`Measure.name`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

FIRST_SEEDS = list(range(8))
MOST_SEED = 2**32 - 1
CONDITIONS = {  # the keys of a row beside type, name and value, with the types that they may have
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
    """One measured figure and the conditions that it holds under. What nobody wrote down is None, or "".

    Attributes:
        kind: of figure, the `type` of its row: "fd", "kid", "precision", "recall", "accuracy", "psnr".
        value: as measured.
        n: pictures that were measured.
        split: of the data set that they were compared with or taken from: "train", "test", or in words, "unseen species".
        features: the network whose features were compared, or that read the pictures: "judge-mnist".
        evaluations: of the network, for one picture.
        milliseconds: for one picture.
        deviation: standard deviation of the figure of real pictures over random halves of their set: what chance alone changes.
        quantity: what was measured in words, if the kind alone does not tell it.
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
            None if self.evaluations is None else f"{self.evaluations} evaluations",
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
        """The figure that a row holds; None without a type or a number, and a condition of another type counts as unknown."""
        kind, value = row.get("type"), _number(row.get("value"))
        if not isinstance(kind, str) or value is None:
            return None
        known = {key: row[key] for key, types in CONDITIONS.items() if type(row.get(key)) in types}
        return cls(kind, value, **{key: value for key, value in known.items() if isinstance(value, str) or _number(value) is not None})


class Facts:
    """A card's front matter. Whatever the card lacks, or holds as something else, has a default."""

    def __init__(self, card: Mapping[str, Any]):
        """
        Args:
            card: a README's front matter.
        """
        words = card.get("explorer")
        self._words: Mapping[str, Any] = words if isinstance(words, Mapping) else {}
        self._index = card.get("model-index")

    def _text(self, key: str) -> str:
        value = self._words.get(key)
        return value if isinstance(value, str) else ""

    @property
    def faults(self) -> list[str]:
        """What of the mapping `explorer` is no value that its key can have, and is left out: a sentence for each such key."""
        wrong = {key: what for key, (what, fits) in KEYS.items() if key in self._words and not fits(self._words[key])}
        return [f"README.md: {key} is {_short(self._words[key])}, expected {what}; it is left out" for key, what in wrong.items()]

    @property
    def summary(self) -> str:
        """What the model is, in a sentence; "" if the card does not tell."""
        return self._text("summary")

    @property
    def weakness(self) -> str:
        """What the model is bad at; "" if the card does not tell."""
        return self._text("weakness")

    @property
    def trained_on(self) -> str:
        """What the model learned from, in words; "" if the card does not tell."""
        return self._text("trained_on")

    @property
    def blurb(self) -> str:
        """What a model is, and what it is bad at, in the card's words; "" if it says neither."""
        return " ".join(text for text in (self.summary, self.weakness) if text)

    @property
    def subject(self) -> str:
        """What the training pictures show."""
        return self._text("subject") or "its own kind"

    @property
    def data(self) -> str:
        """The data set that the model learned from ("mnist"); "" if the card names none."""
        name = self._text("data")
        return name if _name(name) else ""

    @property
    def twin(self) -> str:
        """The checkpoint of the same network that differs in one thing, such as the likelihood; "" if the card names none."""
        return self._text("twin")

    @property
    def headline(self) -> float | None:
        """The value that a retrained checkpoint must beat, lower is better; None if nobody measured."""
        return _number(self._words.get("headline"))

    @property
    def names_seeds(self) -> bool:
        """Whether the card names seeds to open with."""
        return _seeds(self._words.get("good_seeds"))

    @property
    def good_seeds(self) -> list[int]:
        """Seeds to open with: the card's, else 0 to 7."""
        return list(self._words["good_seeds"]) if self.names_seeds else FIRST_SEEDS

    @property
    def frechet(self) -> list[tuple[int, float, float]]:
        """Fréchet distances by number of pictures: the number, the model's, and that of photos from other photos; [] if nobody measured."""
        rows = self._words.get("frechet")
        return [(int(n), float(ours), float(floor)) for n, ours, floor in rows] if _distances(rows) else []

    def held_out(self, space: str = "latent") -> list[float]:
        """PSNR in dB of default fits of photos that the model never saw, sorted; [] if nobody measured.

        Args:
            space: "latent" or "extended", as in `inversion.fit`.
        """
        values = self._words.get("held_out_psnr" if space == "latent" else f"held_out_psnr_{space}")
        return sorted(float(value) for value in values) if _numbers(values) else []

    def percentile(self, psnr: float, space: str = "latent") -> float | None:
        """The share of those fits, in percent, that a PSNR in dB beats; None if nobody measured."""
        values = self.held_out(space)
        return 100 * sum(value < psnr for value in values) / len(values) if values else None

    @property
    def measures(self) -> list[Measure]:
        """The figures of the card, in its order."""
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


KEYS: dict[str, tuple[str, Callable[[Any], bool]]] = {  # of the mapping `explorer`, with what their values are
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
