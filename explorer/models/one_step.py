"""A diffusion model in one evaluation: the network of `DDPM`, distilled so that its prediction of x_0 at t = T is what the teacher draws in
many evaluations from the same noise.

It draws from its noise as a GAN does from a latent. Luhman and Luhman 2021, "Knowledge Distillation in Iterative Generative Models for
Improved Sampling Speed": regression on the teacher's own pairs of noise and picture.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from .base import Model
from .ddpm import DDPM


class OneStep(Model):
    """A `DDPM` whose prediction at t = T is the picture.

    Args:
        unet, channels, image_size, patch, classes, timesteps, schedule, prediction: as `DDPM`.
        teacher: the name of the checkpoint that it was distilled from.
    """

    def __init__(
        self,
        unet: dict[str, Any],
        teacher: str = "ddpm-mnist",
        channels: int = 1,
        image_size: int = 28,
        patch: int = 2,
        classes: tuple[str, ...] = tuple("0123456789"),
        timesteps: int = 1000,
        schedule: str = "cosine",
        prediction: str = "v",
    ):
        super().__init__()
        self.network = DDPM(unet, channels, image_size, patch, classes, timesteps, schedule, prediction)
        self.teacher, self.channels, self.image_size, self.classes, self.most = teacher, channels, image_size, list(classes), 1
        self.latent_size = channels * image_size**2

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Noise (batch, latent_size) and labels (batch, classes) -> pictures (batch, channels, image_size, image_size) in [-1, 1]."""
        labels = z.new_zeros(len(z), len(self.classes)) if labels is None else labels
        t = (z[:, 0] * 0).long() + self.network.timesteps  # not `full`, whose size an exported graph would keep
        return self.network.denoise(z.view(-1, *self.network.shape), t, labels).clamp(-1, 1)
