"""The conditional GANs: report 003's and InfoGAN layer by layer, and what modulation and projection compute."""

from __future__ import annotations

import pytest
import torch
from tiny import seeded
from torch import nn
from torch.nn import functional as F

from explorer.models import CGAN, Discriminates, Generates, InfoGAN, ReportCGAN
from explorer.models.cgan import ModulatedNorm
from explorer.zoo import inspect


def layers(module: nn.Module) -> list[tuple]:
    """Every convolution as (inputs, outputs, kernel, stride, padding, bias), in order of definition."""
    return [
        (a.in_channels, a.out_channels, a.kernel_size[0], a.stride[0], a.padding[0], a.bias is not None)
        for a in module.modules()
        if isinstance(a, nn.Conv2d | nn.ConvTranspose2d)
    ]


@pytest.mark.parametrize("build", [ReportCGAN, InfoGAN])
def test_the_generator_is_that_of_report_003(build):
    generator = build().generator
    assert layers(generator) == [
        (64, 512, 4, 1, 0, False),
        (512, 256, 4, 2, 1, False),
        (256, 128, 4, 2, 1, False),
        (128, 64, 4, 2, 1, False),
        (64, 32, 4, 2, 1, False),
        (32, 16, 5, 1, 1, False),
        (16, 3, 1, 1, 1, False),
    ]
    assert [norm.num_features for norm in generator.norms] == [512, 256, 128, 64, 32, 16]


def test_the_discriminator_is_that_of_report_003():
    discriminator = ReportCGAN().discriminator
    assert layers(discriminator) == [
        (4, 32, 4, 2, 1, False),
        (32, 64, 4, 2, 1, False),
        (64, 128, 4, 2, 1, False),
        (128, 256, 4, 2, 1, False),
        (256, 1, 4, 1, 0, False),
    ]
    assert (discriminator.plane.in_features, discriminator.plane.out_features) == (24, 64 * 64)
    assert [norm.num_features for norm in discriminator.modules() if isinstance(norm, nn.BatchNorm2d)] == [64, 128, 256]


def test_the_report_computes_what_it_writes_out():
    model = seeded(ReportCGAN)
    z, labels = torch.randn(2, 40), torch.eye(24)[:2]
    state = model.generator.state_dict()
    with torch.no_grad():
        x = torch.cat([z, labels], 1)[:, :, None, None]
        for i, (name, stride, padding) in enumerate(
            [("first", 1, 0), ("up.0", 2, 1), ("up.1", 2, 1), ("up.2", 2, 1), ("up.3", 2, 1), ("smooth", 1, 1)]
        ):
            x = F.conv_transpose2d(x, state[f"{name}.weight"], stride=stride, padding=padding)
            mean, variance, gain, shift = (state[f"norms.{i}.{key}"] for key in ("running_mean", "running_var", "weight", "bias"))
            x = F.relu(F.batch_norm(x, mean, variance, gain, shift))
        x = torch.tanh(F.conv_transpose2d(x, state["to_rgb.weight"], padding=1))
        assert x.shape == (2, 3, 64, 64) and torch.allclose(model.generate(z, labels), x, atol=1e-5)

        state = model.discriminator.state_dict()
        plane = F.linear(labels, state["plane.weight"], state["plane.bias"]).view(2, 1, 64, 64)
        y = torch.cat([x, plane], 1)
        for i in range(4):
            y = F.conv2d(y, state[f"body.layers.{i}.0.weight"], stride=2, padding=1)
            if i:
                keys = ("running_mean", "running_var", "weight", "bias")
                y = F.batch_norm(y, *(state[f"body.layers.{i}.1.{key}"] for key in keys))
            y = F.leaky_relu(y, 0.2)
        assert torch.allclose(model.discriminate(x, labels), F.conv2d(y, state["last.weight"]).flatten(), atol=1e-5)


def tiny_cgan() -> CGAN:
    return seeded(lambda: CGAN(list("abcd"), image_size=16, latent_size=6, style=5, channels=(8, 6, 4), discriminator_channels=(4, 6)))


def test_a_modulated_norm_scales_and_shifts_what_batch_norm_leaves():
    layer = ModulatedNorm(3, 2)
    with torch.no_grad():
        layer.modulation.weight.copy_(torch.arange(12.0).reshape(6, 2))
        layer.modulation.bias.copy_(torch.arange(6.0))
    x, style = torch.randn(8, 3, 4, 4), torch.randn(8, 2)
    plain = (x - x.mean((0, 2, 3), keepdim=True)) / (x.var((0, 2, 3), keepdim=True, unbiased=False) + 1e-5).sqrt()
    gain = torch.stack([style @ torch.tensor([2.0 * i, 2.0 * i + 1]) + i for i in range(3)], 1)
    shift = torch.stack([style @ torch.tensor([2.0 * i, 2.0 * i + 1]) + i for i in range(3, 6)], 1)
    expected = plain * (1 + gain)[:, :, None, None] + shift[:, :, None, None]
    assert torch.allclose(layer(x, style), expected, atol=1e-4)


