"""Searches on functions whose lowest point is known."""

import math

import pytest
import torch

from explorer import search
from explorer.latent import draw


def quadratic(size: int, condition: float = 100.0):
    """f(z) = |A (z - m)|^2 with the singular values of A spread over a range: (objective, its Hessian, m)."""
    left, right = torch.linalg.qr(draw(0, size, size))[0], torch.linalg.qr(draw(100, size, size))[0]
    matrix = left * torch.logspace(0, -math.log10(condition) / 2, size) @ right.T
    middle = draw(200, 1, size)[0]
    return lambda z: ((z - middle) @ matrix.T).square().sum(1), 2 * matrix.T @ matrix, middle


def last(evaluations):
    *_, final = evaluations
    return final


def searches(steps):
    _, hessian, _ = quadratic(6)
    return {
        "momentum": lambda f, z: search.momentum_descent(f, z, steps, 0.1),
        "adam": lambda f, z: search.adam(f, z, steps, 0.3),
        "lbfgs": lambda f, z: search.limited_memory(f, z, steps),
        "quasi-newton": lambda f, z: search.quasi_newton(f, z, steps, hessian),
        "quasi-newton from nothing": lambda f, z: search.quasi_newton(f, z, steps, torch.eye(6)),
    }


@pytest.mark.parametrize("name", searches(1))
def test_every_search_finds_the_lowest_point_of_a_quadratic_from_every_start(name):
    objective, _, middle = quadratic(6)
    final = last(searches(300)[name](objective, draw(1, 4, 6)))
    torch.testing.assert_close(final.points, middle.expand(4, 6), atol=1e-2, rtol=0)


