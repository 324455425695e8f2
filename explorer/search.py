"""Optimisers that minimise a function of a few dozen variables, from several starting points in one batch.

An objective is a differentiable function that maps points (batch, size) to losses (batch,), each row independently. An optimiser is a
Python generator that yields every evaluation before it computes the next points; a caller stops it by closing the generator. The argument
`norms` is the range in which it keeps the norms of the points. The functions do not depend on pictures: a point can be a latent,
activations or a mask.

In every optimiser, one step evaluates the loss and the gradient once for all rows, so that numbers of steps can be compared.

1. Polyak 1964 and Kingma & Ba 2015: gradient descent with momentum, Adam.
2. Nocedal & Wright 2006, chapters 4, 6 and 7: trust regions, (damped) BFGS, L-BFGS.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from .cancellation import check
from .latent import onto_shell

Objective = Callable[[Tensor], Tensor]
EVERYWHERE = (0.0, math.inf)  # as `norms`: no limit


@dataclass(frozen=True)
class Evaluation:
    """One step of an optimiser: points (batch, size), their losses (batch,), and the index of each row's starting point (batch,)."""

    step: int
    points: Tensor
    losses: Tensor
    starts: Tensor


def value_and_gradient(objective: Objective, points: Tensor) -> tuple[Tensor, Tensor]:
    """The losses (batch,) and their gradients (batch, size), detached from the graph. Raises `CancelledError` in a cancelled
    computation."""
    check()
    with torch.enable_grad():
        points = points.detach().requires_grad_()
        losses = objective(points)
        (gradient,) = torch.autograd.grad(losses.sum(), points)
    return losses.detach(), gradient


def momentum_descent(
    objective: Objective, points: Tensor, steps: int, learning_rate: float, norms=EVERYWHERE, momentum: float = 0.9
) -> Iterator[Evaluation]:
    """Gradient descent with momentum, the rule of `torch.optim.SGD`: v <- momentum v + g, z <- z - rate v."""
    velocity = torch.zeros_like(points)
    for step in range(steps + 1):
        losses, gradient = value_and_gradient(objective, points)
        yield Evaluation(step, points, losses, torch.arange(len(points)))
        velocity = momentum * velocity + gradient
        points = onto_shell(points - learning_rate * velocity, norms)


def adam(
    objective: Objective, points: Tensor, steps: int, learning_rate: float, norms=EVERYWHERE, betas=(0.9, 0.999)
) -> Iterator[Evaluation]:
    """Adam (Kingma & Ba 2015, algorithm 1) with a learning rate that falls to zero along half a cosine, so that the points converge."""
    mean, square = torch.zeros_like(points), torch.zeros_like(points)
    for step in range(steps + 1):
        losses, gradient = value_and_gradient(objective, points)
        yield Evaluation(step, points, losses, torch.arange(len(points)))
        mean = betas[0] * mean + (1 - betas[0]) * gradient
        square = betas[1] * square + (1 - betas[1]) * gradient.square()
        rate = learning_rate * (1 + math.cos(math.pi * step / steps)) / 2
        move = (mean / (1 - betas[0] ** (step + 1))) / ((square / (1 - betas[1] ** (step + 1))).sqrt() + 1e-8)
        points = onto_shell(points - rate * move, norms)


