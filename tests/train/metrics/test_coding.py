from __future__ import annotations

import math

import pytest
import torch
from tiny import tiny_vqvae

from explorer.likeness import psnr
from train.data import InMemory, Pictures
from train.metrics.coding import code_bits, encoded, reconstruction, shared_information


@pytest.fixture(scope="module")
def model():
    return tiny_vqvae()


@pytest.fixture(scope="module")
def pictures():
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(256, (30, 1, 28, 28), dtype=torch.uint8, generator=generator)
    return Pictures(InMemory(images), {"label": torch.arange(30) % 4})


def test_a_reconstruction_is_measured_picture_by_picture(model, pictures):
    found = reconstruction(model, pictures)
    images = pictures.batch(range(30))["images"]
    decoded = model.decode(model.encode(images))
    expected = [psnr(a, b) for a, b in zip(decoded, images, strict=True)]
    assert found["psnr"] == pytest.approx(sum(expected) / 30)
    counts = torch.bincount(model.encode(images).flatten(), minlength=16).double()
    shares = counts[counts > 0] / counts.sum()
    assert found["used"] == pytest.approx(100 * (counts > 0).double().mean().item())
    assert found["perplexity"] == pytest.approx(math.exp(-(shares * shares.log()).sum().item()))
    assert -1 <= found["ssim"] <= 1


def test_shared_information_is_one_for_renamed_codes_and_nothing_for_unrelated_ones():
    torch.manual_seed(0)
    first = torch.randint(8, (200, 7, 7))
    renamed = torch.randperm(8)[first]
    assert shared_information(first, renamed) == pytest.approx(1)
    assert shared_information(first, torch.randint(8, first.shape)) < 0.01


def test_bits_a_code_are_the_cross_entropy_of_the_prior(model, pictures):
    maps, labels = encoded(model, pictures), pictures.labels["label"]
    one_hot, order = torch.eye(4)[labels], torch.arange(49)
    lost = 0.0
    for i in range(30):
        logits = model.next_code(maps[i].flatten()[None], order[None], one_hot[i : i + 1])[0]
        lost -= logits.log_softmax(1).gather(1, maps[i].flatten()[:, None]).sum().item()
    assert code_bits(model, maps, labels) == pytest.approx(lost / maps.numel() / math.log(2), rel=1e-4)
