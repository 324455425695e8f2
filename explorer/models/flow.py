"""A class-conditional normalising flow on small grey pictures: affine couplings on two scales (Dinh et al. 2017, "RealNVP"), with the
activation norm of Kingma and Dhariwal 2018 ("Glow").

A flow is a bijection between pictures and latents of the same number of dimensions. Its likelihood is exact: the density of the latent
times the determinant of the Jacobian. So a picture's latent needs no search.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .base import Model

LEVELS = 256
STRONGEST = 2.0  # the largest log scale of a coupling


class ActNorm(nn.Module):
    """A scale and a shift for each map, set by the first batch so that its maps have mean 0 and deviation 1 (Glow, section 3.1)."""

    def __init__(self, maps: int):
        super().__init__()
        self.log_scale, self.shift = nn.Parameter(torch.zeros(1, maps, 1, 1)), nn.Parameter(torch.zeros(1, maps, 1, 1))
        self.register_buffer("begun", torch.zeros(()))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, maps, height, width) -> the same, and the log determinant (batch,)."""
        if self.training and not self.begun:
            with torch.no_grad():
                deviation, mean = torch.std_mean(x.float(), (0, 2, 3), keepdim=True)
                self.log_scale.copy_(-(deviation + 1e-3).log())
                self.shift.copy_(-mean)
                self.begun.fill_(1)
        determinant = self.log_scale.sum() * x.shape[2] * x.shape[3]
        return (x + self.shift) * self.log_scale.exp(), determinant.expand(len(x))

    def inverse(self, y: Tensor) -> Tensor:
        return y * (-self.log_scale).exp() - self.shift


