"""Draws, walks and directions of a latent space, against what is known of normal numbers and spheres."""

import itertools
import math

import pytest
import torch

from explorer import latent


def test_picture_i_of_a_request_is_the_first_picture_of_seed_plus_i():
    together = latent.draw(40, 5, 100)
    for i in range(5):
        assert torch.equal(together[i], latent.draw(40 + i, 1, 100)[0])


def test_draws_are_standard_normal():
    drawn = latent.draw(0, 400, 100).double()
    assert drawn.mean().abs() < 4 / math.sqrt(drawn.numel())
    assert (drawn.var() - 1).abs() < 4 * math.sqrt(2 / drawn.numel())


def test_truncated_draws_lie_within_the_threshold_and_grow_with_it():
    thresholds = [0.1, 0.5, 1.0, 2.0, 4.0]
    draws = [latent.draw(7, 20, 100, threshold).abs() for threshold in thresholds]
    for threshold, drawn in zip(thresholds, draws, strict=True):
        assert drawn.max() <= threshold
    for smaller, larger in itertools.pairwise(draws):
        assert (smaller < larger).all()
    torch.testing.assert_close(latent.draw(7, 20, 100, 30.0), latent.draw(7, 20, 100))


def test_truncation_maps_quantiles_of_the_normal_onto_quantiles_of_the_truncated_normal():
    normal = torch.distributions.Normal(0.0, 1.0)
    x, threshold = torch.linspace(-4, 4, 101, dtype=torch.float64), 1.5
    y = latent.truncate(x, threshold)
    low, high = normal.cdf(torch.tensor([-threshold, threshold], dtype=torch.float64))
    torch.testing.assert_close((normal.cdf(y) - low) / (high - low), normal.cdf(x))
    assert (y.diff() > 0).all() and y[50].abs() < 1e-12


def test_truncation_survives_numbers_far_out_in_the_tail():
    far = torch.tensor([-40.0, -9.0, 9.0, 40.0])
    assert (latent.truncate(far, 2.0).abs() == 2).all()
    assert latent.truncate(far, 50.0).isfinite().all()


@pytest.mark.parametrize("path", ["lerp", "slerp"])
def test_a_walk_begins_and_ends_exactly_at_its_endpoints(path):
    a, b = latent.draw(1, 2, 64)
    walk = latent.interpolate(a, b, 9, path)
    assert walk.shape == (9, 64)
    assert torch.equal(walk[0], a) and torch.equal(walk[-1], b)


def test_lerp_takes_equal_steps_on_the_line():
    walk = latent.interpolate(torch.tensor([0.0, 2.0]), torch.tensor([4.0, -2.0]), 5, "lerp")
    torch.testing.assert_close(walk, torch.tensor([[0, 2], [1, 1], [2, 0], [3, -1], [4, -2]], dtype=torch.float32))


def test_slerp_turns_by_equal_angles_and_its_norm_goes_linearly():
    a, b = latent.draw(3, 2, 100) * torch.tensor([[1.0], [1.3]])
    walk = latent.interpolate(a, b, 12, "slerp").double()
    units = walk / walk.norm(dim=1, keepdim=True)
    whole = torch.acos((units[0] * units[-1]).sum())
    torch.testing.assert_close(torch.acos((units[:-1] * units[1:]).sum(1)), (whole / 11).expand(11), rtol=1e-4, atol=0)
    torch.testing.assert_close(walk.norm(dim=1), torch.linspace(a.norm(), b.norm(), 12).double(), rtol=1e-5, atol=0)


def test_slerp_stays_in_the_plane_of_its_endpoints():
    walk = latent.interpolate(torch.tensor([1.0, 0.0, 0.0]), torch.tensor([0.0, 1.0, 0.0]), 3, "slerp")
    torch.testing.assert_close(walk[1], torch.tensor([math.sqrt(0.5), math.sqrt(0.5), 0.0]))


def test_slerp_between_parallel_or_opposite_latents_is_the_line():
    z = latent.draw(5, 1, 64)[0]
    for end in (2 * z, -z, z, torch.zeros(64)):
        torch.testing.assert_close(latent.interpolate(z, end, 5, "slerp"), latent.interpolate(z, end, 5, "lerp"))


def test_a_sweep_of_a_coordinate_changes_that_coordinate_alone():
    z, values = latent.draw(2, 1, 8)[0], torch.tensor([-3.0, 0.0, 3.0])
    rows = latent.sweep(z, 5, values)
    assert torch.equal(rows[:, 5], values)
    others = [i for i in range(8) if i != 5]
    assert torch.equal(rows[:, others], z[others].expand(3, -1))