@pytest.mark.parametrize("name", searches(1))
def test_rows_of_a_batch_do_not_disturb_each_other(name):
    objective, _, _ = quadratic(6)
    starts = draw(1, 3, 6)
    together = last(searches(7)[name](objective, starts)).points
    for i in range(3):
        torch.testing.assert_close(last(searches(7)[name](objective, starts[i : i + 1])).points[0], together[i], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", searches(1))
def test_a_search_evaluates_its_start_first_and_then_once_a_step(name):
    objective, _, _ = quadratic(6)
    calls = []

    def counted(z):
        calls.append(len(z))
        return objective(z)

    starts = draw(1, 2, 6)
    seen = list(searches(5)[name](counted, starts))
    assert [e.step for e in seen] == [0, 1, 2, 3, 4, 5]
    assert calls == [2] * 6
    torch.testing.assert_close(seen[0].points, starts)
    for e in seen:
        torch.testing.assert_close(e.losses, objective(e.points))


def test_quasi_newton_with_the_true_curvature_needs_one_step_for_a_quadratic():
    objective, hessian, middle = quadratic(20)
    first = list(search.quasi_newton(objective, draw(1, 3, 20), 1, hessian))[1]
    torch.testing.assert_close(first.points, middle.expand(3, 20), atol=1e-3, rtol=0)


def test_quasi_newton_corrects_a_wrong_curvature_as_it_goes():
    objective, hessian, _ = quadratic(20)
    final = last(search.quasi_newton(objective, draw(1, 1, 20), 60, hessian * 0.01 + torch.eye(20)))
    assert objective(final.points).item() < 1e-8 * objective(draw(1, 1, 20)).item()


def test_quasi_newton_takes_back_moves_that_climb():
    def valley(z):
        return 100 * (z[:, 1] - z[:, 0].square()).square() + (1 - z[:, 0]).square()  # Rosenbrock 1960: lowest at (1, 1)

    lowest, seen = math.inf, []
    for e in search.quasi_newton(valley, torch.tensor([[-1.2, 1.0]]), 80, torch.eye(2)):
        lowest = min(lowest, e.losses.item())
        seen.append(lowest)
    assert seen[-1] < 1e-8
    assert seen[0] == pytest.approx(24.2, rel=1e-5)


def test_momentum_descent_is_the_rule_of_torch():
    objective, _, _ = quadratic(6)
    z = draw(3, 1, 6).requires_grad_()
    reference = torch.optim.SGD([z], lr=0.05, momentum=0.9)
    for e in search.momentum_descent(objective, draw(3, 1, 6), 30, 0.05):
        torch.testing.assert_close(e.points, z.detach())
        reference.zero_grad()
        objective(z).sum().backward()
        reference.step()


def test_the_point_in_the_ball_is_no_higher_than_any_other_point_of_the_ball():
    size, radius = 5, 1.5
    _, hessian, _ = quadratic(size)
    hessian, gradient, start = hessian.double()[None], 3 * draw(4, 1, size).double(), draw(5, 1, size).double()
    damping = torch.tensor([0.1], dtype=torch.float64)
    found = search.lowest_in_ball(hessian, gradient, start, damping, radius)

    def model(w):
        d = w - start
        return (d * gradient).sum(1) + (d @ hessian[0] * d).sum(1) / 2 + damping * d.square().sum(1) / 2

    others = draw(10, 4000, size).double()
    others = others / others.norm(dim=1, keepdim=True) * radius * torch.linspace(0, 1, 4000, dtype=torch.float64)[:, None] ** 0.2
    near = found + 1e-2 * draw(9000, 3000, size)
    near = near * (radius / near.norm(dim=1, keepdim=True)).clamp(max=1)
    assert found.norm().item() == pytest.approx(radius)
    assert (model(found) <= model(torch.cat([others, near])) + 1e-9).all()


def test_the_point_in_a_wide_ball_is_newtons():
    _, hessian, _ = quadratic(5)
    gradient, start = draw(4, 1, 5).double(), draw(5, 1, 5).double()
    found = search.lowest_in_ball(hessian.double()[None], gradient, start, torch.zeros(1, dtype=torch.float64), 1e6)
    torch.testing.assert_close(found, start - torch.linalg.solve(hessian.double(), gradient[0])[None], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("radius", [0.5, 1.0])
def test_a_search_in_a_ball_ends_at_the_best_point_of_the_ball(radius):
    middle = 3 * draw(200, 1, 6)[0]
    final = last(search.quasi_newton(lambda z: (z - middle).square().sum(1), draw(1, 2, 6) * 0.01, 10, torch.eye(6), (0.0, radius)))
    torch.testing.assert_close(final.points, (radius * middle / middle.norm()).expand(2, 6), atol=1e-3, rtol=0)


@pytest.mark.parametrize("name", ["momentum", "adam", "lbfgs", "quasi-newton"])
def test_no_evaluation_leaves_the_range_of_norms(name):
    middle, norms = 3 * draw(200, 1, 6)[0], (1.0, 2.0)
    run = {
        "momentum": lambda f, z: search.momentum_descent(f, z, 30, 0.1, norms),
        "adam": lambda f, z: search.adam(f, z, 30, 0.3, norms),
        "lbfgs": lambda f, z: search.limited_memory(f, z, 30, norms),
        "quasi-newton": lambda f, z: search.quasi_newton(f, z, 30, torch.eye(6), norms),
    }[name]
    starts = draw(1, 3, 6)
    starts = 1.5 * starts / starts.norm(dim=1, keepdim=True)
    for e in run(lambda z: (z - middle).square().sum(1), starts):
        assert ((e.points.norm(dim=1) > 1 - 1e-5) & (e.points.norm(dim=1) < 2 + 1e-5)).all()


def test_survivors_are_the_lowest_rows_and_keep_their_names():
    middle = torch.zeros(4)
    starts = torch.diag(torch.tensor([4.0, 1.0, 3.0, 2.0]))
    flat = 1e4 * torch.eye(4)  # hardly moves, so the order of the starts stays
    seen = list(search.quasi_newton(lambda z: (z - middle).square().sum(1), starts, 3, flat, survivors=lambda step: 4 // step))
    assert [e.starts.tolist() for e in seen] == [[0, 1, 2, 3], [0, 1, 2, 3], [1, 3], [1]]


def test_a_row_that_is_not_a_number_dies_out_and_spoils_no_other():
    def hole(z):
        return torch.where(z[:, 0] > 5, torch.nan, z.square().sum(1))

    starts = torch.tensor([[6.0, 0.0], [2.0, 1.0]])
    final = last(search.quasi_newton(hole, starts, 5, 2 * torch.eye(2), survivors=lambda step: 1))
    assert final.starts.tolist() == [1]
    assert final.losses.item() < 1e-10


def test_rows_are_halved_after_each_eighth_of_the_steps():
    rows = search.halving(5, 80)
    assert [rows(step) for step in (1, 10, 11, 20, 21, 30, 31, 80)] == [5, 5, 3, 3, 2, 2, 1, 1]


def test_the_best_so_far_is_the_lowest_loss_and_no_loss_that_is_not_a_number():
    points = torch.arange(6.0).view(3, 2, 1)
    losses = torch.tensor([[3.0, 2.0], [float("nan"), 2.5], [1.0, float("nan")]])
    seen = (search.Evaluation(step, points[step], losses[step], torch.tensor([7, 8])) for step in range(3))
    found = [(step, point.item(), loss, start) for step, point, loss, start in search.best_so_far(seen)]
    assert found == [(0, 1.0, 2.0, 8), (1, 1.0, 2.0, 8), (2, 4.0, 1.0, 7)]
