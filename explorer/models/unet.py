"""The U-Net of a diffusion model (Ho et al. 2020): maps of pixels, a timestep and a class in, maps out.

The names of its weights and its arguments are those of `diffusers.UNet2DModel`, into which they load strictly; the forward pass is our own.
Time and class scale and shift the maps of every block (Nichol & Dhariwal 2021).
"""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def activated(x: Tensor) -> Tensor:
    """SiLU, in place if no gradient is recorded; the caller must not use `x` afterwards."""
    return F.silu(x, inplace=not torch.is_grad_enabled())


class Residual(nn.Module):
    """Two 3x3 convolutions, each after a group norm and SiLU, added to the input; time and class scale and shift the second norm."""

    def __init__(self, channels: int, out: int, embedding: int, groups: int):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(groups, channels), nn.Conv2d(channels, out, 3, padding=1)
        self.time_emb_proj = nn.Linear(embedding, 2 * out)
        self.norm2, self.conv2 = nn.GroupNorm(groups, out), nn.Conv2d(out, out, 3, padding=1)
        if channels != out:
            self.conv_shortcut = nn.Conv2d(channels, out, 1)
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """(batch, channels, height, width) and the activated embedding (batch, embedding) -> (batch, out, height, width)."""
        scale, shift = self.time_emb_proj(embedding)[..., None, None].chunk(2, 1)
        hidden = self.conv1(activated(self.norm1(x)))
        hidden = self.conv2(activated(torch.addcmul(shift, self.norm2(hidden), 1 + scale)))
        return hidden.add_(self.conv_shortcut(x) if hasattr(self, "conv_shortcut") else x)


class Attention(nn.Module):
    """Self-attention over the pixels of a map, with a residual connection."""

    def __init__(self, channels: int, heads: int, groups: int):
        super().__init__()
        self.heads = heads
        self.group_norm = nn.GroupNorm(groups, channels)
        self.to_q, self.to_k, self.to_v = (nn.Linear(channels, channels) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])
        nn.init.zeros_(self.to_out[0].weight)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) -> the same."""
        tokens = self.group_norm(x).flatten(2).transpose(1, 2)
        query, key, value = (part(tokens).unflatten(2, (self.heads, -1)).transpose(1, 2) for part in (self.to_q, self.to_k, self.to_v))
        attended = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)
        return x + self.to_out[0](attended).transpose(1, 2).unflatten(2, x.shape[2:])


class Resample(nn.Module):
    """A 3x3 convolution of stride 2, or nearest-neighbour upsampling by 2 and a 3x3 convolution."""

    def __init__(self, channels: int, up: bool):
        super().__init__()
        self.up = up
        self.conv = nn.Conv2d(channels, channels, 3, 1 if up else 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) -> (batch, channels, twice or half of height and width)."""
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest") if self.up else x)


class Level(nn.Module):
    """The blocks of one resolution. `resample` is "downsamplers", "upsamplers" or None, and names the last block, as diffusers does."""

    def __init__(self, sizes: list[tuple[int, int]], embedding: int, groups: int, heads: int | None, resample: str | None):
        super().__init__()
        out = sizes[-1][1]
        self.resnets = nn.ModuleList(Residual(a, b, embedding, groups) for a, b in sizes)
        if heads:
            self.attentions = nn.ModuleList(Attention(out, heads, groups) for _ in sizes)
        if resample:
            setattr(self, resample, nn.ModuleList([Resample(out, resample == "upsamplers")]))

    def step(self, i: int, x: Tensor, embedding: Tensor) -> Tensor:
        """Block i and the attention after it, if there is one."""
        x = self.resnets[i](x, embedding)
        return self.attentions[i](x) if hasattr(self, "attentions") else x


class Middle(nn.Module):
    """A residual block, attention, a residual block."""

    def __init__(self, channels: int, embedding: int, groups: int, attention_groups: int, heads: int):
        super().__init__()
        self.resnets = nn.ModuleList(Residual(channels, channels, embedding, groups) for _ in range(2))
        self.attentions = nn.ModuleList([Attention(channels, heads, attention_groups)])

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        return self.resnets[1](self.attentions[0](self.resnets[0](x, embedding)), embedding)


