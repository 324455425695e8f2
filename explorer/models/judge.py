"""Judges: small classifiers that read a picture, and whose last features measure how far generated pictures are from real ones.

`PictureJudge` serves the sets that have no labels. It is a residual network (He et al. 2016) trained from scratch, on no ImageNet
picture, to answer several questions at once, so that its features know objects, plumage and the look of a data set. A model that was
trained on ImageNet features can therefore be measured in features that had no part in its training.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from .base import Model


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with batch norm, and a shortcut; the first convolution may halve the size (He et al. 2016, fig. 2)."""

    def __init__(self, channels_in: int, channels_out: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels_out)
        same = stride == 1 and channels_in == channels_out
        self.shortcut = nn.Identity() if same else nn.Conv2d(channels_in, channels_out, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(y)) + self.shortcut(x))


class PictureJudge(Model):
    """Reads RGB pictures of 64 pixels (others are resized, antialiased bilinear).

    Args:
        questions: how many answers each question has, by its name, such as {"cifar10": 10}.
        channels: maps at 32, 16, 8 and 4 pixels; the last is the number of features.
    """

    image_size = 64

    def __init__(self, questions: dict[str, int], channels: tuple[int, ...] = (32, 64, 128, 256)):
        super().__init__()
        self.stem = nn.Conv2d(3, channels[0], 4, 2, 1, bias=False)
        self.blocks = nn.Sequential(
            *(ResidualBlock(a, b, 1 if i == 0 else 2) for i, (a, b) in enumerate(zip((channels[0], *channels), channels, strict=False)))
        )
        self.heads = nn.ModuleDict({name: nn.Linear(channels[-1], answers) for name, answers in questions.items()})

    def embed(self, images: Tensor) -> Tensor:
        """(batch, 3, height, width) in [-1, 1] -> (batch, features), the mean over space of the last block."""
        if images.shape[-2:] != (self.image_size, self.image_size):
            images = F.interpolate(images, size=self.image_size, mode="bilinear", antialias=True)
        return self.blocks(self.stem(images)).mean((2, 3))

    def judge(self, images: Tensor) -> dict[str, Tensor]:
        """Logits by question, each (batch, answers)."""
        features = self.embed(images)
        return {name: head(features) for name, head in self.heads.items()}

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        return self.judge(images)
