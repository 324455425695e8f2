"""The residual GAN hears its latent in every block, opens at 8 pixels, and stays small enough for a finger in the browser."""

from __future__ import annotations

import pytest
import torch
from tiny import seeded
from torch.utils.flop_counter import FlopCounterMode

from explorer.latent import draw
from explorer.models import Discriminates, Factorises, Generates, Opens, ResGAN


@pytest.fixture(scope="module")
def model() -> ResGAN:
    return seeded(lambda: ResGAN(latent_size=64, channels=(8, 8, 8, 4, 4), discriminator_channels=(4, 8, 8)))


def test_it_has_the_capabilities_of_sample_and_latent_space(model):
    assert all(isinstance(model, capability) for capability in (Generates, Opens, Factorises, Discriminates))


def test_a_picture_takes_at_most_220_million_multiplications():
    with FlopCounterMode(display=False) as counter:
        ResGAN().eval().generate(torch.zeros(1, 128))
    assert counter.get_total_flops() / 2 < 220e6


def test_it_closes_what_it_opens(model):
    z = draw(0, 3, 64)
    activations = model.open(z)
    assert activations.shape == (3, 8 + 1, 8, 8)
    assert torch.equal(model.close(activations), model.generate(z))


def test_the_opened_activations_hold_the_latent_that_the_later_blocks_hear(model):
    z, other = draw(0, 2, 64).split(1)
    activations = model.open(z)
    assert torch.equal(activations[:, 8:].flatten(1), z)
    swapped = torch.cat([activations[:, :8], model.open(other)[:, 8:]], 1)
    assert not torch.allclose(model.close(swapped), model.generate(z))


def test_the_latent_weight_stacks_every_layer_that_the_latent_enters(model):
    blocks = sum(2 * (a + b) for a, b in ((8, 8), (8, 8), (8, 4), (4, 4)))
    assert model.latent_weight().shape == (8 * 16 + blocks, 64)


def test_a_logit_sees_a_patch_of_26_pixels(model):
    images = torch.zeros(1, 3, 64, 64, requires_grad=True)
    model.discriminator(images)[0, 8, 8].backward()
    rows = images.grad[0].abs().sum((0, 2)).nonzero().flatten()
    assert rows[-1] - rows[0] + 1 == 26


def test_the_verdict_on_a_picture_is_the_mean_over_its_patches(model):
    images = torch.rand(2, 3, 64, 64) * 2 - 1
    assert torch.allclose(model.discriminate(images), model.discriminator(images).flatten(1).mean(1))
    assert [x.shape[-1] for x in model.features(images)] == [32, 16, 16]


def test_a_latent_that_does_not_fill_whole_maps_is_refused():
    with pytest.raises(ValueError, match="latent_size is 100; expected a multiple of 64"):
        ResGAN(latent_size=100)
