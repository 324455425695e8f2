"""Validates arguments. The message of each ValueError names the argument, its value and what is expected.

Arguments may come from the JSON of an API call. In Python, `True` is a number too, and every comparison with NaN is false; the functions
reject both.
"""

from __future__ import annotations

from torch import Tensor


def check_whole(name: str, value: int, least: int, most: int) -> int:
    """The value, if it is a whole number from `least` to `most`; raises ValueError otherwise."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{name} is {value!r}; expected a whole number from {least} to {most}")
    return value


def check_number(name: str, value: float, least: float, most: float) -> float:
    """The value as a float, if it is a number from `least` to `most`; raises ValueError otherwise."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise ValueError(f"{name} is {value!r}; expected a number from {least:g} to {most:g}")
    return float(value)


def check_row(name: str, value: Tensor, size: int | None = None) -> Tensor:
    """The value, if it is a tensor (size,) of at least one number, all finite; raises ValueError otherwise."""
    expected = f"expected a row of {'' if size is None else f'{size} '}finite numbers"
    if not isinstance(value, Tensor):
        raise ValueError(f"{name} has the type {type(value).__name__}; {expected}")
    if value.dim() != 1 or not len(value) or (size is not None and len(value) != size):
        raise ValueError(f"{name} has the shape {tuple(value.shape)}; {expected}")
    if bad := int((~value.isfinite()).sum()):
        raise ValueError(f"{name} has {bad} numbers that are not finite; {expected}")
    return value


def check_picture(name: str, value: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The value, if it is a float tensor of the shape (channels, height, width) with values in [-1, 1]; raises ValueError otherwise."""
    if not isinstance(value, Tensor) or not value.is_floating_point():
        found = value.dtype if isinstance(value, Tensor) else type(value).__name__
        raise ValueError(f"{name} has the type {found}; expected a tensor of floats of the shape {shape}")
    if tuple(value.shape) != shape:
        raise ValueError(f"{name} has the shape {tuple(value.shape)}; expected {shape}")
    if bad := int((~value.isfinite()).sum()):
        raise ValueError(f"{name} has {bad} values that are not finite; expected all in [-1, 1]")
    if value.min() < -1 or value.max() > 1:
        raise ValueError(f"{name} has values from {value.min().item():g} to {value.max().item():g}; expected all in [-1, 1]")
    return value


def check_mask(name: str, value: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The mask (height, width) as bool, true for values above 0; raises ValueError if it has another shape or no value above 0."""
    if not isinstance(value, Tensor) or tuple(value.shape) != shape:
        found = f"the shape {tuple(value.shape)}" if isinstance(value, Tensor) else f"the type {type(value).__name__}"
        raise ValueError(f"{name} has {found}; expected a tensor of the shape {shape}")
    if not (value > 0).any():
        raise ValueError(f"{name} has no pixel above 0; expected at least one")
    return value > 0
