"""Validates every value that a browser or a program sends, before anything is computed from it.

The limits of a slider and the choices of a dropdown hold in the browser only: a request can contain any JSON. The message of each error
names the field, the value, and what is allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

LARGEST_NUMBER = 1_000.0  # of a latent; a flow turned pictures of pure noise into numbers of up to 73


class FieldError(ValueError):
    """An invalid value; the message is shown to the visitor, or returned to the caller of an endpoint."""

    def __init__(self, field: str, value: Any, allowed: str):
        text = f"{len(value)} values" if isinstance(value, (list, tuple)) and len(value) > 4 else repr(value)
        super().__init__(f"{field}: got {text if len(text) <= 60 else text[:57] + '...'}, allowed is {allowed}.")


def whole(field: str, value: Any, low: int, high: int) -> int:
    """Validate a whole number in [low, high]; 3.0 is valid, but True, "3" and NaN are not."""
    allowed = f"a whole number from {low} to {high}"
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high or value != int(value):
        raise FieldError(field, value, allowed)
    return int(value)


def number(field: str, value: Any, low: float, high: float) -> float:
    """Validate a finite number in [low, high]."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise FieldError(field, value, f"a number from {low:g} to {high:g}")
    return float(value)


def choice(field: str, value: Any, options: Sequence[str]) -> str:
    """Validate a string that must be one of the options."""
    if not isinstance(value, str) or value not in options:
        raise FieldError(field, value, "one of " + ", ".join(options))
    return value


def numbers(field: str, value: Any, count: int, limit: float = LARGEST_NUMBER) -> list[float]:
    """Validate a list of `count` finite numbers of magnitude at most `limit`, such as a latent."""
    if not isinstance(value, (list, tuple)) or len(value) != count:
        raise FieldError(field, value, f"a list of {count} numbers")
    for position, item in enumerate(value):
        number(f"{field}, number {position + 1}", item, -limit, limit)
    return [float(item) for item in value]


def places(field: str, value: Any, size: int, most: int = 8) -> list[int]:
    """Validate the indices of coordinates and return them as a list: "3, 17" and [3, 17] become [3, 17], and 3 becomes [3]."""
    allowed = f"one to {most} different whole numbers from 0 to {size - 1}"
    if isinstance(value, str):
        try:
            value = [int(part) for part in value.replace(";", ",").split(",") if part.strip()]
        except ValueError:
            raise FieldError(field, value, allowed) from None
    items = value if isinstance(value, (list, tuple)) else [value]
    if not 1 <= len(items) <= most:
        raise FieldError(field, value, allowed)
    items = [whole(field, item, 0, size - 1) for item in items]
    if len(set(items)) != len(items):
        raise FieldError(field, value, allowed)
    return items


def settings(value: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    """Validate an endpoint's `settings`: None, or an object with no other keys than `keys`."""
    if value is None:
        return {}
    if not isinstance(value, dict) or (set(value) - set(keys)):
        raise FieldError("settings", value, "an object with " + " and ".join(keys))
    return value