def limited_memory(objective: Objective, points: Tensor, steps: int, norms=EVERYWHERE, memory: int = 10) -> Iterator[Evaluation]:
    """L-BFGS (Nocedal & Wright 2006, algorithm 7.4), where every row has its own memory and step length.

    A row whose loss has not decreased returns to its best point and tries a quarter of the step length; a row whose loss has decreased
    uses step length 1 next.
    """
    pairs: list[tuple[Tensor, Tensor, Tensor]] = []
    best, losses, gradient = points, None, None
    for step in range(steps + 1):
        new_losses, new_gradient = value_and_gradient(objective, points)
        yield Evaluation(step, points, new_losses, torch.arange(len(points)))
        if losses is None:
            losses, gradient, lower = new_losses, new_gradient, torch.ones_like(new_losses, dtype=torch.bool)
            length = 1 / gradient.norm(dim=1, keepdim=True).clamp(min=1e-12)
        else:
            lower = new_losses < losses
            change, gradient_change = (points - best), (new_gradient - gradient)
            curvature = (change * gradient_change).sum(1, keepdim=True)
            useful = lower[:, None] & (curvature > 1e-10 * gradient_change.square().sum(1, keepdim=True))
            # If a pair is not useful for a row, its inverse curvature is set to 0, so that the pair has no effect on that row.
            pairs.append((change, gradient_change, torch.where(useful, 1 / curvature, 0.0)))
            pairs = pairs[-memory:]
            best, losses = torch.where(lower[:, None], points, best), torch.where(lower, new_losses, losses)
            gradient = torch.where(lower[:, None], new_gradient, gradient)
            length = torch.where(lower[:, None], torch.ones_like(length), length / 4)
        points = onto_shell(best - length * _two_loops(gradient, pairs), norms)


def _two_loops(gradient: Tensor, pairs: list[tuple[Tensor, Tensor, Tensor]]) -> Tensor:
    """The estimated inverse Hessian times the gradient, (batch, size), by the two-loop recursion of L-BFGS. Each pair is (step, change of
    the gradient, inverse curvature or 0)."""
    direction, shares = gradient, []
    for change, gradient_change, inverse in reversed(pairs):
        shares.append(inverse * (change * direction).sum(1, keepdim=True))
        direction = direction - shares[-1] * gradient_change
    scale = torch.ones_like(gradient[:, :1])
    for _, gradient_change, inverse in pairs:
        scale = torch.where(inverse > 0, 1 / (inverse * gradient_change.square().sum(1, keepdim=True)).clamp(min=1e-30), scale)
    direction = direction * scale
    for (change, gradient_change, inverse), share in zip(pairs, reversed(shares), strict=True):
        direction = direction + change * (share - inverse * (gradient_change * direction).sum(1, keepdim=True))
    return direction


def quasi_newton(
    objective: Objective, points: Tensor, steps: int, curvature: Tensor, norms=EVERYWHERE, survivors: Callable[[int], int] | None = None
) -> Iterator[Evaluation]:
    """BFGS within a ball, starting from an estimate of the Hessian. With a good estimate it needs few steps.

    Every row has a quadratic model of the objective, m(d) = g.d + d.B d / 2, where B is `curvature` at first. A step moves the row to the
    minimum of m within the ball of radius `norms[1]`, and updates B with the gradient at the new point (damped as in Nocedal & Wright 2006,
    procedure 18.2, so that B stays positive definite). A move that does not lower the loss is undone, and the next move is damped more
    (Levenberg 1944).

    Args:
        curvature: (size, size), symmetric positive semidefinite, such as 2 J^T J for a sum of squares.
        survivors: a function from the step to the number of rows that are kept, those with the lowest losses; None keeps all.
    """
    size = points.shape[1]
    starts = torch.arange(len(points))
    floor = 1e-6 * curvature.diagonal().mean().double()
    hessian = curvature.double().expand(len(points), size, size) + floor * torch.eye(size, dtype=torch.float64, device=points.device)
    damping = torch.zeros(len(points), dtype=torch.float64, device=points.device)
    losses, gradient = value_and_gradient(objective, points)
    yield Evaluation(0, points, losses, starts)
    for step in range(1, steps + 1):
        if survivors is not None and survivors(step) < len(points):
            kept = losses.nan_to_num(math.inf).argsort()[: survivors(step)].sort().values
            points, losses, gradient, hessian, damping, starts = (
                part[kept.to(part.device)] for part in (points, losses, gradient, hessian, damping, starts)
            )
        target = onto_shell(lowest_in_ball(hessian, gradient.double(), points.double(), damping, norms[1]).to(points.dtype), norms)
        new_losses, new_gradient = value_and_gradient(objective, target)
        yield Evaluation(step, target, new_losses, starts)
        hessian = _corrected(hessian, (target - points).double(), (new_gradient - gradient).double())
        lower = new_losses < losses
        points, gradient = torch.where(lower[:, None], target, points), torch.where(lower[:, None], new_gradient, gradient)
        losses = torch.where(lower, new_losses, losses)
        scale = hessian.diagonal(dim1=1, dim2=2).mean(1)
        damping = torch.where(lower, damping / 4, torch.maximum(4 * damping, scale / 100))


