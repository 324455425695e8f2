"""Draws the picture of a seed, with every model that needs no sentence. From the seed come the latent of a generator, the samples of a
prior over codes, or the noise at which a diffusion model starts.

Each of these three kinds of models has a protocol in `explorer.models` and a function in `METHODS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from . import codes, cores, diffusion, latent
from .models import Denoises, Generates, Model, Writes

BATCH = 16  # pictures of a diffusion model in one batch: half the time, and at most one level of 255 apart from pictures drawn singly
Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Drawn:
    """A picture and the inputs that reproduce it.

    Attributes:
        picture: (channels, height, width) in [-1, 1].
        latent: (size,); None for a model without a latent.
        codes: (rows, columns); None for a model without codes.
        labels: (classes,) passed with the latent; None if none were.
        settings: of the reverse run of a diffusion model; empty for other models.
    """

    picture: Tensor
    latent: Tensor | None = None
    codes: Tensor | None = None
    labels: Tensor | None = None
    settings: Settings = field(default_factory=dict)

    @property
    def inputs(self) -> dict[str, Any]:
        """The inputs that reproduce the picture, as JSON; those that are None or empty are left out."""
        tensors = {"codes": self.codes, "latent": self.latent, "labels": self.labels}
        rows = {name: tensor.tolist() for name, tensor in tensors.items() if tensor is not None}
        return rows | ({"settings": dict(self.settings)} if self.settings else {})


def draw(model: Model, seed: int, labels: Tensor | None, settings: Settings) -> Drawn:
    """The picture of a seed.

    Args:
        model: in eval mode, of a protocol in `METHODS`.
        labels: (classes,), one-hot or soft, zeros for no class; None for a model that takes no labels.
        settings: of a generator {"truncation", "temperature"}, where the temperature is a factor of its latent; of a prior
            {"temperature", "top"}; of a diffusion model {"sampler", "steps", "guidance"}.
            Missing keys have the defaults of `latent.draw`, `codes.write` and `diffusion.denoise`.

    Raises:
        TypeError: for a model of none of the protocols.
    """
    return several(model, seed, 1, labels, settings)[0]


def several(model: Model, seed: int, count: int, labels: Tensor | None, settings: Settings) -> list[Drawn]:
    """The pictures of the seeds `seed` to `seed` + `count` - 1; arguments as for `draw`. A picture does not depend on the count, except for
    rounding errors in the batches of a diffusion model."""
    labels = None if labels is None else labels.float()
    for capability, method in METHODS.items():
        if isinstance(model, capability):
            return method(model, range(seed, seed + count), labels, settings)
    raise TypeError(f"{type(model).__name__} cannot draw a picture from a seed")


def _written(model: Writes, seeds: Sequence[int], labels: Tensor, settings: Settings) -> list[Drawn]:
    """The decoded maps of codes that a prior samples, one per seed."""
    maps = [codes.write(model, labels[None], seed=seed, **settings) for seed in seeds]
    with torch.inference_mode():
        return [Drawn(model.decode(code_map)[0], codes=code_map[0]) for code_map in maps]


def _denoised(model: Denoises, seeds: Sequence[int], labels: Tensor, settings: Settings) -> list[Drawn]:
    """The pictures of a diffusion model from the noise of each seed, `BATCH` pictures at a time."""
    pictures = []
    for start in range(0, len(seeds), BATCH):
        count = min(BATCH, len(seeds) - start)
        pictures += diffusion.sample(model, labels.expand(count, -1), seed=seeds[start], **settings)
    return [Drawn(picture, settings=settings) for picture in pictures]


def _generated(model: Generates, seeds: Sequence[int], labels: Tensor | None, settings: Settings) -> list[Drawn]:
    """The pictures of a generator from the latent of each seed, each in a batch of one."""
    latents = latent.draw(seeds[0], len(seeds), model.latent_size, settings.get("truncation")) * settings.get("temperature", 1.0)
    batch = None if labels is None else labels[None]

    @torch.inference_mode()
    def generate(z: Tensor) -> Tensor:
        return model.generate(z[None], batch)[0]

    pictures = cores.each(generate, latents) if len(latents) > 1 else [generate(latents[0])]
    return [Drawn(picture, latent=z, labels=labels) for picture, z in zip(pictures, latents, strict=True)]


METHODS: dict[type, Callable[[Any, Sequence[int], Any, Settings], list[Drawn]]] = {
    Writes: _written,
    Denoises: _denoised,
    Generates: _generated,
}
