"""What may come in from a browser or a program: every value is checked here, before anything is computed from it.

A slider's bounds and a dropdown's choices bind only those who use them: a request can carry any JSON. Each check names the field, what
came and what is allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class FieldError(ValueError):
    """A value that cannot be used."""

    def __init__(self, field: str, came: Any, allowed: str):
        shown = f"{len(came)} values" if isinstance(came, (list, tuple)) and len(came) > 4 else repr(came)
        super().__init__(f"{field}: got {shown if len(shown) <= 60 else shown[:57] + '...'}, allowed is {allowed}.")


def whole(field: str, value: Any, low: int, high: int) -> int:
    """A whole number in [low, high]; 3.0 is one, True, "3" and NaN are not."""
    allowed = f"a whole number from {low} to {high}"
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high or value != int(value):
        raise FieldError(field, value, allowed)
    return int(value)


def number(field: str, value: Any, low: float, high: float) -> float:
    """A finite number in [low, high]."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise FieldError(field, value, f"a number from {low:g} to {high:g}")
    return float(value)


def choice(field: str, value: Any, options: Sequence[str]) -> str:
    """One of a few words."""
    if not isinstance(value, str) or value not in options:
        raise FieldError(field, value, "one of " + ", ".join(options))
    return value


def numbers(field: str, value: Any, count: int, limit: float = 100.0) -> list[float]:
    """`count` finite numbers of magnitude at most `limit`, such as a latent."""
    if not isinstance(value, (list, tuple)) or len(value) != count:
        raise FieldError(field, value, f"a list of {count} numbers")
    for position, item in enumerate(value):
        number(f"{field}, number {position + 1}", item, -limit, limit)
    return [float(item) for item in value]


def places(field: str, value: Any, size: int, most: int = 8) -> list[int]:
    """Numbers of coordinates: from "3, 17", 3 or [3, 17] to [3, 17]."""
    allowed = f"one to {most} different whole numbers from 0 to {size - 1}"
    if isinstance(value, str):
        try:
            value = [int(part) for part in value.replace(";", ",").split(",") if part.strip()]
        except ValueError:
            raise FieldError(field, value, allowed) from None
    found = value if isinstance(value, (list, tuple)) else [value]
    if not 1 <= len(found) <= most:
        raise FieldError(field, value, allowed)
    found = [whole(field, item, 0, size - 1) for item in found]
    if len(set(found)) != len(found):
        raise FieldError(field, value, allowed)
    return found


def settings(value: Any, known: tuple[str, ...]) -> dict[str, Any]:
    """An endpoint's `settings`, of which only these are known."""
    if value is None:
        return {}
    if not isinstance(value, dict) or (set(value) - set(known)):
        raise FieldError("settings", value, "an object with " + " and ".join(known))
    return value
