"""Latent diffusion with a sentence (Rombach et al. 2022): a diffusion model whose x is the latent of an autoencoder.

The network never sees a pixel: an encoder makes a small map of each picture once, and a decoder draws the result once. The numbers of a
latent are divided by their deviation over the training pictures, channel by channel, so that noise of variance 1 hides them (section 3.3).
The sentence's vector enters where a class would: a linear map of it is added to the time's embedding.
"""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor

from .autoencoder import Autoencoder
from .ddpm import Denoiser
from .unet import UNet


def latent_unet(channels: int, side: int, widths: tuple[int, ...], layers: int, text_size: int) -> dict[str, Any]:
    """The arguments of a U-Net with attention at its coarsest resolution."""
    plain = len(widths) - 1
    return {
        "sample_size": side, "in_channels": channels, "out_channels": channels, "block_out_channels": widths,
        "down_block_types": ("DownBlock2D",) * plain + ("AttnDownBlock2D",), "up_block_types": ("AttnUpBlock2D",) + ("UpBlock2D",) * plain,
        "layers_per_block": layers, "norm_num_groups": 8, "attn_norm_num_groups": 8, "attention_head_dim": widths[-1] // 4,
        "num_class_embeds": text_size + 1, "resnet_time_scale_shift": "scale_shift",
    }  # fmt: skip


class LDM(Denoiser):
    """A text-conditional latent diffusion model.

    Args:
        text_size: numbers of a sentence's vector.
        widths: maps of the U-Net at the latent's size and at half of it, and so on.
        layers: residual blocks of each resolution on the way down.
        autoencoder: arguments of `Autoencoder`; {} for its defaults.
        timesteps, schedule, prediction: as `DDPM`.
    """

    classes: tuple[str, ...] = ()

    def __init__(
        self,
        text_size: int = 256,
        widths: tuple[int, ...] = (96, 192),
        layers: int = 2,
        autoencoder: dict[str, Any] | None = None,
        timesteps: int = 1000,
        schedule: Literal["linear", "cosine"] = "cosine",
        prediction: Literal["epsilon", "v"] = "v",
    ):
        super().__init__(timesteps, schedule, prediction)
        self.text_size, self.autoencoder = text_size, Autoencoder(**(autoencoder or {}))
        self.channels, self.image_size, self.shape = self.autoencoder.channels, self.autoencoder.image_size, self.autoencoder.shape
        self.unet = UNet(**latent_unet(self.shape[0], self.shape[1], tuple(widths), layers, text_size))
        self.register_buffer("latent_mean", torch.zeros(self.shape[0]))
        self.register_buffer("latent_deviation", torch.ones(self.shape[0]))
        self.register_buffer("text_mean", torch.zeros(text_size))
        self.register_buffer("text_deviation", torch.ones(text_size))

    @torch.no_grad()
    def normalise_with(self, latents: Tensor, texts: Tensor) -> None:
        """Store mean and deviation of the training pictures' latents (count, channels, rows, columns), and of the training sentences'
        vectors (count, text_size)."""
        self.latent_mean.copy_(latents.float().mean((0, 2, 3)))
        self.latent_deviation.copy_(latents.float().std((0, 2, 3)) + 1e-3)
        self.text_mean.copy_(texts.float().mean(0))
        self.text_deviation.copy_(texts.float().std(0) + 1e-3)

    def latent(self, images: Tensor) -> Tensor:
        """Pictures (batch, 3, image_size, image_size) -> x_0 (batch, *shape)."""
        return self.scaled(self.autoencoder.compress(images))

    def scaled(self, latents: Tensor) -> Tensor:
        """The autoencoder's latents (batch, *shape) -> x_0, with mean 0 and deviation 1 in every channel."""
        return (latents - self.latent_mean[:, None, None]) / self.latent_deviation[:, None, None]

    def picture(self, x: Tensor) -> Tensor:
        """x (batch, *shape) -> pictures (batch, 3, image_size, image_size) in [-1, 1]."""
        return self.autoencoder.restore(x * self.latent_deviation[:, None, None] + self.latent_mean[:, None, None]).clamp(-1, 1)

    def conditions(self, text: Tensor) -> Tensor:
        """Sentences' vectors (batch, text_size), zeros for no sentence -> the U-Net's class weights (batch, text_size + 1): the normalised
        vector, or the weight of "no sentence"."""
        said = (text != 0).any(1, keepdim=True).to(text.dtype)
        return torch.cat([(text - self.text_mean) / self.text_deviation * said, 1 - said], 1)

    def predict(self, x: Tensor, t: Tensor, labels: Tensor) -> Tensor:
        return self.unet(x, t - 1, self.conditions(labels))
