"""The layers of both stages of a StackGAN (`explorer.models.stackgan`): conditioning on a sentence, and upsampling.

1. Zhang et al. 2017, "StackGAN": conditioning augmentation (eq. 2), residual blocks.
2. Tao et al. 2022, "DF-GAN": the sentence scales and shifts the maps in every block; it is not only an input of the first layer.
3. Shi et al. 2016, "Real-time single image and video super-resolution using an efficient sub-pixel convolutional neural network":
   PixelShuffle, here with equal initial kernels for the pixels of a cell (Aitken et al. 2017), which avoids a checkerboard at the start.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Upsampling = Literal["nearest", "pixelshuffle"]


class ConditioningAugmentation(nn.Module):
    """A sentence's vector -> a random point near it (Zhang et al. 2017, section 3.2).

    Args:
        text_size: size of a sentence's vector.
        size: size of the condition, the output.
    """

    def __init__(self, text_size: int, size: int):
        super().__init__()
        self.layer = nn.Linear(text_size, 2 * size)
        nn.init.constant_(self.layer.bias[size:], -2.0)  # little noise at first, so that the sentence has an effect from the start

    def forward(self, text: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(batch, text_size) and standard normal noise (batch, size) -> condition, mean and log variance, each (batch, size).

        The condition is mean + deviation * noise; with zeros as noise it is the mean, and augmentation is off.
        """
        mean, log_variance = self.layer(text).chunk(2, 1)
        return mean + (log_variance / 2).exp() * noise, mean, log_variance


class Affine(nn.Module):
    """Batch norm whose scale and shift come from the condition, then LeakyReLU (Tao et al. 2022, eq. 2; de Vries et al. 2017)."""

    def __init__(self, channels: int, condition: int):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.layer = nn.Linear(condition, 2 * channels)
        nn.init.normal_(self.layer.weight, 0.0, 0.02)
        nn.init.zeros_(self.layer.bias)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        scale, shift = self.layer(condition)[:, :, None, None].chunk(2, 1)
        return F.leaky_relu(self.norm(x) * (1 + scale) + shift, 0.2)


class Enlarge(nn.Module):
    """Doubles the size of a map: nearest-neighbour upsampling, then a 3x3 convolution (Zhang et al. 2017); or a 3x3 convolution to four
    times the channels, then PixelShuffle (Shi et al. 2016, eq. 4)."""

    def __init__(self, channels_in: int, channels_out: int, upsampling: Upsampling):
        super().__init__()
        if upsampling not in ("nearest", "pixelshuffle"):
            raise ValueError(f"upsampling is {upsampling!r}; expected 'nearest' or 'pixelshuffle'")
        self.shuffle = upsampling == "pixelshuffle"
        self.conv = nn.Conv2d(channels_in, channels_out * (4 if self.shuffle else 1), 3, 1, 1)
        if self.shuffle:
            with torch.no_grad():
                self.conv.weight.copy_(self.conv.weight[::4].repeat_interleave(4, 0))
                self.conv.bias.copy_(self.conv.bias[::4].repeat_interleave(4, 0))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels_in, height, width) -> (batch, channels_out, 2 height, 2 width)."""
        return F.pixel_shuffle(self.conv(x), 2) if self.shuffle else self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class UpBlock(nn.Module):
    """Two modulated convolutions, the first of which doubles the size, and a shortcut (Tao et al. 2022, figure 3)."""

    def __init__(self, channels_in: int, channels_out: int, condition: int, upsampling: Upsampling):
        super().__init__()
        self.affine1, self.affine2 = Affine(channels_in, condition), Affine(channels_out, condition)
        self.enlarge = Enlarge(channels_in, channels_out, upsampling)
        self.conv = nn.Conv2d(channels_out, channels_out, 3, 1, 1)
        self.shortcut = nn.Conv2d(channels_in, channels_out, 1)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        y = self.enlarge(self.affine1(x, condition))
        y = self.conv(self.affine2(y, condition))
        return y + F.interpolate(self.shortcut(x), scale_factor=2.0, mode="nearest")


class ResidualBlock(nn.Module):
    """Two modulated 3x3 convolutions with a skip connection (Zhang et al. 2017, section 3.4, with the modulation of Tao et al. 2022)."""

    def __init__(self, channels: int, condition: int):
        super().__init__()
        self.affine1, self.affine2 = Affine(channels, condition), Affine(channels, condition)
        self.conv1, self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1), nn.Conv2d(channels, channels, 3, 1, 1)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        return x + self.conv2(self.affine2(self.conv1(self.affine1(x, condition)), condition))
