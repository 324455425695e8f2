"""Nothing stands between a model and the browser: every generating model exports to ONNX, and ONNX Runtime draws the same picture.

Checkpoints that differ in their weights alone are exported as the same graph: of these, one is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from inspect import signature
from types import MappingProxyType
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from tiny import seeded, tiny_ddpm, tiny_stackgan, tiny_vqvae
from torch import nn

from explorer.models import DDPM, MODELS, VQVAE, Denoises, Generates, Illustrates, Model, OneStep, Quantises, StackGAN
from explorer.zoo import Zoo

ZOO = Zoo()


def architecture(build: type[Model], config: Mapping[str, Any] = MappingProxyType({})) -> str:
    """What decides the graph: the class, and its arguments without its discriminator's and without the names of what it draws."""
    defaults = {name: value.default for name, value in signature(build.__init__).parameters.items() if value.default is not value.empty}
    given = {name: value for name, value in {**defaults, **config}.items() if name not in ("discriminator_channels", "most")}
    return json.dumps([build.__name__, {**given, "classes": len(given.get("classes", ()))}], sort_keys=True)


def shipped(protocol: type) -> dict[str, str]:
    """The architectures that are shipped, each with the first of its checkpoints."""
    found: dict[str, str] = {}
    for name in ZOO.names(protocol):
        found.setdefault(architecture(ZOO.checkpoints[name].model_class, ZOO.checkpoints[name].config), name)
    return found


def loading(protocol: type) -> dict[str, Callable[[], Any]]:
    """One checkpoint of each architecture."""
    return {name: lambda name=name: ZOO.load(name) for name in shipped(protocol).values()}


SOURCES: dict[str, Callable[[], Model]] = {
    **{
        name: lambda build=build: seeded(build)
        for name, build in MODELS.items()
        if issubclass(build, Generates) and build is not OneStep and architecture(build) not in shipped(Generates)
    },
    "OneStep": lambda: seeded(lambda: OneStep(**tiny_ddpm()._hub_mixin_config)),
    **loading(Generates),
}


