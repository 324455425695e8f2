"""From a seed to a picture, for every model that draws without a sentence: a seed stands for a latent, for the draws of a prior over codes,
or for the noise that a picture comes out of.

The methods of a model say which of the three it uses (the protocols of `explorer.models`); `WAYS` has one entry for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from . import codes, cores, diffusion, latent
from .models import Denoises, Generates, Model, Writes

TOGETHER = 16  # pictures that a diffusion model draws in one batch: half the time, and at most one level of 255 apart from single ones
Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Drawn:
    """A picture and the inputs that reproduce it.

    Attributes:
        picture: (channels, height, width) in [-1, 1].
        latent: (size,); None for a model without a latent.
        codes: (rows, columns); None for a model without codes.
        labels: (classes,) passed with the latent; None if none were.
        settings: of a reverse run.
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
        model: in eval mode, of a capability in `WAYS`.
        labels: (classes,), one-hot or soft, zeros for no class; None for a model that takes none.
        settings: with a latent {"truncation"}; of a prior {"temperature", "top"}; of a reverse run {"sampler", "steps", "guidance"}. Keys
            that are missing take the defaults of `latent.draw`, `codes.write` and `diffusion.denoise`.

    Raises:
        TypeError: for a model of another capability.
    """
    return several(model, seed, 1, labels, settings)[0]


def several(model: Model, seed: int, count: int, labels: Tensor | None, settings: Settings) -> list[Drawn]:
    """The pictures of the seeds `seed` to `seed` + `count` - 1; arguments as for `draw`. A picture does not depend on the count, except for
    rounding in the batches of a reverse run."""
    labels = None if labels is None else labels.float()
    for capability, method in WAYS.items():
        if isinstance(model, capability):
            return method(model, range(seed, seed + count), labels, settings)
    raise TypeError(f"{type(model).__name__} draws nothing from a seed")


def _written(model: Writes, seeds: Sequence[int], labels: Tensor, settings: Settings) -> list[Drawn]:
    """A prior writes each map of codes, and the decoder draws it."""
    maps = [codes.write(model, labels[None], seed=seed, **settings) for seed in seeds]
    with torch.inference_mode():
        return [Drawn(model.decode(code_map)[0], codes=code_map[0]) for code_map in maps]


def _denoised(model: Denoises, seeds: Sequence[int], labels: Tensor, settings: Settings) -> list[Drawn]:
    """A diffusion model draws each picture from the noise of its seed, `TOGETHER` pictures in a batch."""
    pictures = []
    for start in range(0, len(seeds), TOGETHER):
        count = min(TOGETHER, len(seeds) - start)
        pictures += diffusion.sample(model, labels.expand(count, -1), seed=seeds[start], **settings)
    return [Drawn(picture, settings=settings) for picture in pictures]


def _generated(model: Generates, seeds: Sequence[int], labels: Tensor | None, settings: Settings) -> list[Drawn]:
    """A generator draws each picture from its latent, in a batch of one."""
    latents = latent.draw(seeds[0], len(seeds), model.latent_size, settings.get("truncation"))
    batch = None if labels is None else labels[None]

    @torch.inference_mode()
    def generate(z: Tensor) -> Tensor:
        return model.generate(z[None], batch)[0]

    pictures = cores.each(generate, latents) if len(latents) > 1 else [generate(latents[0])]
    return [Drawn(picture, latent=z, labels=labels) for picture, z in zip(pictures, latents, strict=True)]


WAYS: dict[type, Callable[[Any, Sequence[int], Any, Settings], list[Drawn]]] = {
    Writes: _written,
    Denoises: _denoised,
    Generates: _generated,
}