def test_the_projection_is_linear_in_the_conditions():
    model, images = tiny_cgan(), torch.randn(3, 3, 16, 16)
    one, two = torch.eye(4)[[0, 1, 2]], torch.eye(4)[[1, 2, 3]]
    with torch.no_grad():
        (first, second, both, none), seen = model.discriminator(images, one, two, one + two, torch.zeros(3, 4))
    assert torch.allclose(first + second - none, both, atol=1e-5)
    assert not torch.allclose(first, second)
    assert seen.shape == (3, 4)


def test_the_spectral_norms_of_the_discriminator_are_one():
    model = seeded(lambda: CGAN(list("abcd"), image_size=16, channels=(8, 6, 4), discriminator_channels=(4, 6))).train()
    for _ in range(40):
        model.discriminator(torch.randn(2, 3, 16, 16), torch.eye(4)[:2])
    model.eval()
    for layer in (*model.discriminator.down, model.discriminator.last, model.discriminator.projection):
        assert abs(torch.linalg.matrix_norm(layer.weight.flatten(1), 2).item() - 1) < 0.03


def test_every_condition_changes_the_picture_and_the_latent_does_too():
    model, z = tiny_cgan(), torch.randn(1, 6)
    with torch.no_grad():
        images = model.generate(z.repeat(5, 1), torch.cat([torch.eye(4), torch.ones(1, 4)]))
        other = model.generate(z + 1, torch.eye(4)[:1])
    assert images.shape == (5, 3, 16, 16) and images.abs().max() <= 1
    assert all(not torch.allclose(images[i], images[j], atol=1e-5) for i in range(5) for j in range(i))
    assert not torch.allclose(images[:1], other, atol=1e-3)


def test_widths_that_lead_to_another_size_are_refused():
    with pytest.raises(ValueError, match="do not lead to 64 pixels"):
        CGAN(image_size=64)


def test_who_needs_no_conditions_to_tell_real_from_generated():
    """A fit compares pictures in a discriminator's features, and has no conditions to give it."""
    assert all(issubclass(model, Generates) for model in (CGAN, InfoGAN, ReportCGAN))
    assert issubclass(InfoGAN, Discriminates) and issubclass(CGAN, Discriminates) and not issubclass(ReportCGAN, Discriminates)
    images = torch.randn(2, 3, 64, 64)
    model = seeded(InfoGAN)
    with torch.no_grad():
        assert model.discriminate(images).shape == (2,) and model.classify(images).shape == (2, 24)
    assert [feature.shape[-1] for feature in model.features(images)] == [32, 16, 8, 4]
    assert [feature.shape[-1] for feature in tiny_cgan().features(torch.zeros(1, 3, 16, 16))] == [8, 4]


def test_a_checkpoint_of_a_conditional_gan_comes_back_whole(tmp_path):
    model = tiny_cgan()
    model.save_pretrained(tmp_path)
    found = inspect(tmp_path)
    again = found.model_class.from_pretrained(tmp_path, **found.config)
    assert again.classes == list("abcd")
    z, labels = torch.randn(2, 6), torch.eye(4)[:2]
    images = torch.randn(2, 3, 16, 16)
    with torch.no_grad():
        assert torch.allclose(model.generate(z, labels), again.generate(z, labels), atol=5e-3)
        assert torch.allclose(model.discriminate(images, labels), again.discriminate(images, labels), atol=5e-2)


STRAIGHT_DOWN = (0.5, 0, 0, 0, 0.5, 0, 0, 0, 1)  # a camera that sees [-2, 2]^2 from above


def test_a_layout_needs_a_part_of_the_latent_and_leaves_one():
    with pytest.raises(ValueError, match="a layout takes 6 numbers"):
        CGAN(
            ["a", "b"], image_size=32, latent_size=6, channels=(8, 6, 4, 4), discriminator_channels=(4, 4, 6),
            layout={"camera": STRAIGHT_DOWN, "field": 2.0, "apart": 0.5},
        )  # fmt: skip


def test_a_model_with_a_layout_comes_back_whole_and_moves_its_objects_with_the_latent(tmp_path):
    torch.manual_seed(0)
    layout = {"camera": list(STRAIGHT_DOWN), "field": 2.0, "apart": 0.5}
    model = CGAN(["a", "b"], image_size=32, latent_size=8, channels=(8, 6, 4, 4), discriminator_channels=(4, 4, 6), layout=layout).eval()
    model.save_pretrained(tmp_path)
    found = inspect(tmp_path)
    again = found.model_class.from_pretrained(tmp_path, **found.config)
    z, labels = torch.randn(2, 8), torch.ones(2, 2)
    with torch.no_grad():
        assert torch.allclose(model.generate(z, labels), again.generate(z, labels), atol=5e-3)
        moved = z.clone()
        moved[:, :6] = torch.randn(2, 6)
        assert (model.generate(moved, labels) - model.generate(z, labels)).abs().max() > 0.01
