"""Denoising diffusion (Ho et al. 2020): a U-Net that predicts the picture, or the noise, from a noisy picture.

`x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) noise` for t = 1 ... T, with a schedule alpha_bar that falls from near 1 to near 0.
The inputs of the network are x_t, t and a class. Training drops the class at random, so that one network serves both terms of
classifier-free guidance. The U-Net is `explorer.models.unet`.

1. Ho et al. 2020, "Denoising Diffusion Probabilistic Models": eq. 4 (x_t), the linear schedule, the U-Net.
2. Nichol & Dhariwal 2021, "Improved Denoising Diffusion Probabilistic Models": eq. 17 (the cosine schedule), scale and shift by time.
3. Salimans & Ho 2022, "Progressive Distillation": the target v = sqrt(alpha_bar) noise - sqrt(1 - alpha_bar) x_0. At every
   t, x_0 can be computed from x_t and v; from x_t and the noise it cannot at t = T.
4. Hoogeboom et al. 2023, "simple diffusion": squares of pixels as channels in front of the U-Net save most of its work.
5. Ho & Salimans 2021, "Classifier-Free Diffusion Guidance".
"""

from __future__ import annotations

import math
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from .base import Model
from .unet import UNet


def alpha_bars(schedule: str, timesteps: int) -> Tensor:
    """alpha_bar, the remaining share of the picture's variance, at t = 0 ... T: (timesteps + 1,) float64. The first is 1.

    "linear": betas from 1e-4 to 0.02 for 1000 timesteps (Ho et al. 2020, section 4). "cosine": Nichol & Dhariwal 2021, eq. 17, s = 0.008,
    with betas of at most 0.999. The tensors are on the CPU even if the model is built on the meta device (`explorer.configuration`). Raises
    ValueError for another schedule.
    """
    if schedule == "linear":
        betas = torch.linspace(1e-4, 0.02, timesteps, dtype=torch.float64, device="cpu")
    elif schedule == "cosine":
        level = ((torch.arange(timesteps + 1, dtype=torch.float64, device="cpu") / timesteps + 0.008) / 1.008 * math.pi / 2).cos() ** 2
        betas = (1 - level[1:] / level[:-1]).clamp(max=0.999)
    else:
        raise ValueError(f"schedule is {schedule!r}; expected 'linear' or 'cosine'")
    return torch.cat([torch.ones(1, dtype=torch.float64, device="cpu"), (1 - betas).cumprod(0)])


class Denoiser(Model):
    """The part that diffusion in pixels and in latents share: the schedule, and what the network's output means.

    Attributes:
        timesteps: T.
        schedule: of `alpha_bars`.
        prediction: "epsilon" or "v".
    """

    def __init__(self, timesteps: int, schedule: str, prediction: str):
        super().__init__()
        if prediction not in ("epsilon", "v"):
            raise ValueError(f"prediction is {prediction!r}; expected 'epsilon' or 'v'")
        if not 1 <= timesteps <= 100_000:
            raise ValueError(f"timesteps is {timesteps}; expected 1 to 100,000")
        self.timesteps, self.schedule, self.prediction = timesteps, schedule, prediction
        self.register_buffer("alpha_bar", alpha_bars(schedule, timesteps), persistent=False)

    def predict(self, x: Tensor, t: Tensor, labels: Tensor) -> Tensor:
        """The network's output, (batch, *shape): the noise, or v. Arguments as for `denoise`."""
        raise TypeError(f"{type(self).__name__} defines no predict")

    def levels(self, t: Tensor) -> tuple[Tensor, Tensor]:
        """The factors of x_0 and of the noise in x_t, sqrt(alpha_bar) and sqrt(1 - alpha_bar), each (batch, 1, 1, 1) float32."""
        alpha_bar = self.alpha_bar[t][:, None, None, None]
        return alpha_bar.sqrt().float(), (1 - alpha_bar).sqrt().float()

    def denoise(self, x: Tensor, t: Tensor, labels: Tensor) -> Tensor:
        """The predicted x_0, E[x_0 | x_t, labels].

        Args:
            x: x_t, (batch, *shape).
            t: (batch,) int64, 1 to T.
            labels: (batch, conditions): weights of classes with a sum of at most 1, whose difference from 1 is the weight of "no class"; or
                a sentence's vector, zeros for none.
        """
        picture, noise = self.levels(t)
        output = self.predict(x, t, labels)
        return picture * x - noise * output if self.prediction == "v" else (x - noise * output) / picture

    def target(self, images: Tensor, noise: Tensor, t: Tensor) -> Tensor:
        """The target of the network's output for the x_t of these x_0 and this noise, (batch, *shape)."""
        if self.prediction == "epsilon":
            return noise
        picture, level = self.levels(t)
        return picture * noise - level * images


class DDPM(Denoiser):
    """A class-conditional diffusion model.

    Args:
        unet: arguments of `UNet`, the same as those of `diffusers.UNet2DModel`. `in_channels` must be `channels * patch ** 2`, and
            `num_class_embeds` the number of classes plus 1.
        channels, image_size: of a picture.
        patch: side of the squares of pixels that become channels (reference 4 of the module).
        classes: names of the classes.
        timesteps: T.
        schedule: "linear" or "cosine".
        prediction: what the network's output means, "epsilon" (the noise, reference 1) or "v" (reference 3).
    """

    def __init__(
        self,
        unet: dict[str, Any],
        channels: int = 1,
        image_size: int = 28,
        patch: int = 2,
        classes: tuple[str, ...] = tuple("0123456789"),
        timesteps: int = 1000,
        schedule: Literal["linear", "cosine"] = "cosine",
        prediction: Literal["epsilon", "v"] = "v",
    ):
        super().__init__(timesteps, schedule, prediction)
        for key, value in (("in_channels", channels * patch**2), ("num_class_embeds", len(classes) + 1)):
            if unet.get(key) != value:
                raise ValueError(f"the U-Net's {key} is {unet.get(key)!r}; expected {value} here")
        if image_size % patch:
            raise ValueError(f"image_size is {image_size}; expected a multiple of the patch, {patch}")
        self.channels, self.image_size, self.patch, self.classes = channels, image_size, patch, list(classes)
        self.unet = UNet(**unet)

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of x, here that of a picture."""
        return self.channels, self.image_size, self.image_size

    def picture(self, x: Tensor) -> Tensor:
        """Pictures from x: x itself."""
        return x

    def latent(self, images: Tensor) -> Tensor:
        """x_0 from pictures: the pictures themselves."""
        return images

    def predict(self, x: Tensor, t: Tensor, labels: Tensor) -> Tensor:
        """The network's output, (batch, channels, side, side): the noise, or v. Arguments as for `denoise`."""
        class_weights = torch.cat([labels, 1 - labels.sum(1, keepdim=True)], 1)
        return F.pixel_shuffle(self.unet(F.pixel_unshuffle(x, self.patch), t - 1, class_weights), self.patch)
