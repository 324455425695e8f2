"""The positions of a scene's objects, and a map of them for a generator (`explorer.models.cgan`).

Epstein et al. 2022, "BlobGAN": a picture as blobs, each with a place and a size.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Layout(nn.Module):
    """Computes the positions of the objects from a latent, and draws a map of them, which tells a convolution where to draw which object.

    Only the objects' channels in the map are learned. The latent determines which of the objects in the labels is in the middle, and the
    positions of the others on the ground; objects that are too near to each other are pushed apart. A camera projects the ground into the
    picture, and each object becomes a round blob, smaller if it is far away. (Epstein et al. 2022, "BlobGAN", learn the positions. In this
    generator, learned positions became the same for every latent.)

    Args:
        conditions: the number of objects that labels can name.
        camera: nine numbers, a matrix row by row: a point (x, y) on the ground gives (a, b, c) = camera (x, y, 1) and appears at a / c from
            left to right and b / c from top to bottom, both -1 to 1.
        field: the objects stand within [-field, field]^2 on the ground.
        apart: the least distance between two objects on the ground.
        seen_apart: the least distance between two objects in the picture, which is 2 wide and 2 high; 0 for none.
        width: channels of the map.
        radius: the standard deviation of a blob in the middle, for a picture that is 2 wide.
    """

    ROUNDS = 12  # the most iterations in which objects are pushed apart

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
        """Latents (batch, latent_size) and labels (batch, conditions) -> positions on the ground (batch, conditions, 2)."""
        order, places = z.split((self.conditions, 2 * self.conditions), 1)
        present = labels > 0
        order = order.masked_fill(~present, -torch.inf)
        others = ((order < order.amax(1, keepdim=True)) & present).float()[..., None]
        places = others * self.field * torch.erf(places.unflatten(1, (-1, 2)) / 2**0.5)
        pairs = (present[:, :, None] & present[:, None]).float() * (1 - torch.eye(self.conditions, device=z.device))
        for _ in range(self.ROUNDS):
            difference = places[:, :, None] - places[:, None]
            distance = difference.norm(dim=-1).clamp(min=1e-4)
            shortfall = F.relu(self.apart - distance)
            if self.seen_apart:
                projected, _ = self.project(places)
                shortfall = shortfall + 2 * F.relu(self.seen_apart - (projected[:, :, None] - projected[:, None]).norm(dim=-1))
            push = pairs * shortfall / distance
            # Most pictures need one or two rounds; all rounds take a fifth of a picture's time. An exported graph always runs all rounds.
            if not torch.compiler.is_compiling() and not push.any():
                break
            places = (places + 0.6 * others * (push[..., None] * difference).sum(2)).clamp(-self.field, self.field)
        return places

    def project(self, places: Tensor) -> tuple[Tensor, Tensor]:
        """Positions on the ground (batch, conditions, 2) -> positions in the picture (batch, conditions, 2), radii (batch, conditions,
        1)."""
        point = F.pad(places, (0, 1), value=1.0) @ self.camera.T
        return point[..., :2] / point[..., 2:], self.radius * self.camera[2, 2] / point[..., 2:]

    def forward(self, places: Tensor, labels: Tensor, size: int) -> Tensor:
        """Positions on the ground and labels (batch, conditions) -> a map (batch, width, size, size)."""
        centres, radius = self.project(places)
        line = (torch.arange(size, device=places.device) + 0.5) * (2 / size) - 1
        across, down = (torch.exp(-((line - centres[..., i : i + 1]) ** 2) / (2 * radius**2)) for i in (0, 1))
        return torch.einsum("bkh,bkw,bk,kc->bchw", down, across, labels, self.objects)