def _corrected(hessian: Tensor, change: Tensor, gradient_change: Tensor) -> Tensor:
    """The damped BFGS update of Hessians (batch, size, size). A row that did not move, or whose update is not finite, keeps its Hessian."""
    image = (hessian @ change[:, :, None]).squeeze(2)
    expected, curvature = (change * image).sum(1, keepdim=True), (change * gradient_change).sum(1, keepdim=True)
    share = torch.where(curvature < 0.2 * expected, 0.8 * expected / (expected - curvature), torch.ones_like(curvature))
    gradient_change = share * gradient_change + (1 - share) * image
    curvature = (change * gradient_change).sum(1, keepdim=True)
    update = _outer(gradient_change) / curvature[:, :, None] - _outer(image) / expected[:, :, None]
    sound = (expected > 1e-20).squeeze(1) & update.isfinite().all(2).all(1)
    return torch.where(sound[:, None, None], hessian + update, hessian)


def _outer(rows: Tensor) -> Tensor:
    return rows[:, :, None] * rows[:, None, :]


def lowest_in_ball(hessian: Tensor, gradient: Tensor, points: Tensor, damping: Tensor, radius: float) -> Tensor:
    """The points z + d (batch, size) that minimise g.d + d.(B + damping) d / 2, subject to |z + d| <= `radius`; B is `hessian`, g
    `gradient` and z `points`.

    With w = z + d the optimality condition is (B + damping + m) w = (B + damping) z - g. The multiplier m >= 0 is zero if w lies inside the
    ball, and otherwise has the value for which |w| = radius (Nocedal & Wright 2006, theorem 4.1). |w| falls as m grows, so m is found by
    bisection, in the basis of B's eigenvectors, where the equation is solved by a division.

    Args:
        hessian, gradient, points, damping: (batch, size, size), (batch, size), (batch, size), (batch,); hessian positive definite.
    """
    values, vectors = torch.linalg.eigh(hessian)
    values = values.clamp(min=torch.finfo(values.dtype).tiny) + damping[:, None]
    rotated = (vectors.mT @ torch.stack([points, gradient], 2)).unbind(2)
    pull = values * rotated[0] - rotated[1]
    multiplier = torch.zeros_like(damping[:, None])
    if math.isfinite(radius):
        low, high = multiplier, pull.norm(dim=1, keepdim=True) / radius
        outside = (pull / values).norm(dim=1, keepdim=True) > radius
        for _ in range(60):
            middle = (low + high) / 2
            far = (pull / (values + middle)).norm(dim=1, keepdim=True) > radius
            low, high = torch.where(far, middle, low), torch.where(far, high, middle)
        multiplier = torch.where(outside, high, multiplier)
    return (vectors @ (pull / (values + multiplier))[:, :, None]).squeeze(2)


def best_so_far(evaluations: Iterator[Evaluation]) -> Iterator[tuple[int, Tensor, float, int]]:
    """Yield the best evaluation up to each step: (step, point (size,), loss, index of its starting point). A NaN loss counts as
    infinite."""
    lowest, point, start = math.inf, None, 0
    for evaluation in evaluations:
        losses = evaluation.losses.nan_to_num(math.inf)
        row = int(losses.argmin())
        if point is None or losses[row].item() < lowest:
            lowest, point, start = losses[row].item(), evaluation.points[row].clone(), int(evaluation.starts[row])
        yield evaluation.step, point, lowest, start


def halving(restarts: int, steps: int) -> Callable[[int], int]:
    """The argument `survivors` of `quasi_newton`: halve the number of rows (rounded up) after each eighth of the steps, down to one."""
    return lambda step: -(-restarts // 2 ** ((step - 1) // max(1, steps // 8)))
