"""What a configuration asks for: the model class and the arguments of its constructor, checked before anything is built from them.

A configuration may hold any JSON. Its values must have the types that the constructor names; its numbers are bounded, as is how often a
constructor may call torch, so that neither a side of a million pixels nor a million layers takes memory or time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

import torch
from pydantic import TypeAdapter, ValidationError
from torch import nn
from torch.overrides import TorchFunctionMode

from .folder import PartError, read_json
from .models import MODELS, Model
from .models.base import CONFIG, WEIGHTS

MOST = 10**6  # the largest whole number in a configuration
MOST_PIXELS = 1024  # of a side of a picture
SIDES = ("image_size", "sample_size")  # the keys of a configuration that are a side in pixels
CALLS = 200  # of torch's functions by a constructor, for each tensor of the weights (the most of a shipped model is 40)


def configuration(folder: Path) -> tuple[type[Model], dict[str, Any]]:
    """The model class that a folder's config.json names, and the arguments of its constructor.

    Raises:
        PartError: if it cannot be read, names no known class, or has an argument that the class does not take.
    """
    config = read_json(folder, CONFIG)
    if not isinstance(config, dict):
        raise PartError(f"{CONFIG} holds no object")
    config = dict(config)
    name = config.pop("model", None)
    if not isinstance(name, str) or name not in MODELS:
        raise PartError(f"{CONFIG} asks for the model class {short(name)}; known are {', '.join(sorted(MODELS))}")
    refusal = f"{name} refuses the arguments in {CONFIG}"
    try:
        _check_numbers(config)
    except (ValueError, RecursionError) as error:
        raise PartError(f"{refusal} ({error})") from None
    for key, value in config.items():
        if (validate := _validators(name).get(key)) is None:
            raise PartError(f"{refusal} (it has no argument {key[:60]!r})")
        try:
            validate(json.dumps(value))
        except ValidationError as error:
            raise PartError(f"{refusal} ({key} is {short(value)}: {error.errors()[0]['msg']})") from None
    return MODELS[name], config


@cache
def _validators(name: str) -> dict[str, Callable[[str], Any]]:
    """For each argument of a model class the function that validates JSON against its type: it raises ValidationError."""
    hints = get_type_hints(MODELS[name].__init__)
    adapters = {key: TypeAdapter(hint) for key, hint in hints.items() if key != "return"}
    return {key: lambda text, adapter=adapter: adapter.validate_json(text, strict=True) for key, adapter in adapters.items()}


def _check_numbers(value: Any, key: str = "") -> None:
    """Raise ValueError for a number that no configuration can have, at any depth."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            _check_numbers(item, str(name))
    elif isinstance(value, list):
        for item in value:
            _check_numbers(item, key)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        least, most = 1 if isinstance(value, int) and key != "camera" else -MOST, MOST_PIXELS if key in SIDES else MOST
        if not least <= value <= most:
            raise ValueError(f"{key[:60]} is {short(value)}, expected a number from {least:,} to {most:,}")


def shapes_asked(model_class: type[Model], config: dict[str, Any], tensors: int) -> dict[str, tuple[int, ...]]:
    """The shapes of the tensors that a configuration asks for, by name; nothing of their size is allocated.

    Args:
        tensors: how many the weights have.

    Raises:
        PartError: if the constructor refuses its arguments, or asks for many more tensors.
    """
    try:
        with torch.device("meta"), _Shapes(tensors):
            return {key: tuple(value.shape) for key, value in model_class(**config).state_dict().items()}
    except Exception as error:  # a constructor may raise anything when it is given nonsense
        raise PartError(f"{model_class.__name__} refuses the arguments in {CONFIG} ({first_line(error)})") from None


def short(value: Any) -> str:
    """A value in at most 60 characters."""
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def first_line(error: Exception) -> str:
    """What an error says, in at most 200 characters."""
    return (str(error) or type(error).__name__).splitlines()[0][:200]


class Limited(TorchFunctionMode):
    """A mode for building a model: it raises ValueError if the constructor calls torch more often than the weights can explain, such as for
    a million layers.

    Args:
        tensors: how many the weights have.
    """

    def __init__(self, tensors: int):
        super().__init__()
        self.most, self.calls = CALLS * (tensors + 10), 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        self.calls += 1
        if self.calls > self.most:
            raise ValueError(f"it asks for many more layers than {WEIGHTS} has")
        return self.called(function, args, kwargs or {})

    def called(self, function, args, kwargs):
        return function(*args, **kwargs)


_KNOWN = {  # replaces functions that constructors call by cheap ones with the same output shape
    torch.Tensor.normal_: lambda tensor, *_, **__: tensor,
    torch.randn: lambda *sizes, **_: torch.empty(*sizes),
    nn.functional.normalize: lambda tensor, *_, **__: tensor,
    torch.mv: lambda matrix, _: matrix[:, 0],
    torch.vdot: lambda vector, _: vector[0],
    torch.Tensor.div: lambda a, b: torch.broadcast_tensors(a, b)[0] if isinstance(b, torch.Tensor) else a,
}


class _Shapes(Limited):
    """A mode for building a model on the device "meta", whose tensors have shapes but no values. It skips the random initialisation and the
    computations of spectral norm, for which PyTorch would import its compiler to infer the shapes; that takes seconds, and still happens
    if a constructor does other arithmetic."""

    def called(self, function, args, kwargs):
        if getattr(function, "__module__", None) == nn.init.__name__:
            return args[0] if args else kwargs["tensor"]
        return _KNOWN.get(function, function)(*args, **kwargs)
