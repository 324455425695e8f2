"""A toy family: a linear map from latents to pictures."""

from __future__ import annotations

from torch import Tensor, nn

from .base import Model


class ToyGAN(Model):
    """Each pixel is a weighted sum of the latent's numbers."""

    channels, image_size = 3, 32

    def __init__(self, latent_size: int = 16):
        super().__init__()
        self.latent_size = latent_size
        self.generator = nn.Sequential(nn.Linear(latent_size, 3 * 32 * 32), nn.Tanh())

    def generate(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.generator(z).unflatten(1, (3, 32, 32))
