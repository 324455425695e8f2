"""Sentences become pictures in two stages."""

from __future__ import annotations

import itertools

import pytest
import torch
from tiny import tiny_stackgan
from torch.nn import functional as F

from explorer.models import Illustrates, StackGAN
from explorer.models.stackgan_blocks import Affine


def asked(model: StackGAN, count: int = 2) -> tuple[torch.Tensor, ...]:
    draw = torch.Generator().manual_seed(0)
    return (
        torch.randn(count, model.text_size, generator=draw),
        torch.randn(count, model.latent_size, generator=draw),
        torch.randn(count, len(model.sizes), model.condition_size, generator=draw),
    )


@pytest.mark.parametrize("sizes", [(64,), (64, 128), (64, 256)])
@pytest.mark.parametrize("upsampling", ["nearest", "pixelshuffle"])
def test_every_stage_gives_its_picture(sizes, upsampling):
    model = tiny_stackgan(sizes=sizes, upsampling=upsampling)
    found = model.illustrate(*asked(model))
    assert [tuple(images.shape) for images in found] == [(2, 3, side, side) for side in sizes]
    assert all(images.abs().max() <= 1 for images in found)
    assert issubclass(StackGAN, Illustrates)


def test_the_paper_s_stage_has_the_weights_of_its_description():
    model = StackGAN(256, channels=(512, 256, 128, 64, 32), second_channels=(), paper=True)
    widths = (512, 256, 128, 64, 32)
    up = sum(9 * a * b + b + 2 * b for a, b in itertools.pairwise(widths))
    expected = 257 * 256 + 228 * 512 * 16 + 2 * 512 * 16 + up + 9 * 32 * 3 + 3
    assert sum(p.numel() for p in model.first.parameters()) == expected
    assert model.illustrate(*asked(model))[0].shape == (2, 3, 64, 64)


def test_both_models_stay_within_their_share(tmp_path):
    StackGAN().save_pretrained(tmp_path / "both")
    StackGAN(channels=(512, 256, 128, 64, 32), second_channels=(), paper=True).save_pretrained(tmp_path / "paper")
    assert sum((tmp_path / name / "model.safetensors").stat().st_size for name in ("both", "paper")) < 18e6


@pytest.mark.parametrize("size", [128, 256])
def test_an_untrained_second_stage_gives_the_enlarged_sketch(size):
    model = tiny_stackgan(sizes=(64, size))
    small, large = model.illustrate(*asked(model))
    assert torch.allclose(large, 0.98 * F.interpolate(small, size=(size, size), mode="bilinear"), atol=1e-4)


def test_texts_are_normalised_by_the_training_sentences():
    model = tiny_stackgan()
    texts = torch.randn(500, 8) * 3 + 2
    texts[:, 0] = 7.0  # a dimension that never varies
    model.normalise_with(texts)
    found = model.normalised(texts)
    assert torch.allclose(found[:, 1:].mean(0), torch.zeros(7), atol=1e-4) and torch.allclose(found[:, 1:].std(0), torch.ones(7), atol=1e-3)
    assert found.isfinite().all() and found[:, 0].abs().max() < 1e-2


def test_one_latent_with_two_sentences_gives_two_pictures():
    model = tiny_stackgan(sizes=(64,))
    for affine in (module for module in model.modules() if isinstance(module, Affine)):
        torch.nn.init.normal_(affine.layer.weight, 0.0, 0.5)
    text, z, noise = asked(model)
    one, other = model.illustrate(text, z[:1].expand(2, -1), 0 * noise)[0]
    assert (one - other).abs().max() > 1e-3


@pytest.mark.parametrize("options", [{"sizes": (128,)}, {"sizes": (64, 512)}, {"upsampling": "bicubic"}])
def test_nonsense_is_refused(options):
    with pytest.raises(ValueError, match="expected"):
        tiny_stackgan(**options)
