"""Penalties on the gradient of a discriminator with respect to its input.

Both need second derivatives, because the gradient itself is differentiated: call the discriminator in float32.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Discriminator = Callable[[Tensor], Tensor]


def input_gradient(discriminator: Discriminator, images: Tensor) -> Tensor:
    """The gradient of each picture's output with respect to the picture, (batch, ...), differentiable once more.

    The outputs of a batch must not depend on each other, as they do with batch norm: then the gradient of their sum is not that of each.
    """
    images = images.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(discriminator(images).sum(), images, create_graph=True)
    return gradient


def gradient_penalty(discriminator: Discriminator, real: Tensor, generated: Tensor, shares: Tensor) -> Tensor:
    """The mean of (|gradient| - 1)^2 at points between real and generated pictures (Gulrajani et al. 2017, eq. 3).

    Args:
        real, generated: pictures of the same shape (batch, ...).
        shares: (batch,) where each point lies, uniform in [0, 1]: 0 is the generated picture.
    """
    points = torch.lerp(generated.detach(), real, shares.view(-1, *[1] * (real.dim() - 1)))
    return (input_gradient(discriminator, points).flatten(1).norm(dim=1) - 1).square().mean()


def r1(discriminator: Discriminator, real: Tensor) -> Tensor:
    """The mean of |gradient|^2 / 2 at real pictures (Mescheder et al. 2018, eq. 9); they multiply it by a weight gamma."""
    return input_gradient(discriminator, real).flatten(1).square().sum(1).mean() / 2
