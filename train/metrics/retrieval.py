"""Retrieval: how often the picture nearest to a sentence is the sentence's own picture."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

POOL = 100


def pools(labels: Tensor, count: int, seed: int = 0) -> list[Tensor]:
    """`count` random pools, each with the indices of about `POOL` pictures, equally many of each species."""
    generator = torch.Generator().manual_seed(seed)
    species = [torch.nonzero(labels == label).flatten() for label in labels.unique()]
    per_species = max(1, POOL // len(species))

    def pool() -> Tensor:
        return torch.cat([numbers[torch.randperm(len(numbers), generator=generator)[:per_species]] for numbers in species])

    return [pool() for _ in range(count)]


def reciprocal_rank(texts: Tensor, images: Tensor) -> float:
    """The mean reciprocal rank of each sentence's own picture among all pictures. It fluctuates less than rank-1 accuracy."""
    likeness = F.normalize(texts, dim=1) @ images.T
    return (1 / ((likeness > likeness.diag()[:, None]).sum(1) + 1).float()).mean().item()


def retrieved(texts: Tensor, images: Tensor) -> Tensor:
    """For each row of `texts`, (n, size), whether the nearest row of `images` is the one with the same index: (n,) bool."""
    return (F.normalize(texts, dim=1) @ images.T).argmax(1) == torch.arange(len(texts))
