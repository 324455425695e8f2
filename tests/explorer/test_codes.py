"""Maps of codes are counted, changed, mixed and filled as their definitions say."""

from __future__ import annotations

import math

import pytest
import torch
from tiny import tiny_vqvae

from explorer import codes


@pytest.fixture(scope="module")
def model():
    return tiny_vqvae()


def test_the_nearest_codes_come_in_order_and_begin_with_the_code_itself(model):
    image = torch.rand(1, 28, 28) * 2 - 1
    found, away = codes.nearest(model, image, 3)
    assert found.shape == away.shape == (7, 7, 3)
    assert torch.equal(found[..., 0], model.encode(image[None])[0])
    assert (away.diff(dim=-1) >= 0).all()
    vector = model.embed(image[None])[0, 2, 5]
    assert math.isclose(away[2, 5, 1], (vector - model.codebook.weight[found[2, 5, 1]]).norm().item(), abs_tol=1e-5)


def test_usage_counts_and_perplexity_is_the_number_of_evenly_used_codes():
    counts = codes.usage(torch.tensor([[[0, 1], [1, 3]]]), 5)
    assert counts.tolist() == [1, 2, 0, 1, 0]
    assert codes.perplexity(counts) == pytest.approx(math.exp(-(2 * 0.25 * math.log(0.25) + 0.5 * math.log(0.5))))
    for even in (1, 7, 64):
        assert codes.perplexity(torch.cat([torch.full((even,), 9), torch.zeros(5, dtype=torch.int64)])) == pytest.approx(even)
    assert codes.perplexity(torch.zeros(4, dtype=torch.int64)) == 0


def test_a_swap_changes_one_cell_of_a_copy():
    before = torch.arange(9).view(3, 3)
    after = codes.swap(before, 1, 2, 0, 16)
    assert after.tolist() == [[0, 1, 2], [3, 4, 0], [6, 7, 8]] and before[1, 2] == 5


@pytest.mark.parametrize(("row", "column", "code"), [(3, 0, 0), (0, -1, 0), (0, 0, 16), (0, 0, -1), (True, 0, 0)])
def test_a_swap_out_of_range_is_refused(row, column, code):
    with pytest.raises(ValueError, match="expected a whole number"):
        codes.swap(torch.zeros(3, 3, dtype=torch.int64), row, column, code, 16)


def test_a_blend_takes_the_masked_cells_of_the_second():
    first, second = torch.zeros(2, 2, dtype=torch.int64), torch.ones(2, 2, dtype=torch.int64)
    assert codes.blend(first, second, torch.tensor([[True, False], [False, True]])).tolist() == [[1, 0], [0, 1]]
    with pytest.raises(ValueError, match="expected the same for all"):
        codes.blend(first, second[:1], torch.ones(2, 2))


def test_a_map_costs_the_logarithm_of_the_codebook_a_cell(model):
    assert codes.bits(model) == 49 * 4


def test_a_temperature_sharpens_and_a_top_cuts():
    logits = torch.tensor([2.0, 1.0, 0.0, -1.0])
    assert torch.allclose(codes.distribution(logits), logits.softmax(0))
    assert torch.allclose(codes.distribution(logits, temperature=0.5), (2 * logits).softmax(0))
    likeliest = torch.cat([torch.tensor([2.0, 1.0]).softmax(0), torch.zeros(2)])
    assert torch.allclose(codes.distribution(logits, top=2), likeliest)
    assert codes.distribution(logits, top=1).tolist() == [1, 0, 0, 0]


def test_a_code_that_was_cut_off_is_never_drawn():
    assert codes._sample_code(torch.tensor([0.0, 0.0, 1.0]), torch.tensor([0.0])) == 2
    assert codes._sample_code(torch.tensor([0.5, 0.5, 0.0]), torch.tensor([1 - 2**-24])) == 1


