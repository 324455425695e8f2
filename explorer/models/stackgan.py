"""StackGAN, with some later ideas: Stage I draws a sketch of a sentence, Stage II a larger picture of the sketch and the sentence.

Stage I draws 64 pixels from noise and the sentence's vector: the rough shape and the colours. Stage II draws 256 pixels from this sketch
and the sentence. With conditioning augmentation, each stage gets a random point near the sentence's vector, so that similar sentences give
similar pictures.

1. Zhang et al. 2017, "StackGAN": the stages, conditioning augmentation (eq. 2), Stage I as published (`PaperStageOne`).
2. Tao et al. 2022, "DF-GAN": the sentence scales and shifts the maps in every block; it is not only an input of the first layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .base import Model
from .stackgan_blocks import Affine, ConditioningAugmentation, Enlarge, ResidualBlock, UpBlock, Upsampling


class StageOne(nn.Module):
    """Noise and sentence -> 64 pixels.

    Args:
        text_size, condition_size, latent_size: sizes of the sentence's vector, of the condition and of the latent.
        channels: maps at 4, 8, 16, 32 and 64 pixels.
        upsampling: of every block, "nearest" or "pixelshuffle".
    """

    def __init__(
        self,
        text_size: int,
        condition_size: int,
        latent_size: int,
        channels: tuple[int, ...] = (192, 128, 96, 48, 32),
        upsampling: Upsampling = "nearest",
    ):
        super().__init__()
        self.augmentation = ConditioningAugmentation(text_size, condition_size)
        size = condition_size + latent_size
        self.first = nn.Linear(size, channels[0] * 16)
        self.blocks = nn.ModuleList(UpBlock(a, b, size, upsampling) for a, b in pairwise(channels))
        self.affine = Affine(channels[-1], size)
        self.to_rgb = nn.Conv2d(channels[-1], 3, 3, 1, 1)

    def forward(self, text: Tensor, z: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Normalised text (batch, text_size), latents (batch, latent_size), noise of the augmentation (batch, condition_size) -> pictures
        (batch, 3, 64, 64) in [-1, 1], mean and log variance of the condition."""
        condition, mean, log_variance = self.augmentation(text, noise)
        condition_and_latent = torch.cat([condition, z], 1)
        x = self.first(condition_and_latent).unflatten(1, (-1, 4, 4))
        for block in self.blocks:
            x = block(x, condition_and_latent)
        return torch.tanh(self.to_rgb(self.affine(x, condition_and_latent))), mean, log_variance


