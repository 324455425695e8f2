"""Models travel as safetensors, whole or not at all."""

from __future__ import annotations

import json
import math

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny import tiny_dcgan, tiny_gan32

from explorer.models import DCGAN, GAN32, MODELS, PictureJudge
from explorer.models.base import CONFIG, WEIGHTS


@pytest.fixture(params=["DCGAN", "GAN32", "PictureJudge"])
def model(request):
    torch.manual_seed(0)
    return {"DCGAN": DCGAN, "GAN32": GAN32, "PictureJudge": lambda: PictureJudge({"cifar10": 10})}[request.param]().eval()


def test_a_saved_model_is_its_class_its_arguments_and_its_weights(tmp_path):
    tiny_dcgan().save_pretrained(tmp_path)
    config = json.loads((tmp_path / CONFIG).read_text())
    assert config.pop("model") == "DCGAN"
    assert {key: tuple(value) if isinstance(value, list) else value for key, value in config.items()} == {
        "latent_size": 8, "channels": (8, 8, 4, 4), "discriminator_channels": (4, 4, 8, 8),
    }  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == [CONFIG, WEIGHTS]


def test_a_default_model_writes_down_every_argument(tmp_path):
    GAN32().save_pretrained(tmp_path)
    config = json.loads((tmp_path / CONFIG).read_text())
    assert config == {"model": "GAN32", "latent_size": 64, "channels": [64, 64, 128, 256], "discriminator_channels": [32, 64, 128]}


def test_saving_leaves_a_card_that_is_there(tmp_path):
    (tmp_path / "README.md").write_text("measured")
    tiny_dcgan().save_pretrained(tmp_path)
    assert (tmp_path / "README.md").read_text() == "measured"


def test_a_round_trip_restores_kernels_to_half_precision_and_vectors_exactly(model, tmp_path):
    model.save_pretrained(tmp_path)
    again = type(model).from_pretrained(tmp_path)
    assert not again.training
    for name, value in model.state_dict().items():
        restored = again.state_dict()[name]
        assert restored.dtype == value.dtype
        assert torch.equal(restored, value.half().to(value.dtype) if value.dim() > 1 else value), name


def test_half_precision_costs_at_most_45_decibels(model, tmp_path):
    """DESIGN's bound for float16 weights, for pictures in [-1, 1] (peak 2); for a judge, against the range of its logits."""
    model.save_pretrained(tmp_path)
    again = type(model).from_pretrained(tmp_path)
    torch.manual_seed(1)
    with torch.no_grad():
        if isinstance(model, PictureJudge):
            images = torch.rand(16, 3, 64, 64) * 2 - 1
            before, after = model.judge(images)["cifar10"], again.judge(images)["cifar10"]
            peak = before.max() - before.min()
        else:
            z = torch.randn(16, model.latent_size)
            before, after, peak = model.generate(z), again.generate(z), 2
    assert 20 * math.log10(peak / (before - after).square().mean().sqrt()) >= 45


def test_large_weights_are_whole_in_half_precision(tmp_path):
    tiny_dcgan().save_pretrained(tmp_path)
    stored = load_file(tmp_path / WEIGHTS)
    assert {value.dtype for value in stored.values() if value.dim() > 1} == {torch.float16}
    assert {value.dtype for value in stored.values() if value.dim() == 1} == {torch.float32}


def test_missing_weights_are_refused_not_left_random(tmp_path):
    tiny_dcgan().save_pretrained(tmp_path)
    weights = load_file(tmp_path / WEIGHTS)
    del weights["generator.first.weight"]
    save_file(weights, tmp_path / WEIGHTS)
    with pytest.raises(RuntimeError, match=r"generator\.first\.weight"):
        DCGAN.from_pretrained(tmp_path)


def test_extra_weights_are_refused(tmp_path):
    tiny_gan32().save_pretrained(tmp_path)
    save_file({**load_file(tmp_path / WEIGHTS), "surprise": torch.zeros(1)}, tmp_path / WEIGHTS)
    with pytest.raises(RuntimeError, match="surprise"):
        GAN32.from_pretrained(tmp_path)


def test_pickled_weights_are_not_even_opened(tmp_path):
    tiny_dcgan().save_pretrained(tmp_path)
    (tmp_path / WEIGHTS).unlink()
    torch.save(tiny_dcgan().state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(FileNotFoundError, match="pickled weights are not loaded"):
        DCGAN.from_pretrained(tmp_path)


def test_every_class_is_known_by_its_own_name():
    assert all(name == model.__name__ for name, model in MODELS.items())
