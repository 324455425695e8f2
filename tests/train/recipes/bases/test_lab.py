"""train/recipes/bases/lab.py: every arm takes a step that does what its name says, and the measures are there."""

from __future__ import annotations

import pytest
import torch

from train.data import InMemory, Pictures
from train.parts.lab_networks import LabDiscriminator
from train.recipes.bases.lab import ARMS, lab


def digits(count: int) -> torch.Tensor:
    return torch.randint(0, 256, (count, 1, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def recipe(arm: str):
    torch.manual_seed(0)
    held_out = digits(16).float() / 127.5 - 1
    return lab(Pictures(InMemory(digits(40))), ARMS[arm], batch_size=4, held_out=held_out)


@pytest.mark.parametrize("arm", ARMS)
def test_a_step_of_an_arm_changes_both_networks_and_logs_what_belongs_to_it(arm):
    one = recipe(arm)
    before = {name: [weight.clone() for weight in part.parameters()] for name, part in one.parts.items()}
    assert one.batch_size == 4 * ARMS[arm].critic_steps
    logged = one.train_step(one.data.batch(torch.arange(one.batch_size)), torch.Tensor.backward)
    for name, part in one.parts.items():
        assert any(not torch.equal(a, b) for a, b in zip(before[name], part.parameters(), strict=True)), name
    assert all(torch.isfinite(value) for value in logged.values()) and logged["generator_gradient"] > 0
    assert ("wasserstein_estimate" in logged) == arm.startswith("wgan")
    measured = one._discriminator(one.snapshot({}), torch.zeros(16, 1, 28, 28))
    assert ("accuracy_real" in measured) != arm.startswith("wgan") and ("at_clip" in measured) == (arm == "wgan")
    assert measured["discriminator_gradient"] > 0


def test_clipped_weights_stay_within_the_clip_and_many_are_at_its_ends():
    one = recipe("wgan")
    one.train_step(one.data.batch(torch.arange(20)), torch.Tensor.backward)
    assert max(weight.abs().max().item() for weight in one.parts["discriminator"].parameters()) <= 0.01
    assert one._discriminator(one.snapshot({}), torch.zeros(16, 1, 28, 28))["at_clip"] > 0.1


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