def test_a_sweep_along_a_vector_goes_the_given_distance_whatever_the_vectors_length():
    z, values = latent.draw(2, 1, 8)[0], torch.tensor([-2.0, 0.0, 1.5])
    direction = latent.draw(9, 1, 8)[0]
    rows = latent.sweep(z, direction, values)
    torch.testing.assert_close((rows - z).norm(dim=1), values.abs())
    torch.testing.assert_close(rows, latent.sweep(z, 10 * direction, values))


def test_directions_of_a_known_matrix_are_its_right_singular_vectors():
    left, right = torch.linalg.qr(latent.draw(0, 20, 6))[0], torch.linalg.qr(latent.draw(50, 6, 6))[0]
    strengths = torch.tensor([5.0, 4.0, 3.0, 2.0, 1.0, 0.5])
    found = latent.directions(left * strengths @ right.T, 4)
    torch.testing.assert_close(found.variances, strengths[:4].square())
    torch.testing.assert_close((found.vectors @ right).abs(), torch.eye(6)[:4], atol=1e-5, rtol=0)


def test_a_step_along_the_first_direction_moves_the_first_layer_most():
    weight = latent.draw(8, 30, 10)
    found = latent.directions(weight, 10)
    random = latent.draw(100, 50, 10)
    random = random / random.norm(dim=1, keepdim=True)
    moved = (weight @ found.vectors[0]).norm()
    assert ((weight @ random.T).norm(dim=0) <= moved * (1 + 1e-6)).all()
    torch.testing.assert_close(moved.square(), found.variances[0])


def test_the_sign_of_a_direction_does_not_depend_on_the_sign_of_the_layer():
    weight = latent.draw(8, 30, 10)
    found, turned = latent.directions(weight, 3), latent.directions(-weight, 3)
    assert torch.equal(found.vectors, turned.vectors)
    assert (found.vectors.gather(1, found.vectors.abs().argmax(1, keepdim=True)) > 0).all()


def test_typical_norms_are_the_quantiles_of_the_chi_distribution():
    # For two numbers the squared norm is exponential, so the quantile q of the norm is sqrt(-2 log(1 - q)).
    low, high = latent.typical_norms(2, 0.99)
    assert low == pytest.approx(math.sqrt(-2 * math.log(0.995)))
    assert high == pytest.approx(math.sqrt(-2 * math.log(0.005)))


def test_ninety_nine_of_a_hundred_draws_have_a_typical_norm():
    low, high = latent.typical_norms(64)
    norms = latent.draw(0, 4000, 64).norm(dim=1)
    assert ((norms >= low) & (norms <= high)).double().mean().item() == pytest.approx(0.99, abs=0.006)


def test_projection_onto_the_shell_keeps_directions_and_leaves_what_lies_inside():
    rows = torch.tensor([[0.3, 0.4], [3.0, 4.0], [30.0, 40.0]])
    torch.testing.assert_close(latent.onto_shell(rows, (2.0, 10.0)), torch.tensor([[1.2, 1.6], [3.0, 4.0], [6.0, 8.0]]))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: latent.draw(-1, 1, 8), "seed is -1"),
        (lambda: latent.draw(True, 1, 8), "seed is True"),
        (lambda: latent.draw(0, 0, 8), "count is 0"),
        (lambda: latent.draw(0, 1.5, 8), "count is 1.5"),
        (lambda: latent.draw(0, 1, 8, truncation=0), "truncation is 0"),
        (lambda: latent.draw(0, 1, 8, truncation=math.nan), "truncation is nan"),
        (lambda: latent.draw(0, 1, 8, truncation=True), "truncation is True"),
        (lambda: latent.interpolate(torch.zeros(3), torch.zeros(4), 5), r"end has the shape \(4,\); expected a row of 3"),
        (lambda: latent.interpolate(torch.zeros(3), torch.full((3,), math.nan), 5), "end has 3 numbers that are not finite"),
        (lambda: latent.interpolate(torch.zeros(3), torch.ones(3), 1), "frames is 1"),
        (lambda: latent.interpolate(torch.zeros(3), torch.ones(3), 4, "arc"), "path is 'arc'"),
        (lambda: latent.sweep(torch.zeros(3), 3, torch.zeros(2)), "direction is 3; expected a whole number from 0 to 2"),
        (lambda: latent.sweep(torch.zeros(3), torch.zeros(3), torch.zeros(2)), "direction is zero"),
        (lambda: latent.sweep(torch.zeros(3), torch.ones(4), torch.zeros(2)), "direction has the shape"),
        (lambda: latent.sweep([0.0], 0, torch.zeros(2)), "z has the type list"),
        (lambda: latent.directions(torch.ones(4, 3), 4), "count is 4"),
        (lambda: latent.directions(torch.ones(4), 1), "weight has the shape"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(call, said):
    with pytest.raises(ValueError, match=said):
        call()
