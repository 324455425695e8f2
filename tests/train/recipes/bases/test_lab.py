"""train/recipes/bases/lab.py: every arm takes a step that does what its name says, and the measures are there."""

from __future__ import annotations

import pytest
import torch

from train.data import InMemory, Pictures
from train.parts.lab_networks import LabDiscriminator, LabGAN, PaintingGAN
from train.recipes.bases.arms import DIGITS, PAINTINGS
from train.recipes.bases.lab import Yardstick, lab
from train.recipes.lab import stacked
from train.state import count_parameters

ARMS = {f"digits {name}": arm for name, arm in DIGITS.items()} | {f"paintings {name}": arm for name, arm in PAINTINGS.items()}


def digits(count: int) -> torch.Tensor:
    return torch.randint(0, 256, (count, 1, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def paintings(count: int) -> torch.Tensor:
    return torch.randint(0, 256, (count, 3, 64, 64), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def recipe(name: str):
    torch.manual_seed(0)
    arm, of_digits = ARMS[name], name.startswith("digits")
    pictures = (digits if of_digits else paintings)(40)
    model = LabGAN(1, width=4, norm=arm.norm, pictures=arm.pictures) if of_digits else PaintingGAN(16, arm.norm, arm.noise)
    real = pictures[:16].float() / 127.5 - 1
    features, classify = {"": lambda images: images.flatten(1)[:, ::97]}, lambda images: (images.mean((1, 2, 3)) > 0).long()
    yardstick = Yardstick(features, real, real, classify, 2)
    return lab(model, Pictures(InMemory(pictures)), arm, batch_size=4, yardstick=lambda: yardstick)


@pytest.mark.parametrize("name", ARMS)
def test_a_step_of_an_arm_changes_both_networks_and_logs_what_belongs_to_it(name):
    one, arm = recipe(name), ARMS[name]
    before = {key: [weight.clone() for weight in part.parameters()] for key, part in one.parts.items()}
    assert one.batch_size == 4 * arm.critic_steps
    logged = one.train_step(one.data.batch(torch.arange(one.batch_size)), torch.Tensor.backward)
    for key, part in one.parts.items():
        changed = any(not torch.equal(a, b) for a, b in zip(before[key], part.parameters(), strict=True))
        assert changed == (arm.optimisers[key].rate > 0), key
    assert all(torch.isfinite(value) for value in logged.values()) and logged["generator_gradient"] > 0
    layers = [value for key, value in logged.items() if key.startswith("generator_gradient_")]
    assert len(layers) == (3 if name.startswith("digits") else 5) and all(value > 0 for value in layers)
    critic = arm.loss == "wasserstein"
    assert ("wasserstein_estimate" in logged) == critic
    measured = one.evaluate(one.snapshot({}))
    assert measured["fd"] > 0 and measured["classes"] in (1, 2) and "moved" not in measured
    assert ("accuracy_real" in measured) != critic and ("at_clip" in measured) == (arm.clip > 0)
    assert measured["discriminator_gradient"] > 0
    if critic:
        assert sum(measured[f"weights_{i:02d}"] for i in range(21)) == pytest.approx(1)
    assert one.evaluate(one.snapshot({}))["moved"] == 0


def test_of_weights_that_blew_up_nothing_is_measured():
    one = recipe("paintings wgan-no-bn")
    with torch.no_grad():
        one.model.generator.first.weight.fill_(float("nan"))
    assert one.evaluate(one.snapshot({})) == {}


def test_the_networks_of_report_001_have_the_weights_that_it_prints():
    model = PaintingGAN(1024)
    generator = [count_parameters(layer) for layer in (model.generator.first, *model.generator.up)]
    assert generator == [1_638_400, 13_107_200, 3_276_800, 819_200, 9_600]
    assert [count_parameters(layer) for layer in model.discriminator.layers] == [4_864, 204_928, 819_456, 3_277_312]
    assert model.discriminator(torch.zeros(2, 3, 64, 64)).shape == (2,)


def test_stacked_digits_are_three_digits_of_the_set_in_another_order_each():
    three = stacked(digits(20))
    assert three.shape == (20, 3, 28, 28)
    rows = [{bytes(image.numpy().tobytes()) for image in three[:, channel]} for channel in range(3)]
    assert rows[0] == rows[1] == rows[2] and not torch.equal(three[:, 0], three[:, 1])


def test_clipped_weights_stay_within_the_clip_and_many_are_at_its_ends():
    one = recipe("digits wgan")
    one.train_step(one.data.batch(torch.arange(20)), torch.Tensor.backward)
    assert max(weight.abs().max().item() for weight in one.parts["discriminator"].parameters()) <= 0.01
    assert one.evaluate(one.snapshot({}))["at_clip"] > 0.1


def test_a_packed_discriminator_gives_one_logit_for_two_pictures():
    network = LabDiscriminator(1, 4, pictures=2)
    images = torch.randn(6, 1, 28, 28)
    assert network(images).shape == (3,)
    first = LabDiscriminator(1, 4, "none", pictures=2)
    changed = images.clone()
    changed[1] += 1
    assert (first(images) != first(changed)).tolist() == [True, False, False]


def test_noise_on_the_layers_is_there_in_training_only():
    network = LabDiscriminator(1, 4, "none", noise=0.1)
    images = torch.randn(2, 1, 28, 28)
    assert not torch.equal(network(images), network(images))
    network.eval()
    assert torch.equal(network(images), network(images))
