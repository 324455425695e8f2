"""What the card of a VQ-VAE says is counted and measured as its words claim."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from PIL import Image
from tiny import tiny_vqvae

from train.cards import codes as codes_card
from train.data import InMemory, Pictures
from train.metrics.coding import encoded


@pytest.fixture(scope="module")
def model():
    return tiny_vqvae()


@pytest.fixture(scope="module")
def pictures():
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(256, (30, 1, 28, 28), dtype=torch.uint8, generator=generator)
    return Pictures(InMemory(images), {"label": torch.arange(30) % 4})


def test_a_tile_of_the_codebook_is_the_mean_of_what_is_drawn_around_its_cells(model, pictures, tmp_path):
    maps = encoded(model, pictures)
    codes_card.write_codebook(model, pictures, maps, tmp_path)
    about = json.loads((tmp_path / "codebook.json").read_text())
    assert about == {"pictures": 30, "counts": torch.bincount(maps.flatten(), minlength=16).tolist()}
    sheet = np.asarray(Image.open(tmp_path / "codebook.png").convert("L"), dtype=np.float32)
    code = min((c for c in range(16) if about["counts"][c]), key=about["counts"].__getitem__)
    drawn = torch.nn.functional.pad(model.decode(maps), (2, 2, 2, 2), mode="replicate")
    places = (maps == code).nonzero()[: codes_card.OCCURRENCES]
    patches = torch.stack([drawn[n, 0, 4 * row : 4 * row + 8, 4 * column : 4 * column + 8] for n, row, column in places.tolist()])
    expected = (patches.mean(0).detach() + 1) * 127.5
    assert np.abs(sheet[:8, 8 * code : 8 * code + 8] - expected.numpy()).max() <= 0.51