class Coupling(nn.Module):
    """Half of the maps are scaled and shifted by a network of the other half and the class. The network's last layer begins at 0.

    Args:
        maps: of the input, an even number.
        conditions: numbers of the class vector.
        width: maps of the network's hidden layers.
        second: whether the second half stays.
    """

    def __init__(self, maps: int, conditions: int, width: int, second: bool):
        super().__init__()
        self.second = second
        half = maps // 2
        self.first, self.middle = nn.Conv2d(half + conditions, width, 3, padding=1), nn.Conv2d(width, width, 1)
        self.last = nn.Conv2d(width, 2 * half, 3, padding=1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def _parts(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The half that stays, and the half that changes."""
        a, b = x.chunk(2, 1)
        return (b, a) if self.second else (a, b)

    def _joined(self, stays: Tensor, changed: Tensor) -> Tensor:
        return torch.cat([changed, stays] if self.second else [stays, changed], 1)

    def _terms(self, stays: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """The log scale and the shift of the other half."""
        condition = labels[:, :, None, None].expand(-1, -1, *stays.shape[2:])
        x = F.relu(self.middle(F.relu(self.first(torch.cat([stays, condition.to(stays.dtype)], 1)))))
        log_scale, shift = self.last(x).float().chunk(2, 1)
        return STRONGEST * torch.tanh(log_scale / STRONGEST), shift

    def forward(self, x: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, maps, height, width) and labels (batch, conditions) -> the same shape, and the log determinant (batch,)."""
        stays, changes = self._parts(x)
        log_scale, shift = self._terms(stays, labels)
        return self._joined(stays, (changes + shift) * log_scale.exp()), log_scale.flatten(1).sum(1)

    def inverse(self, y: Tensor, labels: Tensor) -> Tensor:
        stays, changed = self._parts(y)
        log_scale, shift = self._terms(stays, labels)
        return self._joined(stays, changed * (-log_scale).exp() - shift)


class Scale(nn.Module):
    """Steps of activation norm and coupling at one size; in each step the other half changes, and the maps change places."""

    def __init__(self, maps: int, conditions: int, width: int, steps: int):
        super().__init__()
        self.norms = nn.ModuleList(ActNorm(maps) for _ in range(steps))
        self.couplings = nn.ModuleList(Coupling(maps, conditions, width, second=bool(step % 2)) for step in range(steps))
        for step in range(steps):
            order = torch.randperm(maps, generator=torch.Generator().manual_seed(step))
            self.register_buffer(f"order_{step}", order, persistent=False)

    def forward(self, x: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        determinant = x.new_zeros(len(x), dtype=torch.float32)
        for step, (norm, coupling) in enumerate(zip(self.norms, self.couplings, strict=True)):
            x, first = norm(x[:, self._buffers[f"order_{step}"]])
            x, second = coupling(x, labels)
            determinant = determinant + first + second
        return x, determinant

    def inverse(self, y: Tensor, labels: Tensor) -> Tensor:
        for step in reversed(range(len(self.norms))):
            y = self.norms[step].inverse(self.couplings[step].inverse(y, labels))
            y = y[:, self._buffers[f"order_{step}"].argsort()]
        return y


class Flow(Model):
    """A flow of 28-pixel pictures: at 14 x 14 with 4 maps, of which half leave as latents, and at 7 x 7 with 8 maps.

    Args:
        classes: their names.
        width: maps of the couplings' hidden layers.
        steps: couplings at each of the two sizes.
    """

    channels, image_size, latent_size, exact = 1, 28, 784, True

    def __init__(self, classes: tuple[str, ...] = tuple("0123456789"), width: int = 96, steps: tuple[int, int] = (10, 12)):
        super().__init__()
        self.classes, self.most = list(classes), 1
        self.scales = nn.ModuleList(Scale(maps, len(self.classes), width, count) for maps, count in zip((4, 8), steps, strict=True))

    def flow(self, x: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Numbers (batch, 1, 28, 28) and labels (batch, classes) -> latents (batch, 784), and the log determinant (batch,)."""
        x, first = self.scales[0](F.pixel_unshuffle(x, 2), labels)
        leaves, x = x.chunk(2, 1)
        x, second = self.scales[1](F.pixel_unshuffle(x, 2), labels)
        return torch.cat([leaves.flatten(1), x.flatten(1)], 1), first + second

    def back(self, z: Tensor, labels: Tensor) -> Tensor:
        """The inverse of `flow`."""
        leaves, x = z[:, :392].unflatten(1, (2, 14, 14)), z[:, 392:].unflatten(1, (8, 7, 7))
        x = F.pixel_shuffle(self.scales[1].inverse(x, labels), 2)
        return F.pixel_shuffle(self.scales[0].inverse(torch.cat([leaves, x], 1), labels), 2)

    def bits(self, images: Tensor, labels: Tensor) -> Tensor:
        """Bits per dimension of pictures (batch, 1, 28, 28) in [-1, 1] of 256 levels, (batch,): an upper bound, with one draw of the noise
        that makes levels continuous (Theis et al. 2016, section 3.1)."""
        z, determinant = self.flow(continuous(images, torch.rand_like(images)), labels)
        log_density = -(z.float().square() + math.log(2 * math.pi)).sum(1) / 2 + determinant
        return math.log2(LEVELS) - log_density / (math.log(2) * self.latent_size)

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Latents (batch, 784) and labels (batch, classes) -> pictures (batch, 1, 28, 28) in [-1, 1]."""
        labels = z.new_zeros(len(z), len(self.classes)) if labels is None else labels
        return (2 * self.back(z, labels)).clamp(-1, 1)

    def invert(self, images: Tensor, labels: Tensor) -> Tensor:
        """The latents (batch, 784) of pictures (batch, 1, 28, 28) in [-1, 1], each level at the middle of its interval."""
        return self.flow(continuous(images, torch.full_like(images, 0.5)), labels)[0]


def continuous(images: Tensor, noise: Tensor) -> Tensor:
    """Pictures of 256 levels in [-1, 1], and noise in [0, 1) -> numbers in [-1/2, 1/2), in which every level has an interval of 1/256."""
    levels = ((images + 1) * 127.5).round()
    return (levels + noise) / LEVELS - 0.5
