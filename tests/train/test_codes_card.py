"""What the card of a VQ-VAE says is counted and measured as its words claim."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch
from PIL import Image
from tiny import save_with_card, tiny_vqvae

from explorer.likeness import psnr
from explorer.zoo import Zoo
from train.cards import codes as codes_card
from train.data import Pictures


@pytest.fixture(scope="module")
def model():
    return tiny_vqvae()


@pytest.fixture(scope="module")
def pictures():
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(256, (30, 1, 28, 28), dtype=torch.uint8, generator=generator)
    return Pictures(images, {"label": torch.arange(30) % 4})


def test_a_reconstruction_is_measured_picture_by_picture(model, pictures):
    found = codes_card.reconstruction(model, pictures)
    images = pictures.batch(range(30))["images"]
    decoded = model.decode(model.encode(images))
    expected = [psnr(a, b) for a, b in zip(decoded, images, strict=True)]
    assert found["psnr"] == pytest.approx(sum(expected) / 30)
    counts = torch.bincount(model.encode(images).flatten(), minlength=16).double()
    shares = counts[counts > 0] / counts.sum()
    assert found["used"] == pytest.approx(100 * (counts > 0).double().mean().item())
    assert found["perplexity"] == pytest.approx(math.exp(-(shares * shares.log()).sum().item()))
    assert -1 <= found["ssim"] <= 1


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
    before = "| codebook by average, 10 pictures | 1 |\n| codebook by gradient, 20 pictures | 2 |\n"
    first, second = codes_card.variants(tmp_path, "vqvae", pictures, before).splitlines()
    assert first == "| codebook by average, 10 pictures | 1 |" and second.startswith("| codebook by gradient, 200 pictures |")


def test_shared_information_is_one_for_renamed_codes_and_nothing_for_unrelated_ones():
    torch.manual_seed(0)
    first = torch.randint(8, (200, 7, 7))
    renamed = torch.randperm(8)[first]
    assert codes_card.shared_information(first, renamed) == pytest.approx(1)
    assert codes_card.shared_information(first, torch.randint(8, first.shape)) < 0.01


def test_bits_a_code_are_the_cross_entropy_of_the_prior(model, pictures):
    maps, labels = codes_card.encoded(model, pictures), pictures.labels["label"]
    one_hot, order = torch.eye(4)[labels], torch.arange(49)
    lost = 0.0
    for i in range(30):
        logits = model.next_code(maps[i].flatten()[None], order[None], one_hot[i : i + 1])[0]
        lost -= logits.log_softmax(1).gather(1, maps[i].flatten()[:, None]).sum().item()
    assert codes_card.code_bits(model, maps, labels) == pytest.approx(lost / maps.numel() / math.log(2), rel=1e-4)


def test_a_tile_of_the_codebook_is_the_mean_of_what_is_drawn_around_its_cells(model, pictures, tmp_path):
    maps = codes_card.encoded(model, pictures)
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
