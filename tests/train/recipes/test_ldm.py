"""Latent diffusion's recipe: the weights of its loss in closed form, and latents that are encoded once."""

from __future__ import annotations

import pytest
import torch
from tiny import seeded

from explorer.models import Autoencoder
from train import data
from train.recipes import ldm


def test_the_weights_are_those_of_min_snr_for_v():
    alpha_bar = torch.tensor([0.5, 0.9, 0.01], dtype=torch.float64)  # SNR 1, 9 and 1/99
    assert ldm.weights(alpha_bar).tolist() == pytest.approx([0.5, 0.5, (1 / 99) / (100 / 99)])


def test_latents_are_encoded_once_with_their_mirror_images(tmp_path, monkeypatch):
    model = seeded(lambda: Autoencoder(image_size=32, latent_channels=2, widths=(16, 16, 16)))
    pixels = torch.randint(0, 256, (3, 3, 32, 32), dtype=torch.uint8)
    pictures = data.Pictures(data.InMemory(pixels))
    latents = ldm.encoded_once(model, pictures, tmp_path, "first")
    images = pixels.float() / 127.5 - 1
    assert latents.shape == (3, 2, 2, 2, 2)
    with torch.no_grad():
        assert torch.allclose(latents[:, 1].float(), model.compress(images.flip(3)), atol=1e-2)
    monkeypatch.setattr(ldm, "encoded", None)
    assert torch.equal(ldm.encoded_once(model, pictures, tmp_path, "first"), latents)
