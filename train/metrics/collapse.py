"""Measures of a GAN's training that show whether it collapses, drifts or stalls, from the features and the classes of a judge."""

from __future__ import annotations

import torch
from torch import Tensor, nn

FOUND = 0.02  # a class is found if it has at least this share of the pictures


def classes_found(predictions: Tensor, classes: int, least: float = FOUND) -> int:
    """How many classes have at least the share `least` of the predictions, (count,) int64."""
    return int((torch.bincount(predictions, minlength=classes) >= least * len(predictions)).sum())


def modes(predictions: Tensor, classes: int) -> tuple[int, float]:
    """How many classes occur at all among the predictions, (count,) int64, and the KL divergence in nats of their shares from equal shares:
    the two measures of collapse on stacked digits (Metz et al. 2017)."""
    shares = torch.bincount(predictions, minlength=classes).double() / len(predictions)
    found = shares[shares > 0]
    return len(found), (found * (found * classes).log()).sum().item()


def spread(features: Tensor) -> float:
    """The mean distance between two different points of (count, size); 0 if all pictures are the same."""
    count = len(features)
    return (torch.cdist(features.double(), features.double()).sum() / (count * (count - 1))).item()


def moved(before: Tensor, after: Tensor) -> float:
    """How far pictures (count, ...) of the same latents have moved: the root of the mean squared difference of their pixels."""
    return (before - after).square().mean().sqrt().item()


def share_at_clip(network: nn.Module, clip: float) -> float:
    """The share of a network's weights that are at the ends of [-clip, clip]."""
    weights = torch.cat([weight.detach().flatten() for weight in network.parameters()])
    return (weights.abs() >= clip * (1 - 1e-6)).float().mean().item()


def histogram(network: nn.Module, edge: float, bins: int = 21) -> list[float]:
    """The shares of a network's weights in `bins` equal intervals of [-edge, edge]. The first and the last also count what lies beyond."""
    weights = torch.cat([weight.detach().flatten() for weight in network.parameters()])
    counts = torch.histc(weights.clamp(-edge, edge), bins, -edge, edge)
    return (counts / len(weights)).tolist()


def norm_of(tensors: list[Tensor]) -> float:
    """The Euclidean norm over all numbers of the tensors."""
    return torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(tensor.detach().double()) for tensor in tensors])).item()
