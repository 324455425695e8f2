"""The optimisers with which a latent is fitted to a picture, and their default settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Optimizer:
    """An optimiser and its default settings. `learning_rate` is None for an optimiser that chooses its step lengths itself. If `guess` is
    true, the first starting points are estimates of the latent, not random latents."""

    label: str
    description: str
    steps: int
    restarts: int
    learning_rate: float | None
    guess: bool


OPTIMIZERS = {
    "quasi-newton": Optimizer(
        "Quasi-Newton",
        "BFGS from estimates of the latent, with the generator's mean curvature. The worse half of the starts is dropped several times.",
        steps=96, restarts=4, learning_rate=None, guess=True,
    ),
    "lbfgs": Optimizer(
        "L-BFGS",
        "Estimates the curvature from its last ten steps (Liu & Nocedal 1989).",
        steps=100, restarts=4, learning_rate=None, guess=False,
    ),
    "adam": Optimizer(
        "Adam",
        "Adapts the step length of every number of the latent (Kingma & Ba 2015), with a learning rate that falls to zero.",
        steps=100, restarts=4, learning_rate=0.1, guess=False,
    ),
    "sgd": Optimizer(
        "SGD with momentum",
        "As in report 004: gradient descent with momentum 0.9 from a random latent. It may diverge where the generator is steep.",
        steps=100, restarts=1, learning_rate=0.01, guess=False,
    ),
}  # fmt: skip
DEFAULT = "quasi-newton"