class PaperStageOne(nn.Module):
    """Stage I as published: the sentence is an input of the first layer only; then four times nearest upsampling, 3x3 convolution, batch
    norm, ReLU (Zhang et al. 2017, section 3.3). The widths are halved, so that the checkpoint is small enough to ship."""

    def __init__(
        self,
        text_size: int,
        condition_size: int,
        latent_size: int,
        channels: tuple[int, ...] = (512, 256, 128, 64, 32),
        upsampling: Upsampling = "nearest",
    ):
        super().__init__()
        self.augmentation = ConditioningAugmentation(text_size, condition_size)
        self.first = nn.Linear(condition_size + latent_size, channels[0] * 16, bias=False)
        self.norm = nn.BatchNorm1d(channels[0] * 16)
        self.up = nn.ModuleList(
            nn.Sequential(Enlarge(a, b, upsampling), nn.BatchNorm2d(b), nn.ReLU(inplace=True)) for a, b in pairwise(channels)
        )
        self.to_rgb = nn.Conv2d(channels[-1], 3, 3, 1, 1)

    def forward(self, text: Tensor, z: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As `StageOne.forward`."""
        condition, mean, log_variance = self.augmentation(text, noise)
        x = F.relu(self.norm(self.first(torch.cat([condition, z], 1)))).unflatten(1, (-1, 4, 4))
        for layer in self.up:
            x = layer(x)
        return torch.tanh(self.to_rgb(x)), mean, log_variance


class StageTwo(nn.Module):
    """A sketch and its sentence -> the same picture with 128, then 256 pixels.

    Convolutions reduce the sketch to 16 pixels, residual blocks combine it with the sentence, and further blocks enlarge it, with skip
    connections from the convolutions. The output is a correction that is added to the enlarged sketch.

    Args:
        text_size, condition_size: sizes of the sentence's vector and of the condition.
        channels: maps at 16, 32, 64, 128 and 256 pixels.
        residuals: residual blocks at 16 pixels.
        upsampling: of every block, "nearest" or "pixelshuffle".
    """

    def __init__(
        self,
        text_size: int,
        condition_size: int,
        channels: tuple[int, ...] = (128, 80, 48, 24, 12),
        residuals: int = 2,
        upsampling: Upsampling = "nearest",
    ):
        super().__init__()
        deep, middle, fine = channels[:3]
        self.augmentation = ConditioningAugmentation(text_size, condition_size)
        self.read = nn.ModuleList([nn.Conv2d(3, fine, 3, 1, 1), nn.Conv2d(fine, middle, 4, 2, 1), nn.Conv2d(middle, deep, 4, 2, 1)])
        self.residuals = nn.ModuleList(ResidualBlock(deep, condition_size) for _ in range(residuals))
        self.blocks = nn.ModuleList(UpBlock(a, b, condition_size, upsampling) for a, b in pairwise(channels))
        self.affines = nn.ModuleList(Affine(width, condition_size) for width in channels[3:])
        self.to_rgb = nn.ModuleList(nn.Conv2d(width, 3, 3, 1, 1) for width in channels[3:])
        for layer in self.to_rgb:
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, sketch: Tensor, text: Tensor, noise: Tensor, size: int = 256) -> tuple[Tensor, Tensor, Tensor]:
        """Sketches (batch, 3, 64, 64), normalised text (batch, text_size), noise (batch, condition_size) -> pictures (batch, 3, size, size)
        in [-1, 1], mean and log variance of the condition. `size` is 128 or 256."""
        condition, mean, log_variance = self.augmentation(text, noise)
        activations = []
        x = sketch
        for layer in self.read:
            x = F.leaky_relu(layer(x), 0.2)
            activations.append(x)
        for block in self.residuals:
            x = block(x, condition)
        for number, block in enumerate(self.blocks[: 3 if size == 128 else 4]):
            x = block(x, condition)
            if number < 2:
                x = x + activations[1 - number]
        last = 0 if size == 128 else 1
        enlarged = F.interpolate(sketch, size=(size, size), mode="bilinear")
        return torch.tanh(torch.atanh(0.98 * enlarged) + self.to_rgb[last](self.affines[last](x, condition))), mean, log_variance


class StackGAN(Model):
    """Both stages.

    Args:
        text_size: size of a sentence's vector (`BirdText.text_size`).
        condition_size: size of the condition, the output of conditioning augmentation (Zhang et al. 2017, section 3.5: 128).
        latent_size: size of a latent (Zhang et al. 2017, section 3.5: 100).
        channels: maps of Stage I at 4, 8, 16, 32 and 64 pixels.
        second_channels: maps of Stage II at 16, 32, 64, 128 and 256 pixels; empty for a model without Stage II.
        upsampling: "nearest" (the paper) or "pixelshuffle".
        paper: whether Stage I is the published one.
        sizes: sides of the pictures that `illustrate` returns: (64,), (64, 128) or (64, 256).
    """

    channels = 3

    def __init__(
        self,
        text_size: int = 256,
        condition_size: int = 128,
        latent_size: int = 100,
        channels: tuple[int, ...] = (192, 128, 96, 48, 32),
        second_channels: tuple[int, ...] = (128, 80, 48, 24, 12),
        upsampling: Upsampling = "nearest",
        paper: bool = False,
        sizes: tuple[int, ...] = (64,),
    ):
        super().__init__()
        if tuple(sizes) not in ((64,), (64, 128), (64, 256)) or (len(sizes) > 1 and not second_channels):
            raise ValueError(f"sizes is {tuple(sizes)}; expected (64,), or with a Stage II (64, 128) or (64, 256)")
        self.text_size, self.condition_size, self.latent_size, self.sizes = text_size, condition_size, latent_size, tuple(sizes)
        self.first = (PaperStageOne if paper else StageOne)(text_size, condition_size, latent_size, tuple(channels), upsampling)
        self.second = StageTwo(text_size, condition_size, tuple(second_channels), upsampling=upsampling) if second_channels else None
        self.register_buffer("text_mean", torch.zeros(text_size))
        self.register_buffer("text_deviation", torch.ones(text_size))

    @torch.no_grad()
    def normalise_with(self, texts: Tensor) -> None:
        """Store the mean and the standard deviation of the training sentences' vectors (count, text_size)."""
        self.text_mean.copy_(texts.float().mean(0))
        self.text_deviation.copy_(texts.float().std(0) + 1e-3)

    def normalised(self, texts: Tensor) -> Tensor:
        """Sentences' vectors (batch, text_size), normalised to mean 0 and deviation 1 over the training sentences."""
        return (texts - self.text_mean) / self.text_deviation

    def stages(self, text: Tensor, z: Tensor, noise: Tensor) -> Iterator[Tensor]:
        """Draw sentences, one stage after the other, each when the iterator reaches it.

        Args:
            text: (batch, text_size), the output of a `BirdText`.
            z: (batch, latent_size), standard normal.
            noise: (batch, len(sizes), condition_size), standard normal, for the conditioning augmentation of each stage; scaled down for
                less augmentation, zeros for none.

        Yields:
            for every side in `sizes` the pictures (batch, 3, side, side) in [-1, 1].
        """
        text = self.normalised(text)
        sketch = self.first(text, z, noise[:, 0])[0]
        yield sketch
        for number, size in enumerate(self.sizes[1:], 1):
            yield self.second(sketch, text, noise[:, number], size)[0]

    def illustrate(self, text: Tensor, z: Tensor, noise: Tensor) -> list[Tensor]:
        """The pictures of all `stages`, as a list."""
        return list(self.stages(text, z, noise))

    def forward(self, text: Tensor, z: Tensor, noise: Tensor) -> list[Tensor]:
        return self.illustrate(text, z, noise)
