"""A codebook trained by moving averages of its vectors instead of by gradients (van den Oord et al. 2017, appendix A.1).

Codes that are never chosen would never change, and the codebook would collapse to a few codes. So a code that is chosen too rarely is
restarted at a random vector of the batch (Dhariwal et al. 2020, "Jukebox", section 3.1).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class CodebookAverage(nn.Module):
    """A codebook with moving averages of the number and the sum of the vectors of each code.

    Args:
        codebook: (codes, size). It gets no gradients, and is saved with the averages.
        decay: of the averages, per step.
        least: a code is restarted if its count falls below this share of the mean count.
    """

    def __init__(self, codebook: nn.Embedding, decay: float = 0.99, least: float = 0.05):
        super().__init__()
        self.codebook, self.decay, self.least = codebook.requires_grad_(False), decay, least
        self.register_buffer("counts", torch.zeros(codebook.num_embeddings))
        self.register_buffer("sums", torch.zeros_like(codebook.weight))

    @torch.no_grad()
    def update(self, vectors: Tensor, codes: Tensor) -> int:
        """Update the codebook with vectors (n, size) and their codes (n,). Returns how many codes were restarted."""
        counts = torch.bincount(codes, minlength=len(self.counts)).to(self.counts.dtype)
        sums = torch.zeros_like(self.sums).index_add_(0, codes, vectors.to(self.sums.dtype))
        if shared := torch.distributed.is_available() and torch.distributed.is_initialized():
            torch.distributed.all_reduce(counts)
            torch.distributed.all_reduce(sums)
        self.counts.lerp_(counts, 1 - self.decay)
        self.sums.lerp_(sums, 1 - self.decay)
        even = float(counts.sum()) / len(self.counts)
        dead = self.counts < self.least * even
        if restarted := int(dead.sum()):
            replacements = vectors[torch.randint(len(vectors), (restarted,), device=vectors.device)].to(self.sums.dtype)
            if shared:  # every process must restart a code with the same vector
                torch.distributed.broadcast(replacements, 0)
            self.counts[dead] = even
            self.sums[dead] = even * replacements
        self.codebook.weight.copy_(self.sums / self.counts[:, None])
        return restarted