class TimeEmbedding(nn.Module):
    """Cosines and sines of the timestep at geometrically spaced frequencies, then two layers with SiLU between."""

    def __init__(self, width: int, embedding: int):
        super().__init__()
        self.linear_1, self.linear_2 = nn.Linear(width, embedding), nn.Linear(embedding, embedding)
        frequencies = torch.exp(-math.log(10_000) * torch.arange(width // 2, device="cpu") / (width // 2))
        self.register_buffer("frequencies", frequencies, persistent=False)

    def forward(self, t: Tensor) -> Tensor:
        """(batch,) -> (batch, embedding)."""
        angles = t[:, None].float() * self.frequencies
        return self.linear_2(F.silu(self.linear_1(torch.cat([angles.cos(), angles.sin()], 1))))


class UNet(nn.Module):
    """The network of `diffusers.UNet2DModel` for the arguments here; its other arguments have that class's defaults.

    Args:
        sample_size: side of the input; not used, but `diffusers.UNet2DModel` needs it.
        in_channels, out_channels: of the input and the output.
        block_out_channels: of each resolution, the finest first.
        down_block_types, up_block_types: "DownBlock2D" or "AttnDownBlock2D", "UpBlock2D" or "AttnUpBlock2D", in the order they are passed.
        layers_per_block: residual blocks of a resolution on the way down; one more on the way up.
        norm_num_groups, attn_norm_num_groups: groups of all group norms except the one in the middle's attention, and of that one.
        attention_head_dim: channels of a head.
        resnet_time_scale_shift: must be "scale_shift".
        num_class_embeds: the number of classes plus one; the last embedding is for "no class".
    """

    def __init__(
        self,
        sample_size: int,
        in_channels: int,
        out_channels: int,
        block_out_channels: tuple[int, ...],
        down_block_types: tuple[str, ...],
        up_block_types: tuple[str, ...],
        layers_per_block: int,
        norm_num_groups: int,
        attn_norm_num_groups: int,
        attention_head_dim: int,
        num_class_embeds: int,
        resnet_time_scale_shift: Literal["scale_shift"] = "scale_shift",
    ):
        super().__init__()
        if resnet_time_scale_shift != "scale_shift":
            raise ValueError(f"resnet_time_scale_shift is {resnet_time_scale_shift!r}; expected 'scale_shift'")
        widths, groups, embedding = tuple(block_out_channels), norm_num_groups, 4 * block_out_channels[0]
        if not len(widths) == len(down_block_types) == len(up_block_types):
            raise ValueError(
                f"{len(widths)} widths, {len(down_block_types)} blocks down and {len(up_block_types)} up; expected equal numbers"
            )
        self.layers = layers_per_block
        self.conv_in = nn.Conv2d(in_channels, widths[0], 3, padding=1)
        self.time_embedding = TimeEmbedding(widths[0], embedding)
        self.class_embedding = nn.Embedding(num_class_embeds, embedding)
        self.down_blocks, self.up_blocks = nn.ModuleList(), nn.ModuleList()
        skips, width_in = [widths[0]], widths[0]
        for i, (kind, width) in enumerate(zip(down_block_types, widths, strict=True)):
            heads = _heads(kind, ("DownBlock2D", "AttnDownBlock2D"), width, attention_head_dim)
            sizes = [(width_in, width), *[(width, width)] * (layers_per_block - 1)]
            last = i == len(widths) - 1
            self.down_blocks.append(Level(sizes, embedding, groups, heads, None if last else "downsamplers"))
            skips += [width] * (layers_per_block + (not last))
            width_in = width
        self.mid_block = Middle(width_in, embedding, groups, attn_norm_num_groups, width_in // attention_head_dim)
        for i, (kind, width) in enumerate(zip(up_block_types, reversed(widths), strict=True)):
            heads = _heads(kind, ("UpBlock2D", "AttnUpBlock2D"), width, attention_head_dim)
            sizes = []
            for _ in range(layers_per_block + 1):
                sizes.append((width_in + skips.pop(), width))
                width_in = width
            self.up_blocks.append(Level(sizes, embedding, groups, heads, None if i == len(widths) - 1 else "upsamplers"))
        self.conv_norm_out = nn.GroupNorm(groups, width_in)
        self.conv_out = nn.Conv2d(width_in, out_channels, 3, padding=1)
        nn.init.zeros_(self.conv_out.weight)
        nn.init.normal_(self.class_embedding.weight, 0.0, 0.02)
        self.to(memory_format=torch.channels_last)

    def forward(self, x: Tensor, t: Tensor, labels: Tensor) -> Tensor:
        """Maps (batch, in_channels, side, side), timesteps (batch,) from 0 and class weights (batch, num_class_embeds) -> (batch,
        out_channels, side, side)."""
        embedding = F.silu(self.time_embedding(t) + labels @ self.class_embedding.weight)
        x = self.conv_in(x)
        skips = [x]
        for level in self.down_blocks:
            for i in range(self.layers):
                x = level.step(i, x, embedding)
                skips.append(x)
            if hasattr(level, "downsamplers"):
                x = level.downsamplers[0](x)
                skips.append(x)
        x = self.mid_block(x, embedding)
        for level in self.up_blocks:
            for i in range(self.layers + 1):
                x = level.step(i, torch.cat([x, skips.pop()], 1), embedding)
            if hasattr(level, "upsamplers"):
                x = level.upsamplers[0](x)
        return self.conv_out(activated(self.conv_norm_out(x)))


def _heads(kind: str, kinds: tuple[str, str], width: int, size: int) -> int | None:
    if kind not in kinds:
        raise ValueError(f"a block is {kind!r}; expected one of {kinds}")
    return width // size if kind == kinds[1] else None
