"""Measures how similar a generated picture is to a target, in pixels or in features of the model's own discriminator."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .models import Generates
from .survey import Survey

LEAST_MSE = 4e-15


def psnr(a: Tensor, b: Tensor, mask: Tensor | None = None) -> float:
    """Peak signal-to-noise ratio of two pictures in [-1, 1], in dB: 10 log10(2^2 / mean squared error), at most 150 (equal pictures).

    Args:
        mask: (height, width), the pixels that are compared; None for all.
    """
    errors = (a.double() - b.double()).square().mean(0)
    error = errors.mean() if mask is None else (errors * mask).sum() / mask.sum()
    return 10 * math.log10(4 / max(error.item(), LEAST_MSE))


class PictureObjective:
    """The loss of a fit, for latents (batch, size) -> (batch,): the distance of their pictures from the target, and the prior.

    (1 - p) |m (G(z) - x)|^2 + p s mean_l |f_l(G(z)) - f_l(x)|^2 / v_l + w |z|^2. f_l are the discriminator's features at depth l; v_l and s
    are the variances of these features and of the pixels over the model's own pictures, so that both distances have the same scale; m is
    the mask, p is `perceptual` and w is `prior`.
    """

    def __init__(
        self, model: Generates, target: Tensor, survey: Survey, perceptual: float = 0.0, prior: float = 0.0, mask: Tensor | None = None
    ):
        self.model, self.target, self.perceptual, self.prior = model, target, perceptual, prior
        self.mask = 1.0 if mask is None else mask
        self.features: list[tuple[Tensor, float]] = []
        if perceptual:
            with torch.no_grad():
                for features, target_features in zip(model.features(survey.samples), model.features(target[None]), strict=True):
                    spread = (features - features.mean(0)).square().flatten(1).sum(1).mean().item()
                    self.features.append((target_features, survey.spread / max(spread, 1e-12)))

    def __call__(self, latents: Tensor) -> Tensor:
        return self.distance(self.model.generate(latents)) + self.prior * latents.square().sum(1)

    def distance(self, pictures: Tensor) -> Tensor:
        """The distances of pictures (batch, channels, height, width) from the target, without the prior: (batch,)."""
        loss = (1 - self.perceptual) * (self.mask * (pictures - self.target).square()).sum((1, 2, 3))
        if self.features:
            features = self.model.features(pictures)
            distances = [
                scale * (maps - target).square().flatten(1).sum(1) for maps, (target, scale) in zip(features, self.features, strict=True)
            ]
            loss = loss + self.perceptual * sum(distances) / len(distances)
        return loss
