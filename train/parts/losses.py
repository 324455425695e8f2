"""Adversarial losses. Each takes the discriminator's logits of a batch and returns a scalar.

Minimax and non-saturating: Goodfellow et al. 2014, eq. 1 and section 3. Hinge: Lim and Ye 2017; Miyato et al. 2018, eqs. 16 and 17.
Wasserstein: Arjovsky et al. 2017, eqs. 2 and 3; the discriminator is called critic there, and its outputs are not logits.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F


def non_saturating_discriminator(real: Tensor, generated: Tensor) -> Tensor:
    """-log sigmoid(real) - log(1 - sigmoid(generated)), each the mean over its logits."""
    return F.softplus(-real).mean() + F.softplus(generated).mean()


def non_saturating_generator(generated: Tensor) -> Tensor:
    """-log sigmoid(generated), the mean over the logits."""
    return F.softplus(-generated).mean()


def minimax_generator(generated: Tensor) -> Tensor:
    """log(1 - sigmoid(generated)), the mean over the logits. Its gradient vanishes where the discriminator is certain: the derivative with
    respect to a logit is -sigmoid(logit); that of the non-saturating loss is sigmoid(logit) - 1."""
    return -F.softplus(generated).mean()


def wasserstein_critic(real: Tensor, generated: Tensor) -> Tensor:
    """mean(generated) - mean(real). Its negative estimates the Wasserstein distance if the critic is 1-Lipschitz, and K times the distance
    if it is K-Lipschitz; with clipped weights, K is not known."""
    return generated.mean() - real.mean()


def wasserstein_generator(generated: Tensor) -> Tensor:
    """-mean(generated)."""
    return -generated.mean()


def hinge_discriminator(real: Tensor, generated: Tensor) -> Tensor:
    """max(0, 1 - real) + max(0, 1 + generated), each the mean over its logits."""
    return F.relu(1 - real).mean() + F.relu(1 + generated).mean()


def hinge_generator(generated: Tensor) -> Tensor:
    """-generated, the mean over the logits."""
    return -generated.mean()


def matching_hinge_discriminator(real: Tensor, generated: Tensor, mismatched: Tensor) -> Tensor:
    """max(0, 1 - real) + (max(0, 1 + generated) + max(0, 1 + mismatched)) / 2, each the mean over its logits. `mismatched` are the logits
    of real pictures with mismatched sentences (Reed et al. 2016, algorithm 1; Tao et al. 2022, eq. 1)."""
    return F.relu(1 - real).mean() + (F.relu(1 + generated).mean() + F.relu(1 + mismatched).mean()) / 2


def matching_discriminator(real: Tensor, generated: Tensor, mismatched: Tensor) -> Tensor:
    """`matching_hinge_discriminator` with binary cross-entropy instead of hinge loss (Zhang et al. 2017, eq. 3; mismatched pairs: 3.5)."""
    return F.softplus(-real).mean() + (F.softplus(generated).mean() + F.softplus(mismatched).mean()) / 2


def lack_of_variety(generated: Tensor, real: Tensor, labels: Tensor, side: int = 8, colours: bool = False) -> Tensor:
    """max(0, 1 - d(generated) / d(real)) of pictures (batch, 3, height, width), where d is the mean distance between pictures of one class.

    For d, pictures are converted to grey, reduced to `side` x `side` pixels, and normalised to mean 0 and standard deviation 1. So d
    depends on the shapes, and not on colour, contrast or fine noise. With `colours`, the pictures are only reduced. Mao et al. 2019 ("mode
    seeking") divide by the distance of the latents, without an upper bound; here the bound is the distance of the batch's real pictures.

    Args:
        generated, real: pictures with the same labels.
        labels: one-hot, (batch, classes). The loss is 0 if no two pictures have the same class.
        side: of the reduced pictures in pixels.
        colours: compare colours instead of shapes.
    """
    pairs = (labels @ labels.T).triu(1) > 0
    if not pairs.any():
        return labels.new_zeros(())

    def distance(images: Tensor) -> Tensor:
        x = F.adaptive_avg_pool2d(images.float() if colours else images.float().mean(1, keepdim=True), side).flatten(1)
        if not colours:
            x = x - x.mean(1, keepdim=True)
            x = x / (x.square().mean(1, keepdim=True) + 1e-4).sqrt()
        norms = x.square().mean(1)
        squared = norms[:, None] + norms - 2 * (x @ x.T / x.shape[1])
        return squared[pairs].clamp(min=1e-6).sqrt().mean()

    return F.relu(1 - distance(generated) / distance(real))
