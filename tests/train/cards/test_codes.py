"""What the card of a VQ-VAE says is counted and measured as its words claim."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from PIL import Image
from tiny import save_with_card, tiny_vqvae

from explorer.zoo import Zoo
from train.cards import codes as codes_card
from train.data import InMemory, Pictures
from train.metrics.coding import encoded, reconstruction


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


def test_a_twin_differs_in_its_likelihood_alone(tmp_path):
    for name, likelihood, data in (("a", "mse", "mnist"), ("b", "nll", "letters"), ("c", "nll", "mnist"), ("d", "mse", "mnist")):
        save_with_card(tiny_vqvae(likelihood=likelihood), tmp_path / name, data=data)
    zoo = Zoo(tmp_path)
    assert codes_card.twin_of(zoo.checkpoints["a"], zoo, "mnist") == "c"
    assert codes_card.twin_of(zoo.checkpoints["b"], zoo, "letters") == ""


def test_the_rows_of_variants_whose_runs_are_gone_stay(model, pictures, tmp_path):
    run = tmp_path / "vqvae-plain"
    model.save_pretrained(run / "best")
    (run / "run.json").write_text(json.dumps({"settings": {"codebook": "gradient", "reconstruct": 0.5}}))
    (run / "history.jsonl").write_text('{"images": 400}\n')
    kept = {"average": {"images": 10, "psnr": 1.0}, "gradient": {"images": 20, "psnr": 2.0}}
    found = codes_card.variants(tmp_path, "vqvae", pictures, kept)
    assert list(found) == ["average", "gradient"] and found["average"] == kept["average"]
    assert found["gradient"] == pytest.approx({"images": 200, **reconstruction(model, pictures)}, rel=1e-3, abs=1e-5)
