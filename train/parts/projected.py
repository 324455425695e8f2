"""A discriminator on frozen features (Sauer et al. 2021, "Projected GANs converge faster").

A network trained to recognise objects has features of shapes and materials. It is frozen. Fixed random convolutions mix its activations at
four scales, across channels and from coarse to fine across scales, so that no head can rely on a few of them. On each scale a small
discriminator is trained. Gradients pass through the frozen network to the generator.

The backbone was trained on ImageNet, so ImageNet features overrate these generators (Kynkäänniemi et al. 2022). Use others to measure.
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
        channels: of the features, fine to coarse.
        width: channels of every mixed scale.
        seed: of the mixing, so that it need not be stored.
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
        """Four activations -> four of `width` channels, fine to coarse."""
        mixed = [layer(x) for layer, x in zip(self.across_channels, features, strict=True)]
        outputs = [mixed[-1]]
        for x, layer in zip(mixed[-2::-1], reversed(self.across_scales), strict=True):
            coarse = F.interpolate(outputs[0], size=x.shape[-2:], mode="bilinear")
            outputs.insert(0, layer((x + coarse) * 0.5**0.5))
        return outputs


class Head(nn.Module):
    """A small patch discriminator: strided 4x4 convolutions down to 4 pixels or fewer, then a map of logits; spectral norm throughout.

    Batch norm, over real and over generated pictures apart, lets a head notice when all pictures of a batch are alike. Without it the
    cakes collapsed to one picture within 18,000 images.

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
        """Labels (batch, conditions) -> (batch, logits); (several, batch, conditions) -> (several, batch, logits), the body asked once."""
        x = self.body(x)
        logits = self.last(x).flatten(1)
        if self.condition is not None:
            logits = logits + torch.einsum("bchw,...bc->...bhw", x, self.condition(labels)).flatten(-2) / x.shape[1] ** 0.5
        if self.spread is not None:
            logits = logits + self.spread(spread_in_class(x, labels if labels.ndim == 2 else labels[0]))
        return logits


def spread_in_class(x: Tensor, labels: Tensor) -> Tensor:
    """How much pictures of one class differ: the standard deviation of each channel over the pictures of a batch that share a class, the
    mean over space (Karras et al. 2018, section 3, over the whole batch and with one number for all channels).

    Activations (batch, channels, height, width) and one-hot labels (batch, classes) -> (batch, channels); 0 where a class occurs once.
    """
    x = x.float()
    count = labels.sum(0).clamp(min=1)
    mean = torch.einsum("bk,bchw->kchw", labels, x) / count.view(-1, 1, 1, 1)
    deviation = x - torch.einsum("bk,kchw->bchw", labels, mean)
    variance = torch.einsum("bk,bchw->kchw", labels, deviation.square()) / count.view(-1, 1, 1, 1)
    return labels @ (variance + 1e-8).sqrt().mean((2, 3))


class ProjectedDiscriminator(nn.Module):
    """Frozen features, random projection and one head per scale. `project` and `forward` are separate, so that one pass serves two steps.

    Object features depend little on colour, and batch norm removes what a whole batch shares. So one more head, without batch norm,
    gets the picture itself at 16 pixels: without this head, the generated cakes alternated between grey and orange plates.

    Args:
        size: pixels of the backbone's input. From 128 on the heads get no deeper, so that training can go on with larger pictures.
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
        """(batch, 3, height, width) in [-1, 1] -> the mixed features of four scales and the small picture; gradients pass on."""
        return [*self.frozen(images), F.adaptive_avg_pool2d(images, self.seen_size)]

    def forward(self, features: list[Tensor], labels: Tensor | None = None) -> Tensor:
        """Mixed features -> (batch, logits): the maps of all heads, side by side; with labels (several, batch, conditions), such as
        matching and mismatched ones, (several, batch, logits)."""
        return torch.cat([head(x, labels) for head, x in zip(self.heads, features, strict=True)], -1)


class _Frozen:
    """Keeps the fixed networks out of the module tree, so that they are not saved, counted or wrapped; moves them to the input's device."""

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
