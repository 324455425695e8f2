"""Behind a generator's first layers: pictures that no latent draws.

A latent of a hundred numbers reaches few photos. Behind the first layers the generator works on thousands of activations, and its later
layers turn whatever stands there into the material that it learned. So a point is a latent and what is added to its activations: nothing
for every picture that the model would draw by itself, and more the further a photo lies off.

1. Zhu et al. 2016 and Bau et al. 2019 ("Seeing what a GAN cannot generate"): a latent first, then activations of an inner layer.
2. Abdal et al. 2019: photos that the latent space lacks are found in a space with many more numbers.
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
"""As far out as the survey's draws, and none of them."""
SAMPLES = 128

_known: weakref.WeakKeyDictionary[nn.Module, Extension] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


@dataclass(frozen=True)
class Extension:
    """Attributes:
    shape: (channels, height, width) of the activations behind the first layers.
    spread: (channels, 1, 1), each channel's standard deviation over draws: the unit of what is added.
    """

    shape: tuple[int, ...]
    spread: Tensor
    weights: tuple[int, ...] = field(repr=False, default=())

    @property
    def size(self) -> int:
        """Numbers that are added."""
        return self.shape[0] * self.shape[1] * self.shape[2]


def extension(model: Opens) -> Extension:
    """The space behind a model's first layers; measured on the first call, and again after its weights have changed."""
    weights = tuple(tensor._version for tensor in model.state_dict().values())
    with _lock:
        found = _known.get(model)
        if found is None or found.weights != weights:
            with torch.no_grad():
                device = next(iter(model.state_dict().values())).device
                activations = model.open(draw(SEED, SAMPLES, model.latent_size).to(device))
            spread = activations.std((0, 2, 3)).clamp(min=1e-6)[:, None, None]
            found = _known[model] = Extension(tuple(activations.shape[1:]), spread, weights)
        return found


def generate(model: Opens, latents: Tensor, beyond: Tensor) -> Tensor:
    """Pictures (batch, channels, image_size, image_size) of latents (batch, latent_size) with `beyond` (batch, size) added behind the first
    layers, in units of the activations' spread; zeros leave the latents' own pictures."""
    space = extension(model)
    return model.close(model.open(latents) + beyond.unflatten(1, space.shape) * space.spread)


def between(start: Tensor | None, end: Tensor | None, frames: int) -> list[Tensor | None]:
    """What is added on the way from one point to another, in equal steps, both ends included; None is nothing, and stays None where both
    ends add nothing."""
    if start is None and end is None:
        return [None] * frames
    known = start if start is not None else end
    ends = [torch.zeros_like(known) if part is None else part for part in (start, end)]
    return [ends[0], *(torch.lerp(*ends, i / (frames - 1)) for i in range(1, frames - 1)), ends[1]]


def packed(beyond: Tensor) -> str:
    """(size,) as text for a file or a program: base64 of half-precision numbers."""
    return base64.b64encode(beyond.cpu().numpy().astype("<f2").tobytes()).decode()


def unpacked(text: str) -> Tensor:
    """What was `packed`: (size,), float32.

    Raises:
        ValueError: if the text is no such thing.
    """
    try:
        return torch.frombuffer(bytearray(base64.b64decode(text, validate=True)), dtype=torch.float16).float()
    except (TypeError, ValueError) as error:
        raise ValueError(f"expected half-precision numbers as base64: {error}") from None
