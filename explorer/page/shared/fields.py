"""One definition of a tab's plain settings.

From it come the opening state, the checks of what a browser or a link sends, the link's keys, the controls (shell/controls.py), the
settings file and the keyword arguments in the code to copy. A field holds one text, number or choice. Maps of codes, slots and brushes are
no fields.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .catalogue import opens_with
from .checks import choice, number, whole
from .studio import SEEDS, Studio

State = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Field(ABC):
    """One setting.

    Attributes:
        label: beside the control.
        default: its value in the opening state, or a function of the studio and the model's name that returns it.
        called: its name in messages; by default the label in lower case.
        info: one line below the label.
    """

    label: str
    default: Any = None
    called: str = ""
    info: str = ""

    def opening(self, studio: Studio, model: str) -> Any:
        """The value in the opening state."""
        return self.default(studio, model) if callable(self.default) else self.default

    def shown(self, value: Any) -> Any:
        """The value as the control shows it."""
        return value

    @abstractmethod
    def check(self, name: str, value: Any, studio: Studio, state: State) -> Any:
        """The value in its own type.

        Args:
            name: of the field, for the message.
            state: the fields that were checked before this one.

        Raises:
            FieldError: if the value cannot be used.
        """


@dataclass(frozen=True, kw_only=True)
class Model(Field):
    """The name of a checkpoint.

    Attributes:
        slug: of the tab.
        names: returns the models that the tab can show.
        about: returns the line below the menu.
    """

    slug: str
    names: Callable[[Studio], list[str]]
    about: Callable[[Studio, str], str] = Studio.blurb
    label: str = "Model"

    def opening(self, studio: Studio, model: str) -> str:
        return model or opens_with(self.slug, self.names(studio))

    def check(self, name: str, value: Any, studio: Studio, state: State) -> str:
        return choice(name, value, self.names(studio))


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """A text that `clean(name, value)` checks."""

    clean: Callable[[str, Any], str]
    default: Any = ""
    placeholder: str = ""

    def check(self, name: str, value: Any, studio: Studio, state: State) -> str:
        return self.clean(name, value)


@dataclass(frozen=True, kw_only=True)
class Whole(Field):
    """A whole number from `low` to `high`."""

    low: int
    high: int

    def check(self, name: str, value: Any, studio: Studio, state: State) -> int:
        return whole(name, value, self.low, self.high)


@dataclass(frozen=True, kw_only=True)
class Seed(Whole):
    """A seed of random numbers."""

    low: int = 0
    high: int = SEEDS
    default: Any = 0
    called: str = "seed"


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """A number from `low` to `high`, which a slider moves by `step`."""

    low: float
    high: float
    step: float

    def check(self, name: str, value: Any, studio: Studio, state: State) -> float:
        return number(name, value, self.low, self.high)


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of a few words, each with what the control shows for it."""

    options: Sequence[tuple[str, str]]

    def check(self, name: str, value: Any, studio: Studio, state: State) -> str:
        return choice(name, value, [word for _, word in self.options])


class Fields(dict[str, Field]):
    """The fields of a tab by their keys, which are the keys of its state and of its links."""

    def __init__(self, settle: Callable[[Studio, State], State] | None = None, **fields: Field):
        """
        Args:
            settle: returns the checked state with values that depend on others, or raises a FieldError.
        """
        super().__init__(fields)
        self._settle = settle or (lambda studio, state: state)

    def opening(self, studio: Studio, model: str = "") -> State:
        """The state of a visit that begins, with this model or the tab's first."""
        state: State = {}
        for key, field in self.items():
            state[key] = field.opening(studio, state.get("model", model))
        return state

    def check(self, studio: Studio, values: Mapping[str, Any], by_key: bool = False) -> State:
        """The state with these values; those that are missing are the opening's.

        Args:
            by_key: whether a message calls a field by its key, as a caller of an endpoint does, or by its label.

        Raises:
            FieldError: for the first value that cannot be used.
        """
        opening, state = None, {}
        for key, field in self.items():
            if key not in values and opening is None:
                opening = self.opening(studio, state.get("model", ""))
            value = values[key] if key in values else opening[key]
            state[key] = field.check(key if by_key else field.called or field.label.lower(), value, studio, state)
        return self._settle(studio, state)

    def keywords(self, state: State) -> str:
        """The state as lines of keyword arguments for the code to copy."""
        return "".join(f"    {key}={state[key]!r},\n" for key in self)

    def file(self, state: State, **head: Any) -> str:
        """The settings file: JSON of `head` and the state."""
        return json.dumps({**head, **{key: state[key] for key in self}}, indent=1)
