"""The discriminator of StackGAN's first stage, as published. It is used in training only."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class PaperDiscriminator(nn.Module):
    """Four strided convolutions reduce a picture to 4 x 4 cells. The sentence, compressed to 128 numbers, is concatenated to every cell
    (Zhang et al. 2017, section 3.3)."""

    def __init__(self, text_size: int, compressed: int = 128, channels: tuple[int, ...] = (64, 128, 256, 512)):
        super().__init__()
        widths = (3, *channels)
        self.down = nn.Sequential(
            *(
                nn.Sequential(nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b) if i else nn.Identity(), nn.LeakyReLU(0.2))
                for i, (a, b) in enumerate(zip(widths, channels, strict=False))
            )
        )
        self.compress = nn.Linear(text_size, compressed)
        self.joint = nn.Sequential(
            nn.Conv2d(channels[-1] + compressed, channels[-1], 1, bias=False), nn.BatchNorm2d(channels[-1]), nn.LeakyReLU(0.2)
        )
        self.last = nn.Conv2d(channels[-1], 1, 4)

    def forward(self, images: Tensor, text: Tensor) -> Tensor:
        """Pictures (batch, 3, 64, 64), text (batch, text_size) -> logits (batch,). Text (several, batch, text_size) -> (several, batch)."""
        x = self.down(images)
        logits = []
        for sentences in text.reshape(-1, *text.shape[-2:]):
            condition = F.leaky_relu(self.compress(sentences), 0.2)[:, :, None, None].expand(-1, -1, *x.shape[-2:])
            logits.append(self.last(self.joint(torch.cat([x, condition], 1))).flatten())
        return torch.stack(logits) if text.dim() == 3 else logits[0]
