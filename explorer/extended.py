"""The extended space of a generator: a latent, and a tensor that is added to the activations after the first layers.

A latent has about a hundred numbers, and few photos are close to the picture of any latent. Behind the first layers, the generator has
thousands of activations. With a tensor added to them, it can draw pictures that no latent gives. The tensor is zero for the pictures of
latents, and the larger, the further a photo is from such pictures.

1. Zhu et al. 2016 and Bau et al. 2019 ("Seeing what a GAN cannot generate"): a latent first, then activations of an inner layer.
2. Abdal et al. 2019: photos that no latent gives can be fitted in a space of many more dimensions.
"""

from __future__ import annotations

import base64
import threading
import weakref
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from .latent import MOST_SEED, draw
from .models import Opens

SEED = MOST_SEED - 8192
"""Near the largest seed, like the seeds of `explorer.survey`, but with other latents."""
SAMPLES = 128

_extensions: weakref.WeakKeyDictionary[nn.Module, Extension] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


@dataclass(frozen=True)
class Extension:
    """The activations behind a model's first layers.

    Attributes:
        shape: (channels, height, width) of the activations.
        spread: (channels, 1, 1), the standard deviation of each channel over random latents: the unit of the tensor that is added.
        weights: the version counters of the model's tensors when `spread` was measured; they change when the tensors do.
    """

    shape: tuple[int, ...]
    spread: Tensor
    weights: tuple[int, ...] = field(repr=False, default=())

    @property
    def size(self) -> int:
        """The number of activations."""
        return self.shape[0] * self.shape[1] * self.shape[2]


def extension(model: Opens) -> Extension:
    """The extension of a model, measured on the first call, and again after the weights have changed."""
    weights = tuple(tensor._version for tensor in model.state_dict().values())
    with _lock:
        stored = _extensions.get(model)
        if stored is None or stored.weights != weights:
            with torch.no_grad():
                device = next(iter(model.state_dict().values())).device
                activations = model.open(draw(SEED, SAMPLES, model.latent_size).to(device))
            spread = activations.std((0, 2, 3)).clamp(min=1e-6)[:, None, None]
            stored = _extensions[model] = Extension(tuple(activations.shape[1:]), spread, weights)
        return stored


def generate(model: Opens, latents: Tensor, beyond: Tensor) -> Tensor:
    """Pictures (batch, channels, image_size, image_size) of latents (batch, latent_size) with `beyond` (batch, size) added after the first
    layers, in units of the activations' spread; with zeros, the same pictures as `model.generate`."""
    space = extension(model)
    return model.close(model.open(latents) + beyond.unflatten(1, space.shape) * space.spread)


def between(start: Tensor | None, end: Tensor | None, frames: int) -> list[Tensor | None]:
    """Interpolate linearly between the added tensors of two points, in equal steps, ends included. None stands for zeros; if both ends are
    None, so are all tensors."""
    if start is None and end is None:
        return [None] * frames
    present = start if start is not None else end
    ends = [torch.zeros_like(present) if part is None else part for part in (start, end)]
    return [ends[0], *(torch.lerp(*ends, i / (frames - 1)) for i in range(1, frames - 1)), ends[1]]


def packed(beyond: Tensor) -> str:
    """Encode (size,) as text: base64 of half-precision numbers."""
    return base64.b64encode(beyond.cpu().numpy().astype("<f2").tobytes()).decode()


def unpacked(text: str) -> Tensor:
    """Decode the text of `packed`: (size,), float32.

    Raises:
        ValueError: if the text is not base64 of half-precision numbers.
    """
    try:
        return torch.frombuffer(bytearray(base64.b64decode(text, validate=True)), dtype=torch.float16).float()
    except (TypeError, ValueError) as error:
        raise ValueError(f"expected half-precision numbers as base64: {error}") from None
