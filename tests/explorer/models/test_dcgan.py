"""The two GANs are those of the reports, layer by layer."""

from __future__ import annotations

import pytest
import torch
from tiny import tiny_dcgan, tiny_gan32
from torch import nn
from torch.nn import functional as F

from explorer.models import DCGAN, GAN32, Discriminates, Factorises, Generates


def parameters(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def layers(module: nn.Module) -> list[tuple]:
    """Every layer with weights as (kind, inputs, outputs, kernel, stride, padding, bias), in order of definition."""
    found = []
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            shape = (layer.in_channels, layer.out_channels, layer.kernel_size[0], layer.stride[0], layer.padding[0])
            found.append((type(layer).__name__, *shape, layer.bias is not None))
        elif isinstance(layer, nn.Linear):
            found.append(("Linear", layer.in_features, layer.out_features, layer.bias is not None))
    return found


def test_gan32_generator_is_that_of_report_004_section_3():
    assert layers(GAN32().generator) == [
        ("Linear", 64, 1024, True),
        ("ConvTranspose2d", 64, 64, 4, 2, 1, True),
        ("ConvTranspose2d", 64, 128, 4, 2, 1, True),
        ("ConvTranspose2d", 128, 256, 4, 2, 1, True),
        ("Conv2d", 256, 3, 5, 1, 2, True),
    ]


def test_gan32_discriminator_is_that_of_report_004_section_2():
    discriminator = GAN32().discriminator
    assert layers(discriminator) == [
        ("Conv2d", 3, 32, 4, 2, 2, True),
        ("Conv2d", 32, 64, 4, 2, 2, True),
        ("Conv2d", 64, 128, 4, 2, 2, True),
        ("Linear", 3200, 1, True),
    ]
    assert [layer.num_features for layer in discriminator.modules() if isinstance(layer, nn.BatchNorm2d)] == [32, 64, 128]
    assert discriminator.dropout.p == 0.5


def test_gan32_counts_the_parameters_of_the_report():
    linear = 64 * 1024 + 1024
    ups = (64 * 64 * 16 + 64) + (64 * 128 * 16 + 128) + (128 * 256 * 16 + 256)
    assert parameters(GAN32().generator) == linear + ups + (256 * 3 * 25 + 3) == 807_107
    downs = (3 * 32 * 16 + 32) + (32 * 64 * 16 + 64) + (64 * 128 * 16 + 128)
    norms = 2 * (32 + 64 + 128)
    assert parameters(GAN32().discriminator) == downs + norms + 3200 + 1 == 169_249


def test_dcgan_generator_is_that_of_report_000():
    generator = DCGAN().generator
    assert sorted(layers(generator), key=lambda layer: -layer[2]) == [
        ("ConvTranspose2d", 100, 512, 4, 1, 0, False),
        ("ConvTranspose2d", 512, 256, 4, 2, 1, False),
        ("ConvTranspose2d", 256, 128, 4, 2, 1, False),
        ("ConvTranspose2d", 128, 64, 4, 2, 1, False),
        ("ConvTranspose2d", 64, 3, 4, 2, 1, False),
    ]
    assert [norm.num_features for norm in generator.norms] == [512, 256, 128, 64]


def test_dcgan_discriminator_is_that_of_report_000():
    discriminator = DCGAN().discriminator
    assert layers(discriminator) == [
        ("Conv2d", 3, 64, 4, 2, 1, False),
        ("Conv2d", 64, 128, 4, 2, 1, False),
        ("Conv2d", 128, 256, 4, 2, 1, False),
        ("Conv2d", 256, 512, 4, 2, 1, False),
        ("Conv2d", 512, 1, 4, 1, 0, False),
    ]
    assert [layer.num_features for layer in discriminator.modules() if isinstance(layer, nn.BatchNorm2d)] == [128, 256, 512]


def test_dcgan_counts_the_parameters_of_the_report():
    kernels = 16 * (100 * 512 + 512 * 256 + 256 * 128 + 128 * 64 + 64 * 3)
    assert parameters(DCGAN().generator) == kernels + 2 * (512 + 256 + 128 + 64) == 3_576_704
    kernels = 16 * (3 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512 * 1)
    assert parameters(DCGAN().discriminator) == kernels + 2 * (128 + 256 + 512) == 2_765_568


def report_004_generator(state: dict, z: torch.Tensor) -> torch.Tensor:
    """Report 004's forward pass, written with functions alone."""
    x = F.linear(z, state["linear.weight"], state["linear.bias"]).view(-1, 64, 4, 4)
    for i in range(3):
        x = F.leaky_relu(F.conv_transpose2d(x, state[f"up.{i}.weight"], state[f"up.{i}.bias"], stride=2, padding=1), 0.2)
    return torch.tanh(F.conv2d(x, state["to_rgb.weight"], state["to_rgb.bias"], padding=2))


def report_004_discriminator(state: dict, x: torch.Tensor) -> torch.Tensor:
    """Report 004's forward pass in eval mode, up to its sigmoid."""
    for i in range(3):
        x = F.conv2d(x, state[f"down.{i}.0.weight"], state[f"down.{i}.0.bias"], stride=2, padding=2)
        mean, variance, gain, shift = (state[f"down.{i}.1.{name}"] for name in ("running_mean", "running_var", "weight", "bias"))
        x = F.leaky_relu(F.batch_norm(x, mean, variance, gain, shift), 0.2)
    return F.linear(x.flatten(1), state["linear.weight"], state["linear.bias"])


def report_000_generator(state: dict, z: torch.Tensor) -> torch.Tensor:
    """Report 000's forward pass in eval mode: a norm and a ReLU after every transposed convolution but the last."""
    x = F.conv_transpose2d(z[:, :, None, None], state["first.weight"])
    for i, name in enumerate(["up.0", "up.1", "up.2", "to_rgb"]):
        mean, variance, gain, shift = (state[f"norms.{i}.{key}"] for key in ("running_mean", "running_var", "weight", "bias"))
        x = F.relu(F.batch_norm(x, mean, variance, gain, shift))
        x = F.conv_transpose2d(x, state[f"{name}.weight"], stride=2, padding=1)
    return torch.tanh(x)


def report_000_discriminator(state: dict, x: torch.Tensor) -> torch.Tensor:
    """Report 000's forward pass in eval mode, up to its sigmoid; the first layer has no norm."""
    for i in range(4):
        x = F.conv2d(x, state[f"down.{i}.0.weight"], stride=2, padding=1)
        if i:
            mean, variance, gain, shift = (state[f"down.{i}.1.{name}"] for name in ("running_mean", "running_var", "weight", "bias"))
            x = F.batch_norm(x, mean, variance, gain, shift)
        x = F.leaky_relu(x, 0.2)
    return F.conv2d(x, state["last.weight"])


@pytest.mark.parametrize(
    ("build", "generator", "discriminator"),
    [(GAN32, report_004_generator, report_004_discriminator), (DCGAN, report_000_generator, report_000_discriminator)],
)
def test_both_halves_compute_what_the_report_writes_out(build, generator, discriminator):
    torch.manual_seed(0)
    model = build().eval()
    for buffer in model.buffers():
        if buffer.is_floating_point():
            buffer.uniform_(0.5, 1.5)
    z = torch.randn(3, model.latent_size)
    with torch.no_grad():
        images = model.generate(z)
        assert images.shape == (3, model.channels, model.image_size, model.image_size)
        assert torch.allclose(images, generator(model.generator.state_dict(), z), atol=1e-5)
        logits = model.discriminate(images)
        assert logits.shape == (3,)
        assert torch.allclose(logits, discriminator(model.discriminator.state_dict(), images).flatten(), atol=1e-5)


def test_a_discriminator_returns_logits_without_a_sigmoid():
    """Scaling the last layer scales the answer, beyond 0 and 1 on both sides."""
    images = torch.randn(16, 3, 32, 32)
    model = tiny_gan32()
    model.discriminator.linear.bias.data.zero_()
    before = model.discriminate(images)
    model.discriminator.linear.weight.data.mul_(1000)
    after = model.discriminate(images)
    assert torch.allclose(after, 1000 * before, rtol=1e-4)
    assert after.abs().max() > 1


def test_dropout_acts_in_training_alone():
    model, images = tiny_gan32(), torch.randn(2, 3, 32, 32)
    assert torch.equal(model.discriminate(images), model.discriminate(images))
    model.train()
    assert not torch.equal(model.discriminate(images), model.discriminate(images))


@pytest.mark.parametrize(("build", "sides"), [(tiny_gan32, [17, 9, 5]), (tiny_dcgan, [32, 16, 8, 4])])
def test_features_are_the_discriminators_activations_coarse_ones_last(build, sides):
    model = build()
    features = model.features(torch.zeros(2, 3, model.image_size, model.image_size))
    assert [feature.shape[-1] for feature in features] == sides


@pytest.mark.parametrize("build", [tiny_gan32, tiny_dcgan])
def test_latent_weight_is_the_matrix_that_the_latent_meets_first(build):
    model = build()
    first = model.generator.linear if build is tiny_gan32 else model.generator.first
    z = torch.randn(4, model.latent_size)
    bias = model.generator.linear.bias if build is tiny_gan32 else 0
    reached = first(z) if build is tiny_gan32 else first(z[:, :, None, None]).flatten(1)
    assert torch.allclose(z @ model.latent_weight().T + bias, reached, atol=1e-6)


@pytest.mark.parametrize("build", [tiny_gan32, tiny_dcgan])
def test_a_picture_does_not_depend_on_its_neighbours(build):
    model = build()
    z = torch.randn(5, model.latent_size)
    together = model.generate(z)
    assert torch.allclose(together[3], model.generate(z[3:4])[0], atol=1e-5)
    assert together.abs().max() <= 1


@pytest.mark.parametrize("model", [GAN32, DCGAN])
def test_both_have_the_capabilities_of_a_gan(model):
    assert all(issubclass(model, capability) for capability in (Generates, Factorises, Discriminates))


def test_dcgan_starts_as_radford_et_al_do():
    torch.manual_seed(0)
    model = DCGAN()
    kernels = torch.cat([p.flatten() for p in model.parameters() if p.dim() == 4])
    gains = torch.cat([layer.weight for layer in model.modules() if isinstance(layer, nn.BatchNorm2d)])
    assert abs(kernels.mean()) < 1e-4 and abs(kernels.std() - 0.02) < 1e-4
    assert abs(gains.mean() - 1) < 2e-3 and abs(gains.std() - 0.02) < 2e-3
