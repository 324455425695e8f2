"""A picture becomes a map of the nearest codes, and a map a picture; the prior sees what was told and nothing else."""

from __future__ import annotations

import pytest
import torch
from tiny import seeded, tiny_vqvae

from explorer.models import VQVAE, Generates, Quantises, Writes

CIFAR10 = {
    "channels": 3, "image_size": 32, "widths": (32, 64, 128, 256), "strides": (1, 2, 2, 1), "up_widths": (256, 128, 64),
    "up_strides": (1, 2, 2), "codes": 512, "code_size": 64,
}  # fmt: skip


def test_the_networks_count_the_weights_of_the_report():
    model = VQVAE(**CIFAR10)
    assert sum(p.numel() for p in VQVAE().encoder.parameters()) == 320 + 18_496 + 1_040
    assert sum(p.numel() for p in VQVAE().decoder.parameters()) == 9_280 + 18_464 + 289
    assert sum(p.numel() for p in model.encoder.parameters()) == 896 + 18_496 + 73_856 + 295_168 + 16_448
    assert sum(p.numel() for p in model.decoder.parameters()) == 147_712 + 295_040 + 73_792 + 1_731


@pytest.mark.parametrize(("model", "side", "cells"), [(tiny_vqvae(), 28, 7), (seeded(lambda: VQVAE(**CIFAR10)), 32, 8)])
def test_shapes(model, side, cells):
    images = torch.rand(2, model.channels, side, side) * 2 - 1
    codes = model.encode(images)
    assert codes.shape == (2, cells, cells) and codes.dtype == torch.int64 and model.map_size == cells
    drawn = model.decode(codes)
    assert drawn.shape == images.shape and drawn.min() >= -1 and drawn.max() <= 1


def test_a_code_is_the_nearest_vector_of_the_codebook():
    model = tiny_vqvae()
    images = torch.rand(2, 1, 28, 28) * 2 - 1
    apart = torch.cdist(model.embed(images).flatten(0, 2), model.codebook.weight)
    assert torch.equal(model.encode(images).flatten(), apart.argmin(1))
    assert torch.allclose(model.distances(model.embed(images)).flatten(0, 2), apart.square(), atol=1e-5)


@pytest.mark.parametrize("likelihood", ["mse", "nll"])
def test_the_picture_is_what_the_likelihood_expects(likelihood):
    model = tiny_vqvae(likelihood=likelihood)
    raw = torch.tensor([-3.0, 0.0, 0.5, 2.0])
    expected = raw.clamp(-1, 1) if likelihood == "mse" else raw.sigmoid() * 2 - 1
    assert torch.equal(model.picture(raw), expected)


def test_an_unknown_likelihood_is_refused():
    with pytest.raises(ValueError, match="likelihood is 'l1'"):
        VQVAE(likelihood="l1")


@pytest.mark.parametrize("model", [tiny_vqvae(3), seeded(lambda: VQVAE(**CIFAR10), 3)])
def test_a_swapped_cell_changes_pixels_only_inside_its_receptive_field(model):
    torch.manual_seed(0)
    codes = torch.randint(model.codebook_size, (1, model.map_size, model.map_size))
    before = model.decode(codes)
    for row, column in ((0, 0), (3, 2), (model.map_size - 1, model.map_size - 1)):
        changed = codes.clone()
        changed[0, row, column] = (codes[0, row, column] + 5) % model.codebook_size
        moved = (model.decode(changed) != before)[0].any(0)
        top, left, bottom, right = model.receptive_field(row, column)
        inside = torch.zeros_like(moved)
        inside[top : bottom + 1, left : right + 1] = True
        assert moved.any() and not (moved & ~inside).any()
        # The bound is tight: with linear layers instead of ReLU every one of its edges is reached.
        edges = [moved[top].any(), moved[bottom].any(), moved[:, left].any(), moved[:, right].any()]
        assert sum(map(bool, edges)) >= 2


def test_the_prior_sees_only_the_cells_before():
    model = tiny_vqvae()
    order = torch.randperm(49, generator=torch.Generator().manual_seed(1))[None]
    codes, labels = torch.randint(16, (1, 49)), torch.eye(4)[:1]
    before = model.next_code(codes, order, labels)
    changed = codes.clone()
    changed[0, 20] = (codes[0, 20] + 1) % 16
    after = model.next_code(changed, order, labels)
    same = (before - after).abs().amax(2)[0] < 1e-6
    assert same[:21].all() and not same[21:].any()


def test_the_prior_knows_the_next_cell_the_places_and_the_class():
    model = tiny_vqvae()
    codes, labels = torch.tensor([[3, 7]]), torch.eye(4)[:1]
    ways = [torch.tensor([[0, 1, 2]]), torch.tensor([[0, 1, 30]]), torch.tensor([[0, 40, 2]])]
    last = [model.next_code(codes, order, labels)[0, -1] for order in ways] + [model.next_code(codes, ways[0], torch.eye(4)[1:2])[0, -1]]
    assert all(not torch.allclose(last[0], other) for other in last[1:])


def test_logits_of_a_whole_map_are_those_of_its_parts():
    model = tiny_vqvae()
    codes, labels = torch.randint(16, (2, 49)), torch.eye(4)[:2]
    order = torch.arange(49).expand(2, -1)
    whole = model.next_code(codes, order, labels)
    assert whole.shape == (2, 49, 16)
    for told in (0, 1, 30):
        part = model.next_code(codes[:, :told], order[:, : told + 1], labels)
        assert torch.allclose(part, whole[:, : told + 1], atol=1e-5)


def test_with_a_cache_each_further_cell_is_computed_alone():
    model = tiny_vqvae()
    codes, labels, cache = torch.randint(16, (2, 49)), torch.eye(4)[:2], []
    order = torch.rand(2, 49).argsort(1)
    whole = model.next_code(codes, order, labels)
    first = model.next_code(codes[:, :9], order[:, :10], labels, cache)
    assert torch.allclose(first, whole[:, :10], atol=1e-5)
    for told in range(10, 49):
        one = model.next_code(codes[:, :told], order[:, : told + 1], labels, cache)
        assert one.shape == (2, 1, 16) and torch.allclose(one[:, 0], whole[:, told], atol=1e-5)


def test_labels_may_be_soft():
    model = tiny_vqvae()
    order, none = torch.zeros(1, 1, dtype=torch.int64), torch.empty(1, 0, dtype=torch.int64)
    ends = [model.prior.start(torch.eye(4)[i : i + 1]) for i in (0, 1)]
    middle = model.prior.start(torch.tensor([[0.5, 0.5, 0, 0]]))
    assert torch.allclose(middle, (ends[0] + ends[1]) / 2, atol=1e-6)
    assert model.next_code(none, order, torch.zeros(1, 4)).shape == (1, 1, 16)


def test_it_quantises_and_writes_and_comes_back_from_its_folder(tmp_path):
    model = tiny_vqvae()
    assert issubclass(VQVAE, Quantises) and issubclass(VQVAE, Writes) and not issubclass(VQVAE, Generates)
    model.save_pretrained(tmp_path)
    again = VQVAE.from_pretrained(tmp_path)
    images = torch.rand(1, 1, 28, 28) * 2 - 1
    assert torch.equal(again.encode(images), model.encode(images))
