"""A discriminator on frozen features (Sauer et al. 2021, "Projected GANs converge faster").

A frozen network, trained to recognise objects, computes features of shapes and materials at four scales. Fixed random convolutions mix them
across channels, and across scales from coarse to fine, so that the discriminator cannot rely on a few features. One small discriminator,
called head, is trained for each scale. Gradients pass through the frozen network to the generator.

The frozen network was trained on ImageNet, so metrics with ImageNet features overrate these generators (Kynkäänniemi et al. 2022). Use
other features to measure them.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations

from .backbone import FrozenFeatures


class RandomProjection(nn.Module):
    """Fixed random mixing: 1x1 convolutions across channels, then 3x3 ones from coarse to fine across scales (Sauer et al. 2021, 3.2).

    Args:
        channels: of the input features, fine to coarse.
        width: channels of the output at every scale.
        seed: of the random weights, which therefore need not be saved.
    """

    def __init__(self, channels: tuple[int, ...], width: int = 64, seed: int = 0):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.across_channels = nn.ModuleList(nn.Conv2d(c, width, 1, bias=False) for c in channels)
            self.across_scales = nn.ModuleList(nn.Conv2d(width, width, 3, 1, 1, bias=False) for _ in channels[:-1])
            for layer in (*self.across_channels, *self.across_scales):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")
        self.requires_grad_(False)

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        """Features at four scales -> mixed features at these scales, with `width` channels each; both fine to coarse."""
        mixed = [layer(x) for layer, x in zip(self.across_channels, features, strict=True)]
        outputs = [mixed[-1]]
        for x, layer in zip(mixed[-2::-1], reversed(self.across_scales), strict=True):
            coarse = F.interpolate(outputs[0], size=x.shape[-2:], mode="bilinear")
            outputs.insert(0, layer((x + coarse) * 0.5**0.5))
        return outputs


class Head(nn.Module):
    """A small patch discriminator with spectral norm: strided 4x4 convolutions to a side of 4 or less, then a map of logits.

    Real and generated pictures are in separate batches, so that with batch norm a head can detect that all generated pictures are alike.
    Without batch norm, the generator of cakes collapsed to one picture within 18,000 training pictures.

    With `conditions`, a projection of the condition is added to the logits (Miyato and Koyama 2018). With `spread`, a linear function of
    `spread_in_class` is added too.
    """

    def __init__(self, channels: int, pixels: int, width: int = 128, conditions: int = 0, batch_norm: bool = True, spread: bool = False):
        super().__init__()
        norm = nn.BatchNorm2d if batch_norm else nn.Identity
        layers: list[nn.Module] = []
        while pixels > 4:
            layers += [parametrizations.spectral_norm(nn.Conv2d(channels, width, 4, 2, 1)), norm(width), nn.LeakyReLU(0.2)]
            channels, pixels = width, pixels // 2
        layers += [parametrizations.spectral_norm(nn.Conv2d(channels, width, 3, 1, 1)), norm(width), nn.LeakyReLU(0.2)]
        self.body = nn.Sequential(*layers)
        self.last = parametrizations.spectral_norm(nn.Conv2d(width, 1, 1))
        self.condition = parametrizations.spectral_norm(nn.Linear(conditions, width)) if conditions else None
        self.spread = parametrizations.spectral_norm(nn.Linear(width, 1)) if spread else None

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """Labels (batch, conditions) -> (batch, logits). Labels (several, batch, conditions) -> (several, batch, logits), with only one
        pass through `body`."""
        x = self.body(x)
        logits = self.last(x).flatten(1)
        if self.condition is not None:
            logits = logits + torch.einsum("bchw,...bc->...bhw", x, self.condition(labels)).flatten(-2) / x.shape[1] ** 0.5
        if self.spread is not None:
            logits = logits + self.spread(spread_in_class(x, labels if labels.ndim == 2 else labels[0]))
        return logits


def spread_in_class(x: Tensor, labels: Tensor) -> Tensor:
    """How different the pictures of one class are: the standard deviation of each activation over all pictures of its class in the batch,
    averaged over all positions. Karras et al. 2018, section 3, take it over the whole batch and average it over channels, too.

    Activations (batch, channels, height, width) and one-hot labels (batch, classes) -> (batch, channels); 0 if a class occurs once.
    """
    x = x.float()
    count = labels.sum(0).clamp(min=1)
    mean = torch.einsum("bk,bchw->kchw", labels, x) / count.view(-1, 1, 1, 1)
    deviation = x - torch.einsum("bk,kchw->bchw", labels, mean)
    variance = torch.einsum("bk,bchw->kchw", labels, deviation.square()) / count.view(-1, 1, 1, 1)
    return labels @ (variance + 1e-8).sqrt().mean((2, 3))


class ProjectedDiscriminator(nn.Module):
    """Frozen features, random projection and one head per scale. `project` and `forward` are separate, so that the discriminator's and the
    generator's step can use the same features.

    Object features depend little on colour, and batch norm removes what all pictures of a batch have in common. So there is one more head,
    without batch norm, on the picture itself at 16 pixels. Without this head, generated cakes alternated between grey and orange plates.

    Args:
        size: side of the frozen network's input in pixels. Above 128 the heads do not get deeper, so that their weights still fit when
            training continues with larger pictures.
        width: channels of the mixed features.
        conditions: size of a condition vector, 0 for none.
        batch_norm: of the four heads; set it to False if all pictures have the same background, which batch norm would remove.
        spread: add `spread_in_class` to the heads; conditions must then be classes, one per picture.
    """

    seen_size = 16
    deepest = 128

    def __init__(self, size: int = 64, width: int = 64, conditions: int = 0, batch_norm: bool = True, spread: bool = False):
        super().__init__()
        self.frozen = _Frozen(FrozenFeatures(size), RandomProjection(FrozenFeatures.channels, width))
        pixels = min(size, self.deepest) // 4
        options = {"conditions": conditions, "spread": spread}
        self.heads = nn.ModuleList(Head(width, pixels // 2**i, batch_norm=batch_norm, **options) for i in range(4))
        self.heads.append(Head(3, self.seen_size, width=64, batch_norm=False, **options))

    def project(self, images: Tensor) -> list[Tensor]:
        """(batch, 3, height, width) in [-1, 1] -> the mixed features at four scales and the small picture, with gradients."""
        return [*self.frozen(images), F.adaptive_avg_pool2d(images, self.seen_size)]

    def forward(self, features: list[Tensor], labels: Tensor | None = None) -> Tensor:
        """Mixed features -> (batch, logits): the logits of all heads, concatenated. With labels (several, batch, conditions), such as
        matching and mismatched ones -> (several, batch, logits)."""
        return torch.cat([head(x, labels) for head, x in zip(self.heads, features, strict=True)], -1)


class _Frozen:
    """Holds the frozen networks outside the module tree, so that they are not saved, counted or wrapped. They follow the input's device."""

    def __init__(self, features: FrozenFeatures, projection: RandomProjection):
        self.features = features.to(memory_format=torch.channels_last)
        self.projection = projection.to(memory_format=torch.channels_last)
        self.device = torch.device("cpu")

    def __call__(self, images: Tensor) -> list[Tensor]:
        if images.device != self.device:
            self.features.to(images.device)
            self.projection.to(images.device)
            self.device = images.device
        return self.projection(self.features(images))

    def __deepcopy__(self, memo):
        return self
