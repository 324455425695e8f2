"""Judges: small classifiers of pictures. Their last features also measure how far generated pictures are from real ones.

`PictureJudge` is for the data sets without labels, and for birds, of which it classifies the colour of each part. It is a residual network
(He et al. 2016) trained from scratch, without ImageNet, to answer several questions at once, so that its features represent objects,
plumage and the style of a data set. A model that was trained with ImageNet features can therefore be measured in features that had no part
in its training.

`ClassJudge` is for a data set whose pictures have one class each: a short convolutional network. Its first layer is not trained: it
decorrelates 2x2 patches (Jordan 2024, "94% on CIFAR-10 in 3.29 seconds on a single GPU", where this saves half of the training time).
"""

from __future__ import annotations

import torch
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
    """Classifies RGB pictures of 64 pixels (others are resized, antialiased bilinear), with one head for each question.

    Args:
        questions: for each question, by its name, its answers or their number, such as {"belly": ["black", "white"], "cifar10": 10}.
        channels: maps at 32, 16, 8 and 4 pixels; the last is the number of features.
    """

    image_size = 64
    channels = 3

    def __init__(self, questions: dict[str, int | list[str]], channels: tuple[int, ...] = (32, 64, 128, 256)):
        super().__init__()
        self.answers = {
            name: [str(i) for i in range(answers)] if isinstance(answers, int) else list(answers) for name, answers in questions.items()
        }
        self.stem = nn.Conv2d(3, channels[0], 4, 2, 1, bias=False)
        self.blocks = nn.Sequential(
            *(ResidualBlock(a, b, 1 if i == 0 else 2) for i, (a, b) in enumerate(zip((channels[0], *channels), channels, strict=False)))
        )
        self.heads = nn.ModuleDict({name: nn.Linear(channels[-1], len(answers)) for name, answers in self.answers.items()})

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


class ClassBlock(nn.Module):
    """Two 3x3 convolutions with batch norm and GELU; the first is followed by a maximum over 2x2."""

    def __init__(self, channels_in: int, channels_out: int):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels_out)
        for layer in (self.conv1, self.conv2):
            nn.init.dirac_(layer.weight[: layer.weight.shape[1]])  # an identity at first

    def forward(self, x: Tensor) -> Tensor:
        x = F.gelu(self.norm1(F.max_pool2d(self.conv1(x), 2)))
        return F.gelu(self.norm2(self.conv2(x)))


class ClassJudge(Model):
    """Classifies small pictures (of other sizes than `image_size` they are resized, antialiased bilinear).

    Args:
        classes: their names, in the order of the logits.
        channels: of a picture.
        image_size: pixels a side.
        widths: maps of the blocks; the last is the number of features.
        mirror: average the features of a picture and its mirror image, in eval mode.
    """

    def __init__(
        self, classes: list[str], channels: int = 3, image_size: int = 32, widths: tuple[int, ...] = (64, 256, 256), mirror: bool = False
    ):
        super().__init__()
        self.mirror = mirror
        self.classes, self.channels, self.image_size = list(classes), channels, image_size
        self.answers = {"class": self.classes}
        patches = 8 * channels
        self.whiten = nn.Conv2d(channels, patches, 2)
        self.blocks = nn.Sequential(*(ClassBlock(a, b) for a, b in zip((patches, *widths), widths, strict=False)))
        self.head = nn.Linear(widths[-1], len(self.classes), bias=False)

    @torch.no_grad()
    def whiten_with(self, images: Tensor, floor: float = 5e-4) -> None:
        """Set the first layer from pictures (count, channels, height, width): the eigenvectors of their 2x2 patches, each scaled to unit
        variance and with both signs. `floor` is added to the variances, so that noise is not amplified."""
        patches = F.unfold(images, 2).transpose(1, 2).flatten(0, 1).double()
        covariance = torch.cov(patches.T)
        variances, vectors = torch.linalg.eigh(covariance)
        rows = (vectors / (variances + floor).sqrt()).T.reshape(-1, *self.whiten.weight.shape[1:]).float()
        self.whiten.weight.copy_(torch.cat([rows, -rows]))
        self.whiten.bias.zero_()

    def features(self, images: Tensor) -> Tensor:
        """Pictures of the judge's own size -> (batch, features), the maximum over space of the last block."""
        return self.blocks(F.gelu(self.whiten(images))).amax((2, 3))

    def embed(self, images: Tensor) -> Tensor:
        """(batch, channels, height, width) in [-1, 1] -> (batch, features)."""
        if images.shape[-2:] != (self.image_size, self.image_size):
            images = F.interpolate(images, size=self.image_size, mode="bilinear", antialias=True)
        features = self.features(images)
        return (features + self.features(images.flip(3))) / 2 if self.mirror and not self.training else features

    def judge(self, images: Tensor) -> dict[str, Tensor]:
        """{"class": logits (batch, classes)}."""
        return {"class": self.head(self.embed(images)) / 9}

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        return self.judge(images)
