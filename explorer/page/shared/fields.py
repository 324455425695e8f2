"""The settings of a tab, each declared once as a `Field`.

A field defines a setting's default, the validation of what a browser or a link sends, its key in links and in the settings file, its
control (shell/controls.py), and its keyword argument in the code to copy. A field holds a simple value such as a string, a number or a
choice. Maps of codes, the contents of slots and erased areas belong to a tab's state, but are not fields.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .catalogue import opens_with
from .checks import choice, number, whole
from .studio import LARGEST_SEED, Studio

State = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Field(ABC):
    """One setting.

    Attributes:
        label: the label of the control.
        default: the value in the opening state, or a function (studio, model name) that returns it.
        error_name: the field's name in error messages; by default the label in lower case.
        info: a line of help below the label.
    """

    label: str
    default: Any = None
    error_name: str = ""
    info: str = ""

    def opening(self, studio: Studio, model: str) -> Any:
        """The default value for this model."""
        return self.default(studio, model) if callable(self.default) else self.default

    def shown(self, value: Any) -> Any:
        """Convert a value to what the control displays."""
        return value

    @abstractmethod
    def check(self, name: str, value: Any, studio: Studio, state: State) -> Any:
        """Validate a value and convert it to the field's type.

        Args:
            name: the field's name in the error message.
            state: the validated values of the preceding fields.

        Raises:
            FieldError: if the value is invalid.
        """


@dataclass(frozen=True, kw_only=True)
class Model(Field):
    """The name of a checkpoint.

    Attributes:
        slug: of the tab.
        names: returns the names of the models that the tab can show.
        about: returns the description of a model below the dropdown.
    """

    slug: str
    names: Callable[[Studio], list[str]]
    about: Callable[[Studio, str], str] = Studio.blurb
    label: str = "Model"

    def opening(self, studio: Studio, model: str) -> str:
        return model or opens_with(self.slug, self.names(studio))

    def check(self, name: str, value: Any, studio: Studio, state: State) -> str:
        return studio.catalogue.choose(value, self.names(studio), name)


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """A string. `clean(name, value)` validates a value and returns the cleaned string."""

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
    high: int = LARGEST_SEED
    default: Any = 0
    error_name: str = "seed"


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """A float from `low` to `high`, set with a slider in steps of `step`."""

    low: float
    high: float
    step: float

    def check(self, name: str, value: Any, studio: Studio, state: State) -> float:
        return number(name, value, self.low, self.high)


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of a few strings. `options` has pairs (text in the dropdown, value)."""

    options: Sequence[tuple[str, str]]

    def check(self, name: str, value: Any, studio: Studio, state: State) -> str:
        return choice(name, value, [option for _, option in self.options])


class Fields(dict[str, Field]):
    """The fields of a tab by their keys, which are the keys of its state and of its links."""

    def __init__(self, settle: Callable[[Studio, State], State] | None = None, **fields: Field):
        """
        Args:
            settle: called at the end of `check` with the validated state. Adjusts the values that depend on other values and returns the
                state, or raises a FieldError.
        """
        super().__init__(fields)
        self._settle = settle or (lambda studio, state: state)

    def opening(self, studio: Studio, model: str = "") -> State:
        """The default state for this model; "" stands for the tab's default model."""
        state: State = {}
        for key, field in self.items():
            state[key] = field.opening(studio, state.get("model", model))
        return state

    def check(self, studio: Studio, values: Mapping[str, Any], by_key: bool = False) -> State:
        """Validate values and return them as a state. Missing values take their defaults.

        Args:
            by_key: if True, error messages name a field by its key (for callers of an endpoint), otherwise by `error_name` or its label.

        Raises:
            FieldError: for the first invalid value.
        """
        opening, state = None, {}
        for key, field in self.items():
            if key not in values and opening is None:
                opening = self.opening(studio, state.get("model", ""))
            value = values[key] if key in values else opening[key]
            state[key] = field.check(key if by_key else field.error_name or field.label.lower(), value, studio, state)
        return self._settle(studio, state)

    def keywords(self, state: State) -> str:
        """The state as Python keyword arguments, one per line, for the code to copy."""
        return "".join(f"    {key}={state[key]!r},\n" for key in self)

    def file(self, state: State, **head: Any) -> str:
        """The content of the settings file: JSON with the items of `head`, then the fields of the state."""
        return json.dumps({**head, **{key: state[key] for key in self}}, indent=1)