class Generate(nn.Module):
    """`generate` as a module's forward, which is what the exporter traces."""

    def __init__(self, model: Model):
        super().__init__()
        self.model = model

    def forward(self, z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        return self.model.generate(z, labels)


@pytest.mark.parametrize("name", SOURCES)
def test_generate_exports_to_onnx_for_any_batch_and_onnx_runtime_agrees(name, tmp_path):
    model = SOURCES[name]()

    def asked(count: int) -> dict[str, torch.Tensor]:
        draw = torch.Generator().manual_seed(count)
        given = {"z": torch.randn(count, model.latent_size, generator=draw)}
        if classes := getattr(model, "classes", None):
            given["labels"] = torch.rand(count, len(classes), generator=draw)
        return given

    path, batch, example = tmp_path / "generate.onnx", torch.export.Dim("batch", min=1, max=1024), asked(2)
    shapes, names = {key: {0: batch} for key in example}, list(example)
    torch.onnx.export(
        Generate(model).eval(), tuple(example.values()), path, dynamo=True, dynamic_shapes=shapes, input_names=names, verbose=False
    )
    session = onnxruntime.InferenceSession(path)
    for count in (1, 5):
        given = asked(count)
        with torch.no_grad():
            expected = model.generate(**given).numpy()
        (found,) = session.run(None, {key: value.numpy() for key, value in given.items()})
        assert found.shape == expected.shape
        assert np.abs(found - expected).max() < 1e-3 * np.abs(expected).max()


CODERS: dict[str, Callable[[], VQVAE]] = {
    "tiny": tiny_vqvae,
    **loading(Quantises),
}


class Decode(nn.Module):
    """`decode` as a module's forward."""

    def __init__(self, model: VQVAE):
        super().__init__()
        self.model = model

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        return self.model.decode(codes)


@pytest.mark.parametrize("name", CODERS)
def test_decode_exports_to_onnx_for_any_batch_and_onnx_runtime_agrees(name, tmp_path):
    model = CODERS[name]()
    shape = (model.map_size, model.map_size)
    path, batch = tmp_path / "decode.onnx", torch.export.Dim("batch", min=1, max=1024)
    example = torch.zeros(2, *shape, dtype=torch.int64)
    torch.onnx.export(Decode(model).eval(), (example,), path, dynamo=True, dynamic_shapes={"codes": {0: batch}}, verbose=False)
    session = onnxruntime.InferenceSession(path)
    for count in (1, 5):
        codes = torch.randint(model.codebook_size, (count, *shape), generator=torch.Generator().manual_seed(count))
        with torch.no_grad():
            expected = model.decode(codes).numpy()
        (found,) = session.run(None, {session.get_inputs()[0].name: codes.numpy()})
        assert found.shape == expected.shape and np.abs(found - expected).max() < 1e-3


DENOISERS: dict[str, Callable[[], DDPM]] = {
    "tiny": tiny_ddpm,
    **loading(Denoises),
}


class Denoise(nn.Module):
    """`denoise` as a module's forward."""

    def __init__(self, model: DDPM):
        super().__init__()
        self.model = model

    def forward(self, x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return self.model.denoise(x, t, labels)


@pytest.mark.parametrize("name", DENOISERS)
def test_denoise_exports_to_onnx_for_any_batch_and_onnx_runtime_agrees(name, tmp_path):
    model = DENOISERS[name]()

    def inputs(count: int) -> dict[str, torch.Tensor]:
        generator = torch.Generator().manual_seed(count)
        labels = torch.eye(len(model.classes))[torch.randint(len(model.classes), (count,), generator=generator)]
        shape = (count, model.channels, model.image_size, model.image_size)
        return {"x": torch.randn(shape, generator=generator), "t": torch.randint(1, 900, (count,), generator=generator), "labels": labels}

    path, batch = tmp_path / "denoise.onnx", torch.export.Dim("batch", min=1, max=1024)
    example = inputs(2)
    shapes = {key: {0: batch} for key in example}
    names = list(example)
    torch.onnx.export(
        Denoise(model).eval(), tuple(example.values()), path, dynamo=True, dynamic_shapes=shapes, input_names=names, verbose=False
    )
    session = onnxruntime.InferenceSession(path)
    for count in (1, 5):
        given = inputs(count)
        with torch.no_grad():
            expected = model.denoise(**given).numpy()
        (found,) = session.run(None, {key: value.numpy() for key, value in given.items()})
        assert found.shape == expected.shape and np.abs(found - expected).max() < 1e-3


ILLUSTRATORS: dict[str, Callable[[], StackGAN]] = {
    "tiny": tiny_stackgan,
    "tiny-pixelshuffle": lambda: tiny_stackgan(upsampling="pixelshuffle", sizes=(64, 128)),
    **loading(Illustrates),
}


@pytest.mark.parametrize("name", ILLUSTRATORS)
def test_illustrate_exports_to_onnx_for_any_batch_and_onnx_runtime_agrees(name, tmp_path):
    model = ILLUSTRATORS[name]()
    path, batch = tmp_path / "illustrate.onnx", torch.export.Dim("batch", min=1, max=1024)

    def asked(count: int) -> tuple[torch.Tensor, ...]:
        draw = torch.Generator().manual_seed(count)
        sizes = ((model.text_size,), (model.latent_size,), (len(model.sizes), model.condition_size))
        return tuple(torch.randn(count, *size, generator=draw) for size in sizes)

    shapes = {key: {0: batch} for key in ("text", "z", "noise")}
    torch.onnx.export(model.eval(), asked(2), path, dynamo=True, dynamic_shapes=shapes, verbose=False)
    session = onnxruntime.InferenceSession(path)
    for count in (1, 5):
        with torch.no_grad():
            expected = model.illustrate(*asked(count))
        found = session.run(None, {given.name: value.numpy() for given, value in zip(session.get_inputs(), asked(count), strict=True)})
        for a, b in zip(found, expected, strict=True):
            assert a.shape == b.shape and np.abs(a - b.numpy()).max() < 1e-3
