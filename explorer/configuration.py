"""Reads config.json, and validates the model class and the arguments of its constructor before a model is built.

config.json may contain any JSON. Its values must have the types of the constructor's annotations. Its numbers are bounded, and so is the
number of calls of torch in the constructor, so that a picture of a million pixels a side, or a network of a million layers, is rejected
before it takes memory or time.
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

MOST = 10**6  # the largest number in a config.json
MOST_PIXELS = 1024  # the longest side of a picture
SIDES = ("image_size", "sample_size")  # the keys of a config.json whose value is the side of a picture in pixels
CALLS = 200  # how often a constructor may call torch for each tensor of the weights (the shipped models: at most 40 times)


def configuration(folder: Path) -> tuple[type[Model], dict[str, Any]]:
    """The model class that a folder's config.json names, and the arguments of its constructor.

    Raises:
        PartError: if config.json cannot be read, names no known class, or has an argument that the class does not take.
    """
    config = read_json(folder, CONFIG)
    if not isinstance(config, dict):
        raise PartError(f"{CONFIG} is not a JSON object")
    config = dict(config)
    name = config.pop("model", None)
    if not isinstance(name, str) or name not in MODELS:
        raise PartError(f"{CONFIG} names the model class {short(name)}; known are {', '.join(sorted(MODELS))}")
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
    """For each argument of a model class, a function that validates JSON against the argument's type and raises ValidationError."""
    hints = get_type_hints(MODELS[name].__init__)
    adapters = {key: TypeAdapter(hint) for key, hint in hints.items() if key != "return"}
    return {key: lambda text, adapter=adapter: adapter.validate_json(text, strict=True) for key, adapter in adapters.items()}


def _check_numbers(value: Any, key: str = "") -> None:
    """Raise ValueError if a number in a config.json, at any depth, is out of bounds."""
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


def expected_shapes(model_class: type[Model], config: dict[str, Any], tensors: int) -> dict[str, tuple[int, ...]]:
    """The shapes of the tensors of the model that a config.json describes, by name. No memory is allocated for the tensors.

    Args:
        tensors: the number of tensors in the weights file.

    Raises:
        PartError: if the constructor rejects its arguments, or builds many more layers than the weights file has tensors.
    """
    try:
        with torch.device("meta"), _Shapes(tensors):
            return {key: tuple(value.shape) for key, value in model_class(**config).state_dict().items()}
    except Exception as error:  # a constructor may raise any error for invalid arguments
        raise PartError(f"{model_class.__name__} refuses the arguments in {CONFIG} ({first_line(error)})") from None


def short(value: Any) -> str:
    """A value in at most 60 characters."""
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def first_line(error: Exception) -> str:
    """The first line of an error's message, or the name of its type if it has no message; at most 200 characters."""
    return (str(error) or type(error).__name__).splitlines()[0][:200]


class Limited(TorchFunctionMode):
    """A torch function mode in which a model is built. It raises ValueError if the constructor calls torch too often for the number of
    tensors in the weights file, for example to build a million layers.

    Args:
        tensors: the number of tensors in the weights file.
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
    """A torch function mode in which a model is built on the device "meta", whose tensors have shapes but no values. It skips the random
    initialisation and the computations of spectral norm: to infer their shapes, PyTorch would import its compiler, which takes seconds.
    PyTorch still does so if a constructor computes anything else."""

    def called(self, function, args, kwargs):
        if getattr(function, "__module__", None) == nn.init.__name__:
            return args[0] if args else kwargs["tensor"]
        return _KNOWN.get(function, function)(*args, **kwargs)