def test_kept_cells_stay_and_each_erased_one_is_filled_once(model):
    start = torch.randint(16, (7, 7))
    start[2:4, 1:6] = -1
    steps = list(codes.fill(model, start, torch.eye(4)[2], seed=5))
    assert [step.step for step in steps] == list(range(1, 11)) and {step.steps for step in steps} == {10}
    assert [step.cell for step in steps] == (start.flatten() < 0).nonzero().flatten().tolist()
    final = steps[-1].codes
    assert torch.equal(final[start >= 0], start[start >= 0]) and (final >= 0).all()
    for step in steps:
        assert step.codes.flatten()[step.cell] == step.code and step.probabilities.sum() == pytest.approx(1, abs=1e-5)
        assert (step.codes < 0).sum() == step.steps - step.step


def test_an_erased_cell_is_drawn_in_view_of_every_kept_one(model):
    start = torch.randint(16, (7, 7), generator=torch.Generator().manual_seed(0))
    start[0, 0] = -1
    (before,) = codes.fill(model, start, torch.zeros(4))
    changed = start.clone()
    changed[6, 6] = (start[6, 6] + 3) % 16  # after the erased cell in the rows' order
    (after,) = codes.fill(model, changed, torch.zeros(4))
    assert not torch.allclose(before.probabilities, after.probabilities)


def test_a_fill_is_the_same_for_the_same_seed(model):
    empty = torch.full((7, 7), -1)
    ends = [list(codes.fill(model, empty, torch.eye(4)[0], seed=seed))[-1].codes for seed in (3, 3, 4)]
    assert torch.equal(ends[0], ends[1]) and not torch.equal(ends[0], ends[2])


def test_maps_written_together_are_those_filled_alone(model):
    labels = torch.eye(4)
    together = codes.write(model, labels, seed=20, temperature=0.8, top=6)
    for i in range(4):
        alone = list(codes.fill(model, torch.full((7, 7), -1), labels[i], seed=20 + i, temperature=0.8, top=6))[-1].codes
        assert torch.equal(together[i], alone)


def test_codes_are_drawn_as_often_as_they_are_likely():
    class Fixed:
        map_size, codebook_size, classes = 40, 3, ("a",)

        def next_code(self, codes, order, labels, cache):
            return torch.tensor([0.6, 0.3, 0.1]).log().expand(*order.shape, 3)

    drawn = codes.write(Fixed(), torch.zeros(4, 1), seed=1)
    shares = codes.usage(drawn, 3) / drawn.numel()
    assert torch.allclose(shares, torch.tensor([0.6, 0.3, 0.1]), atol=4 * math.sqrt(0.24 / drawn.numel()))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"codes": torch.zeros(7, 6, dtype=torch.int64)}, "expected 7 x 7"),
        ({"codes": torch.full((7, 7), 16)}, "of -1 to 15"),
        ({"codes": torch.full((7, 7), -2)}, "of -1 to 15"),
        ({"labels": torch.zeros(3)}, "expected 4 finite numbers"),
        ({"labels": torch.full((4,), float("nan"))}, "expected 4 finite numbers"),
        ({"temperature": 0}, "temperature is 0"),
        ({"temperature": float("nan")}, "temperature is nan"),
        ({"top": 0}, "top is 0"),
        ({"top": 17}, "top is 17"),
    ],
)
def test_a_fill_refuses_what_is_out_of_range_at_the_call(model, change, message):
    settings = {"codes": torch.full((7, 7), -1), "labels": torch.zeros(4), **change}
    with pytest.raises(ValueError, match=message):
        codes.fill(model, settings.pop("codes"), settings.pop("labels"), **settings)


def test_a_sketch_of_a_whole_map_is_its_picture_and_erased_cells_get_the_mean_code(model):
    whole = torch.randint(16, (7, 7))
    assert torch.equal(codes.sketch(model, whole), model.decode(whole[None])[0])
    gone = whole.clone()
    gone[3, 3] = -1
    vectors = model.codebook(whole)
    vectors[3, 3] = model.codebook.weight.mean(0)
    assert torch.equal(codes.sketch(model, gone), model.draw(vectors[None])[0])
