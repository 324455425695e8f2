"""Where the objects of a scene stand, and a map of it for a generator (`explorer.models.cgan`).

Epstein et al. 2022, "BlobGAN": a picture as blobs, each with a place and a size.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Layout(nn.Module):
    """Where the objects stand, and a map of it that tells a convolution what to draw where.

    Nothing of it is learned but the objects' colours in the map. A part of the latent says which of the objects that are asked for stands
    in the middle, and where on the ground the others are; those too near to another are pushed aside. A camera sees the ground, and paints
    each object as a round blob, smaller where it is far (Epstein et al. 2022, "BlobGAN", learn the places; here they came out the same for
    every latent).

    Args:
        conditions: how many objects there are to ask for.
        camera: nine numbers, row by row: of a point (x, y) on the ground, (a, b, c) = camera (x, y, 1), seen at a / c from left to right
            and b / c from top to bottom, both -1 to 1.
        field: the objects stand within [-field, field]^2 on the ground.
        apart: the least distance between two on the ground.
        seen_apart: and in the picture, which is 2 wide and 2 high, so that none hides another; 0 for no such rule.
        width: channels of the map.
        radius: of a blob in the middle, its standard deviation, where the picture is 2 wide.
    """

    ROUNDS = 12  # of pushing aside

    def __init__(
        self,
        conditions: int,
        camera: Sequence[float],
        field: float,
        apart: float,
        seen_apart: float = 0.0,
        width: int = 32,
        radius: float = 0.16,
    ):
        super().__init__()
        self.field, self.apart, self.seen_apart, self.radius, self.conditions = field, apart, seen_apart, radius, conditions
        self.latent_size = 3 * conditions
        self.register_buffer("camera", torch.tensor(camera, dtype=torch.float32).view(3, 3), persistent=False)
        self.objects = nn.Parameter(torch.randn(conditions, width))

    def places(self, z: Tensor, labels: Tensor) -> Tensor:
        """Latents (batch, latent_size) and labels (batch, conditions) -> places on the ground (batch, conditions, 2)."""
        order, spots = z.split((self.conditions, 2 * self.conditions), 1)
        asked = labels > 0
        order = order.masked_fill(~asked, -torch.inf)
        others = ((order < order.amax(1, keepdim=True)) & asked).float()[..., None]
        spots = others * self.field * torch.erf(spots.unflatten(1, (-1, 2)) / 2**0.5)
        pairs = (asked[:, :, None] & asked[:, None]).float() * (1 - torch.eye(self.conditions, device=z.device))
        for _ in range(self.ROUNDS):
            towards = spots[:, :, None] - spots[:, None]
            distance = towards.norm(dim=-1).clamp(min=1e-4)
            lack = F.relu(self.apart - distance)
            if self.seen_apart:
                where, _ = self.seen(spots)
                lack = lack + 2 * F.relu(self.seen_apart - (where[:, :, None] - where[:, None]).norm(dim=-1))
            push = pairs * lack / distance
            # Most pictures need a round or two; all rounds are a fifth of the time that a picture takes. An export knows no such choice.
            if not torch.compiler.is_compiling() and not push.any():
                break
            spots = (spots + 0.6 * others * (push[..., None] * towards).sum(2)).clamp(-self.field, self.field)
        return spots

    def seen(self, places: Tensor) -> tuple[Tensor, Tensor]:
        """Places on the ground (batch, conditions, 2) -> where they appear, (batch, conditions, 2), and how large a blob is there,
        (batch, conditions, 1)."""
        point = F.pad(places, (0, 1), value=1.0) @ self.camera.T
        return point[..., :2] / point[..., 2:], self.radius * self.camera[2, 2] / point[..., 2:]

    def forward(self, places: Tensor, labels: Tensor, size: int) -> Tensor:
        """Places on the ground and labels (batch, conditions) -> a map (batch, width, size, size)."""
        where, radius = self.seen(places)
        line = (torch.arange(size, device=places.device) + 0.5) * (2 / size) - 1
        across, down = (torch.exp(-((line - where[..., i : i + 1]) ** 2) / (2 * radius**2)) for i in (0, 1))
        return torch.einsum("bkh,bkw,bk,kc->bchw", down, across, labels, self.objects)
