"""Settings that people and programs send, checked: the message names the field, what came and what is expected.

A JSON `true` passes as a number in Python and NaN passes every comparison that is written the other way round; both are refused here.
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
    """The value, if it is a finite tensor (size,) of at least one number; raises ValueError otherwise."""
    expected = f"expected a row of {'' if size is None else f'{size} '}finite numbers"
    if not isinstance(value, Tensor):
        raise ValueError(f"{name} has the type {type(value).__name__}; {expected}")
    if value.dim() != 1 or not len(value) or (size is not None and len(value) != size):
        raise ValueError(f"{name} has the shape {tuple(value.shape)}; {expected}")
    if bad := int((~value.isfinite()).sum()):
        raise ValueError(f"{name} has {bad} numbers that are not finite; {expected}")
    return value


def picture(name: str, value: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The value, if it is a picture of this shape, (channels, height, width), with floats in [-1, 1]; raises ValueError otherwise."""
    if not isinstance(value, Tensor) or not value.is_floating_point():
        came = value.dtype if isinstance(value, Tensor) else type(value).__name__
        raise ValueError(f"{name} has the type {came}; expected a tensor of floats of the shape {shape}")
    if tuple(value.shape) != shape:
        raise ValueError(f"{name} has the shape {tuple(value.shape)}; expected {shape}")
    if bad := int((~value.isfinite()).sum()):
        raise ValueError(f"{name} has {bad} values that are not finite; expected all in [-1, 1]")
    if value.min() < -1 or value.max() > 1:
        raise ValueError(f"{name} has values from {value.min().item():g} to {value.max().item():g}; expected all in [-1, 1]")
    return value


def counted(name: str, value: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Bool, (height, width): where a mask of this shape is above 0; raises ValueError for another shape, or if that is nowhere."""
    if not isinstance(value, Tensor) or tuple(value.shape) != shape:
        came = f"the shape {tuple(value.shape)}" if isinstance(value, Tensor) else f"the type {type(value).__name__}"
        raise ValueError(f"{name} has {came}; expected a tensor of the shape {shape}")
    if not (value > 0).any():
        raise ValueError(f"{name} has no pixel that counts; expected at least one")
    return value > 0
