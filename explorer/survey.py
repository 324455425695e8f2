"""Statistics of a generator's own samples, computed once per model and used by every fit.

1. A linear estimate of the latent: a linear map from a small version of a picture to its latent, by ridge regression over generated
   samples. It replaces an encoder (Zhu et al. 2016, section 3.1), and costs a few hundred pictures and one small linear system.
2. The metric J^T J, with J the derivative of the picture by the latent: how much the picture changes when the latent changes (Shao et al.
   2018, Arvanitidis et al. 2018). Twice its mean over random latents approximates the Hessian of a squared error (Gauss-Newton), so an
   optimiser that starts with it has from the first step the directions in which the loss is steep.
"""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .latent import MOST_SEED, draw
from .models import Generates

SEED = MOST_SEED - 4096
"""Near the largest seed, so that the samples differ from a visitor's starting points and targets."""
SAMPLES = 256
JACOBIANS = 4
SMALL_SIZE = 16
RIDGE = 0.3
"""The strength of the ridge, as a multiple of the samples' mean squared distance from their mean. For values from 0.1 to 1, the PSNR of the
estimates differs by less than 0.5 dB (20 photos, two models)."""

_surveys: weakref.WeakKeyDictionary[nn.Module, Survey] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


@dataclass(frozen=True)
class Survey:
    """Statistics of a generator's samples.

    Attributes:
        mean: (channels * side * side,), the mean of the small pictures.
        inverse: (channels * side * side, size), the matrix from a small picture's difference from the mean to a latent.
        metric: (size, size), the mean of J^T J over random latents.
        spread: the variance of the generated pictures, summed over all values of a picture.
        samples: (32, channels, height, width), some of the pictures.
        weights: the version counters of the model's tensors when the samples were drawn; they change when the tensors do.
    """

    mean: Tensor
    inverse: Tensor
    metric: Tensor
    spread: float
    samples: Tensor = field(repr=False)
    weights: tuple[int, ...] = field(repr=False, default=())

    def guess(self, images: Tensor) -> Tensor:
        """The linear estimate of the latents (batch, size) of pictures (batch, channels, height, width)."""
        return (_small(images) - self.mean) @ self.inverse


def survey(model: Generates) -> Survey:
    """The model's survey, measured on the first call (about a second for the models here) and again after its weights have changed."""
    weights = tuple(tensor._version for tensor in model.state_dict().values())
    with _lock:
        stored = _surveys.get(model)
        if stored is None or stored.weights != weights:
            stored = _surveys[model] = _measure(model, weights)
        return stored


@torch.no_grad()
def _measure(model: Generates, weights: tuple[int, ...]) -> Survey:
    device = next(iter(model.state_dict().values())).device
    latents = draw(SEED, SAMPLES, model.latent_size).to(device)
    pictures = torch.cat([model.generate(part) for part in latents.split(32)])
    small = _small(pictures)
    mean = small.mean(0)
    inverse = ridge(small - mean, latents, RIDGE)
    metric = sum(gauss_newton(model, z) for z in latents[:JACOBIANS]) / JACOBIANS
    spread = (pictures - pictures.mean(0)).square().sum((1, 2, 3)).mean().item()
    return Survey(mean, inverse, metric, spread, pictures[:32].clone(), weights)


def _small(images: Tensor) -> Tensor:
    return F.adaptive_avg_pool2d(images, min(SMALL_SIZE, images.shape[-1])).flatten(1)


def ridge(inputs: Tensor, outputs: Tensor, strength: float) -> Tensor:
    """The matrix W (inputs, outputs) that minimises |inputs W - outputs|^2 + s |W|^2, s = strength times the mean |row|^2 of `inputs`.

    In the dual form, W = X^T (X X^T + s)^-1 Y, because there are fewer samples than values in a picture.
    """
    gram = (inputs @ inputs.T).double()
    gram.diagonal().add_(max(strength * gram.diagonal().mean().item(), torch.finfo(torch.float32).tiny))
    return (inputs.double().T @ torch.linalg.solve(gram, outputs.double())).to(inputs.dtype)


def jacobian(model: Generates, z: Tensor) -> Tensor:
    """The derivative of the picture by each number of z (size,): (size, channels, height, width), by forward-mode differentiation."""

    def along(direction: Tensor) -> Tensor:
        return torch.func.jvp(lambda point: model.generate(point[None])[0], (z,), (direction,))[1]

    return torch.func.vmap(along)(torch.eye(z.numel(), dtype=z.dtype, device=z.device))


def gauss_newton(model: Generates, z: Tensor) -> Tensor:
    """J^T J at z: (size, size)."""
    rows = jacobian(model, z).flatten(1)
    return rows @ rows.T
