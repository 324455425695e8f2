"""How many styles of real pictures a model draws: clusters of the features of real pictures (Richardson and Weiss 2018, "On GANs and GMMs",
section 2, where they are called bins)."""

from __future__ import annotations

import torch
from scipy.cluster.vq import kmeans2, vq
from torch import Tensor

LEAST = 0.1  # of the real share, so that a style counts as drawn


class Styles:
    """The clusters of real pictures.

    Args:
        real: features (pictures, size).
        count: of clusters.
    """

    def __init__(self, real: Tensor, count: int):
        self._centres, _ = kmeans2(real.double().numpy(), count, minit="++", seed=0)
        self.shares = self._shares(real)

    def _shares(self, features: Tensor) -> Tensor:
        nearest, _ = vq(features.double().numpy(), self._centres)
        return torch.bincount(torch.as_tensor(nearest).long(), minlength=len(self._centres)) / len(features)

    def found(self, features: Tensor) -> int:
        """How many clusters have at least `LEAST` of the share among these pictures that they have among the real ones. Clusters without
        real pictures do not count."""
        return int(((self.shares > 0) & (self._shares(features) >= LEAST * self.shares)).sum())
