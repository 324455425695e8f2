"""Metrics of a VQ-VAE: how well its codes reconstruct a picture, and how many bits they need."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from explorer import codes
from explorer.likeness import psnr
from explorer.models import VQVAE
from train import data


def batches(pictures: data.Pictures, count: int | None = None, size: int = 250):
    """Pictures (batch, channels, side, side) in [-1, 1] with their labels, the first `count`."""
    for batch in pictures.take(len(pictures) if count is None else count).batches(size):
        yield batch["images"], batch["label"]


@torch.no_grad()
def encoded(model: VQVAE, pictures: data.Pictures) -> Tensor:
    """The codes of all pictures, (count, rows, columns)."""
    return torch.cat([model.encode(part) for part, _ in batches(pictures)])


@torch.no_grad()
def reconstruction(model: VQVAE, pictures: data.Pictures) -> dict[str, float]:
    """Mean PSNR in dB and SSIM of the reconstructions, share of the codes in use in percent, and their perplexity."""
    from torchmetrics.functional.image import structural_similarity_index_measure

    decibels, similarities, maps = [], [], []
    for part, _ in batches(pictures):
        code_maps = model.encode(part)
        decoded = model.decode(code_maps)
        decibels += [psnr(a, b) for a, b in zip(decoded, part, strict=True)]
        similarities.append(structural_similarity_index_measure(decoded, part, data_range=2.0, reduction="none"))
        maps.append(code_maps)
    used = codes.usage(torch.cat(maps), model.codebook_size)
    return {
        "psnr": sum(decibels) / len(decibels),
        "ssim": torch.cat(similarities).mean().item(),
        "used": 100 * (used > 0).float().mean().item(),
        "perplexity": codes.perplexity(used),
    }


def shared_information(first: Tensor, second: Tensor) -> float:
    """Mutual information of two models' code maps of the same pictures, cell by cell, over the smaller entropy: 0 if they are independent,
    1 if one determines the other."""
    size = int(max(first.max(), second.max())) + 1
    joint = torch.bincount((first.flatten() * size + second.flatten()), minlength=size * size).double().view(size, size)
    joint /= joint.sum()
    rows, columns = joint.sum(1), joint.sum(0)
    entropies = [-torch.special.xlogy(p, p).sum().item() for p in (rows, columns, joint)]
    return (entropies[0] + entropies[1] - entropies[2]) / max(min(entropies[:2]), 1e-12)


def code_bits(model: VQVAE, maps: Tensor, labels: Tensor) -> float:
    """The prior's cross-entropy in bits per code of these maps (n, rows, columns), filled row by row."""
    nats, flat = 0.0, maps.flatten(1)
    for part, label in zip(flat.split(250), labels.split(250), strict=True):
        order = torch.arange(part.shape[1]).expand_as(part)
        logits = model.next_code(part, order, F.one_hot(label, len(model.classes)).float())
        nats += F.cross_entropy(logits.flatten(0, 1), part.flatten(), reduction="sum").item()
    return nats / flat.numel() / math.log(2)
