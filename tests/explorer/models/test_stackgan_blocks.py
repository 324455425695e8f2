"""The layers of a StackGAN's stages compute what their papers write."""

from __future__ import annotations

import torch
from tiny import seeded
from torch.nn import functional as F

from explorer.models.stackgan_blocks import Affine, ConditioningAugmentation, Enlarge, ResidualBlock, UpBlock


def test_without_noise_the_condition_is_the_mean_and_noise_is_scaled_by_the_deviation():
    layer = seeded(lambda: ConditioningAugmentation(5, 3))
    text, noise = torch.randn(4, 5), torch.randn(4, 3)
    raw = text @ layer.layer.weight.T + layer.layer.bias
    condition, mean, log_variance = layer(text, torch.zeros(4, 3))
    assert torch.equal(condition, mean) and torch.allclose(torch.cat([mean, log_variance], 1), raw, atol=1e-6)
    assert layer(0 * text, noise)[2].exp().sqrt().max() < 0.8  # little noise at first
    assert torch.allclose(layer(text, noise)[0], raw[:, :3] + torch.exp(raw[:, 3:]) ** 0.5 * noise, atol=1e-6)


def test_a_condition_scales_and_shifts_normalised_maps():
    layer = Affine(3, 2).train()
    x, condition = torch.randn(6, 3, 4, 4) * 3 + 1, torch.randn(6, 2)
    normal = (x - x.mean((0, 2, 3), keepdim=True)) / (x.var((0, 2, 3), unbiased=False, keepdim=True) + 1e-5).sqrt()
    scale, shift = (condition @ layer.layer.weight.T + layer.layer.bias)[:, :, None, None].chunk(2, 1)
    assert torch.allclose(layer(x, condition), F.leaky_relu(normal * (1 + scale) + shift, 0.2), atol=1e-4)


def test_pixelshuffle_starts_as_nearest_neighbours_of_a_convolution():
    layer = seeded(lambda: Enlarge(3, 2, "pixelshuffle"))
    x = torch.randn(1, 3, 5, 5)
    small = F.conv2d(x, layer.conv.weight[::4], layer.conv.bias[::4], padding=1)
    assert torch.allclose(layer(x), small.repeat_interleave(2, 2).repeat_interleave(2, 3), atol=1e-6)


def test_nearest_enlarges_before_it_convolves():
    layer = seeded(lambda: Enlarge(3, 2, "nearest"))
    x = torch.randn(1, 3, 5, 5)
    large = x.repeat_interleave(2, 2).repeat_interleave(2, 3)
    assert torch.allclose(layer(x), F.conv2d(large, layer.conv.weight, layer.conv.bias, padding=1), atol=1e-6)


def test_blocks_add_to_their_shortcut():
    up, same, condition = seeded(lambda: UpBlock(4, 3, 2, "nearest")), seeded(lambda: ResidualBlock(4, 2)), torch.randn(2, 2)
    x = torch.randn(2, 4, 5, 5)
    for conv in (up.conv, same.conv2):
        torch.nn.init.zeros_(conv.weight)
        torch.nn.init.zeros_(conv.bias)
    assert torch.equal(same(x, condition), x)
    assert torch.allclose(up(x, condition), up.shortcut(x).repeat_interleave(2, 2).repeat_interleave(2, 3), atol=1e-6)
