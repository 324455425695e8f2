"""The AC-GAN is that of report 000's table, layer by layer."""

from __future__ import annotations

from itertools import pairwise

import torch
from tiny import seeded
from torch import nn

from explorer.models import ACGAN, Discriminates, Generates
from explorer.models.acgan import ActivationNoise


def tiny_acgan(activation_noise: float = 0.0) -> ACGAN:
    """Its weights are ten times as large as at the start of a training, so that it draws more than grey."""

    def build() -> ACGAN:
        widths = {"channels": (8, 6, 4), "discriminator_channels": (4, 4, 6, 6, 8, 8)}
        model = ACGAN("abc", latent_size=6, activation_noise=activation_noise, **widths)
        with torch.no_grad():
            for weight in model.parameters():
                weight.mul_(10 if weight.dim() > 1 else 1)
        return model

    return seeded(build)


def test_the_networks_are_those_of_the_table():
    model = ACGAN()
    up = [layer for layer in model.generator.modules() if isinstance(layer, nn.ConvTranspose2d)]
    assert (model.generator.linear.in_features, model.generator.linear.out_features) == (110, 384 * 4 * 4)
    assert [(a.in_channels, a.out_channels, a.kernel_size[0], a.stride[0]) for a in up] == [
        (384, 192, 5, 2),
        (192, 96, 5, 2),
        (96, 3, 5, 2),
    ]
    assert [norm.num_features for norm in model.generator.norms] == [192, 96]
    down = [layer for layer in model.discriminator.modules() if isinstance(layer, nn.Conv2d)]
    assert [(a.out_channels, a.kernel_size[0], a.stride[0]) for a in down] == [
        (16, 3, 2), (32, 3, 1), (64, 3, 2), (128, 3, 1), (256, 3, 2), (512, 3, 1),
    ]  # fmt: skip
    norms = [layer.num_features for layer in model.discriminator.modules() if isinstance(layer, nn.BatchNorm2d)]
    assert norms == [32, 64, 128, 256, 512]
    assert [layer.p for layer in model.discriminator.modules() if isinstance(layer, nn.Dropout)] == [0.5] * 6
    assert model.discriminator.linear.out_features == 11


def test_each_half_counts_the_parameters_of_the_table():
    kernels = 25 * (384 * 192 + 192 * 96 + 96 * 3) + (192 + 96 + 3) + 2 * (192 + 96)
    assert sum(p.numel() for p in ACGAN().generator.parameters()) == 110 * 6144 + 6144 + kernels
    widths = (3, 16, 32, 64, 128, 256, 512)
    kernels = sum(9 * a * b + b for a, b in pairwise(widths)) + 2 * sum(widths[2:])
    assert sum(p.numel() for p in ACGAN().discriminator.parameters()) == kernels + 512 * 16 * 11 + 11


def test_it_starts_as_the_table_says():
    torch.manual_seed(0)
    model = ACGAN()
    layers = [layer for layer in model.modules() if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear)]
    weights = torch.cat([layer.weight.flatten() for layer in layers])
    assert abs(weights.mean()) < 1e-4 and abs(weights.std() - 0.02) < 1e-4
    assert all(layer.bias.abs().max() == 0 for layer in layers)


def test_pictures_of_a_class_a_mixture_and_no_class():
    model, z = tiny_acgan(), torch.randn(2, 6)
    labels = torch.tensor([[1.0, 0, 0], [0.5, 0.5, 0]])
    with torch.no_grad():
        images = model.generate(z, labels)
        assert images.shape == (2, 3, 32, 32) and images.abs().max() <= 1
        assert not torch.allclose(images, model.generate(z, labels.roll(1, 1)), atol=1e-4)
        assert torch.equal(model.generate(z), model.generate(z, torch.zeros(2, 3)))


def test_source_and_class_are_logits_of_one_linear_layer():
    model, images = tiny_acgan(), torch.randn(4, 3, 32, 32)
    with torch.no_grad():
        together = model.discriminator.linear(model.features(images)[-1].flatten(1))
        assert torch.equal(torch.cat([model.discriminate(images)[:, None], model.classify(images)], 1), together)
    assert [feature.shape[-1] for feature in model.features(images)] == [16, 16, 8, 8, 4, 4]
    assert issubclass(ACGAN, Generates) and issubclass(ACGAN, Discriminates)


def test_activation_noise_has_its_deviation_in_training_and_is_silent_after_it():
    layer, x = ActivationNoise(0.2), torch.zeros(100_000)
    torch.manual_seed(0)
    assert abs(layer(x).std() - 0.2) < 2e-3
    assert torch.equal(layer.eval()(x), x)
    model, images = tiny_acgan(activation_noise=0.2), torch.randn(2, 3, 32, 32)
    assert torch.equal(model.discriminate(images), model.discriminate(images))
