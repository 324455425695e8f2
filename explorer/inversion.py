"""Fit a latent to a picture: the point of latent space whose picture is nearest to the one given.

Report 004, section 7, walks down the gradient of the squared error from one random latent. That works, slowly, diverges where the
generator is steep, and ends where no draw ever lies. Here the same problem is solved by four searches (`explorer.search`), of which
the default needs about 20 steps for what takes gradient descent hundreds: it starts from guesses, an encoder's where there is one, knows
the mean curvature of the generator beforehand (`explorer.survey`), and never leaves the shell where draws lie.

1. Zhu et al. 2016: projecting a photo onto a generator's pictures, with a guess, a feature distance and a gradient.
2. Bojanowski et al. 2018 and Menon et al. 2020: in many dimensions normal draws lie near a sphere, and so should a fitted latent.
3. Gatys et al. 2016 and Larsen et al. 2016: distances between a network's features, here those of the model's own discriminator.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from . import extended, search
from .arguments import check_number, check_whole
from .latent import MOST_SEED, draw, onto_shell, typical_norms
from .likeness import PictureObjective, psnr
from .models import Estimates, Generates, Opens, discriminates
from .survey import Survey, survey
from .zoo import Zoo

MOST_STEPS, MOST_RESTARTS = 5000, 64
SPACES = ("latent", "extended")
TETHER = 0.003
"""What a squared unit of what is added costs, in squared colour values: without it, what cannot be seen is added too."""


@dataclass(frozen=True)
class Optimizer:
    """A search with its defaults. `learning_rate` is None where the search finds its own; `guess`: its first starts are guesses."""

    label: str
    description: str
    steps: int
    restarts: int
    learning_rate: float | None
    guess: bool


OPTIMIZERS = {
    "quasi-newton": Optimizer(
        "Quasi-Newton",
        "BFGS that starts from guesses and the generator's mean curvature; of several starts, half are dropped now and then.",
        steps=96, restarts=4, learning_rate=None, guess=True,
    ),
    "lbfgs": Optimizer(
        "L-BFGS",
        "Learns the curvature from its own last ten steps (Liu & Nocedal 1989).",
        steps=100, restarts=4, learning_rate=None, guess=False,
    ),
    "adam": Optimizer(
        "Adam",
        "A step of its own for every coordinate of the latent (Kingma & Ba 2015), shrinking to zero.",
        steps=100, restarts=4, learning_rate=0.1, guess=False,
    ),
    "sgd": Optimizer(
        "SGD with momentum",
        "The report's: gradient descent with momentum 0.9 from a random latent. It may diverge where the generator is steep.",
        steps=100, restarts=1, learning_rate=0.01, guess=False,
    ),
}  # fmt: skip
DEFAULT = "quasi-newton"


@dataclass(frozen=True)
class Fit:
    """The best point found up to a step.

    Attributes:
        step, steps: evaluations of the gradient done and planned.
        seconds: of work since the start; pauses between two yields do not count.
        latent: (size,).
        image: (channels, height, width), the picture that `model.generate` draws from the latent alone, or `extended.generate` from the
            latent and `beyond`.
        loss: the objective there: the sum of squared errors over all values that count, unless a perceptual part or a prior was asked for.
        psnr: in dB, of the picture against the target, where it counts.
        restart: the start that it came from.
        beyond: of the extended space, what is added behind the first layers, (extension's size,), in half precision's numbers; else None.
    """

    step: int
    steps: int
    seconds: float
    latent: Tensor
    image: Tensor
    loss: float
    psnr: float
    restart: int
    beyond: Tensor | None = None


def fit(
    model: Generates,
    target: Tensor,
    *,
    optimizer: str = DEFAULT,
    steps: int | None = None,
    restarts: int | None = None,
    learning_rate: float | None = None,
    perceptual: float = 0.0,
    prior: float | None = 0.0,
    space: Literal["latent", "extended"] = "latent",
    mask: Tensor | None = None,
    encoder: Estimates | None = None,
    seed: int = 0,
    every: int = 5,
) -> Iterator[Fit]:
    """Search for the latent of a picture; yields a start (step 0: the encoder's guess, which needs no gradient and comes at once, or else
    the best of all), then the best so far every few steps, and the final one.

    In the extended space a quarter of the steps goes to the latent; the others search, with L-BFGS, for what is added behind the first
    layers (`explorer.extended`), the latent held.

    The same call gives the same fits. Closing the iterator stops the work. The first fit of a model takes a second longer.

    Args:
        model: in eval mode.
        target: (channels, image_size, image_size), float, in [-1, 1].
        optimizer: a name in `OPTIMIZERS`, which also has the defaults for the three that follow.
        steps: evaluations of the gradient, each for all restarts at once.
        restarts: starts, searched in one batch. They are draws of the seeds `seed`, `seed` + 1 and so on, but for "quasi-newton", whose
            first starts are the encoder's guess, if there is one, and the linear guess; it also goes on with fewer and fewer: after each
            eighth of the steps, with the better half.
        learning_rate: of "adam" and "sgd" alone.
        perceptual: from 0, pixels alone, to 1, the discriminator's features alone.
        prior: the weight of the latent's squared norm beside the squared error. Whatever it is, the norm also stays where 99 % of
            draws have theirs (`typical_norms`); None lifts both, as in report 004.
        space: "latent", or "extended" for models that open.
        mask: (image_size, image_size), true where the picture counts; the model fills the rest. None for everywhere.
        encoder: of this model (`encoder_of`), for a better first guess.
        every: steps between two yields.

    Raises:
        ValueError: at the call, for a setting or a target out of range; the message says what came and what is expected.
    """
    _check_model(model)
    target = _checked_target(target, model)
    if encoder is not None and encoder.latent_size != model.latent_size:
        raise ValueError(f"encoder guesses {encoder.latent_size} numbers; expected {model.latent_size}, the model's")
    if not isinstance(optimizer, str) or optimizer not in OPTIMIZERS:
        raise ValueError(f"optimizer is {optimizer!r}; expected one of {', '.join(OPTIMIZERS)}")
    defaults = OPTIMIZERS[optimizer]
    steps = check_whole("steps", defaults.steps if steps is None else steps, 1, MOST_STEPS)
    restarts = check_whole("restarts", defaults.restarts if restarts is None else restarts, 1, MOST_RESTARTS)
    every = check_whole("every", every, 1, MOST_STEPS)
    seed = check_whole("seed", seed, 0, MOST_SEED - MOST_RESTARTS)
    if learning_rate is not None and defaults.learning_rate is None:
        raise ValueError(f"learning_rate is {learning_rate!r}; expected None, as {optimizer!r} finds its own step lengths")
    if defaults.learning_rate is not None:
        learning_rate = check_number("learning_rate", defaults.learning_rate if learning_rate is None else learning_rate, 1e-8, 100)
    perceptual = check_number("perceptual", perceptual, 0, 1)
    if perceptual and not discriminates(model):
        raise ValueError(f"perceptual is {perceptual}; expected 0, as {type(model).__name__} has no discriminator")
    if space not in SPACES:
        raise ValueError(f"space is {space!r}; expected one of {', '.join(SPACES)}")
    if space == "extended" and not isinstance(model, Opens):
        raise ValueError(f"space is {space!r}; expected 'latent', as {type(model).__name__} does not open")
    if mask is not None:
        mask = _checked_mask(mask, target)
        if perceptual:
            raise ValueError(f"perceptual is {perceptual}; expected 0 with a mask, as a feature sees pixels on both sides of its edge")
    norms = search.EVERYWHERE if prior is None else typical_norms(model.latent_size)
    asked = encoder is not None and defaults.guess
    prior = 0.0 if prior is None else check_number("prior", prior, 0, 1e6)
    first = steps if space == "latent" else max(1, steps // 4)

    def starts(known: Survey) -> Tensor:
        """Where the search for the latent begins, (restarts, size)."""
        drawn = draw(seed, restarts, model.latent_size).to(target.device)
        if defaults.guess:
            seen = target if mask is None else torch.where(mask > 0, target, known.samples.mean(0))
            guesses = [*([encoder.estimate(seen[None]).detach()] if asked else []), known.guess(seen[None])]
            drawn = torch.cat([*guesses, drawn])[:restarts]
        return onto_shell(drawn, norms)

    def latents(starts: Tensor, known: Survey, objective: PictureObjective) -> Iterator[search.Evaluation]:
        """The search for the latent."""
        if optimizer == "quasi-newton":
            curvature = 2 * (known.metric + prior * torch.eye(model.latent_size, device=target.device))
            return search.quasi_newton(objective, starts, first, curvature, norms, halving(restarts, first))
        if optimizer == "lbfgs":
            return search.limited_memory(objective, starts, first, norms)
        descend = search.adam if optimizer == "adam" else search.momentum_descent
        return descend(objective, starts, first, learning_rate, norms)

    def work() -> Iterator[Fit]:
        clock = Stopwatch()
        known = survey(model)
        objective = PictureObjective(model, target, known, perceptual, prior, mask)

        def told(step: int, latent: Tensor, loss: float, restart: int, beyond: Tensor | None = None) -> Fit:
            with torch.no_grad():
                if beyond is None:
                    image = model.generate(latent[None])[0]
                else:
                    beyond = beyond.half().to(beyond.dtype)
                    image = extended.generate(model, latent[None], beyond[None])[0]
            return Fit(step, steps, clock.read(), latent, image, loss, psnr(image, target, mask), restart, beyond)

        def paused(found: Fit) -> Iterator[Fit]:
            clock.pause()
            yield found
            clock.resume()

        begin = starts(known)
        if asked:
            with torch.no_grad():
                loss = objective(begin[:1]).item()
            yield from paused(told(0, begin[0], loss, 0))
        for step, latent, loss, restart in best_so_far(latents(begin, known, objective)):
            if (step % every == 0 or step == steps) and (step or not asked):
                yield from paused(told(step, latent, loss, restart))
        if space == "latent":
            return

        def beyond_loss(rows: Tensor) -> Tensor:
            return objective.distance(extended.generate(model, latent.expand(len(rows), -1), rows)) + TETHER * rows.square().sum(1)

        start = torch.zeros(1, extended.extension(model).size, device=target.device, dtype=target.dtype)
        for step, beyond, loss, _ in best_so_far(search.limited_memory(beyond_loss, start, steps - first)):
            if step and ((first + step) % every == 0 or first + step == steps):
                yield from paused(told(first + step, latent, loss, restart, beyond))

    return work()


def encoder_of(zoo: Zoo, name: str) -> Estimates | None:
    """The encoder that was trained for these very weights of a generator, if it is in the zoo."""
    for found in zoo.names(Estimates):
        config = zoo.checkpoints[found].config
        if config["generator"] == name and config["drawn_by"] == zoo.checkpoints[name].revision:
            return zoo.load(found)
    return None


def best_so_far(evaluations: Iterator[search.Evaluation]) -> Iterator[tuple[int, Tensor, float, int]]:
    """The lowest loss up to each step: (step, point (size,), loss, start). A loss that is not a number never counts as low."""
    lowest, point, start = math.inf, None, 0
    for seen in evaluations:
        losses = seen.losses.nan_to_num(math.inf)
        row = int(losses.argmin())
        if point is None or losses[row].item() < lowest:
            lowest, point, start = losses[row].item(), seen.points[row].clone(), int(seen.starts[row])
        yield seen.step, point, lowest, start


def halving(restarts: int, steps: int) -> Callable[[int], int]:
    """How many rows go on at a step: half as many (rounded up) after each eighth of the steps, down to one."""
    return lambda step: -(-restarts // 2 ** ((step - 1) // max(1, steps // 8)))


class Stopwatch:
    """Seconds of work, pauses left out."""

    def __init__(self):
        self.before, self.since = 0.0, time.perf_counter()

    def read(self) -> float:
        return self.before + time.perf_counter() - self.since

    def pause(self) -> None:
        self.before = self.read()

    def resume(self) -> None:
        self.since = time.perf_counter()


def _check_model(model: Generates) -> None:
    if not isinstance(model, Generates):
        raise ValueError(f"the model is of the type {type(model).__name__}; expected one that generates pictures")
    if getattr(model, "training", False):
        raise ValueError("the model is in training mode, where a picture depends on its batch; expected eval mode")


def _checked_mask(mask: Tensor, target: Tensor) -> Tensor:
    expected = tuple(target.shape[1:])
    if not isinstance(mask, Tensor) or tuple(mask.shape) != expected:
        came = f"the shape {tuple(mask.shape)}" if isinstance(mask, Tensor) else f"the type {type(mask).__name__}"
        raise ValueError(f"mask has {came}; expected a tensor of the shape {expected}")
    mask = (mask.to(target.device) > 0).to(target.dtype)
    if not mask.any():
        raise ValueError("mask has no pixel that counts; expected at least one")
    return mask


def _checked_target(target: Tensor, model: Generates) -> Tensor:
    expected = (model.channels, model.image_size, model.image_size)
    if not isinstance(target, Tensor) or not target.is_floating_point():
        came = target.dtype if isinstance(target, Tensor) else type(target).__name__
        raise ValueError(f"target has the type {came}; expected a tensor of floats of the shape {expected}")
    if tuple(target.shape) != expected:
        raise ValueError(f"target has the shape {tuple(target.shape)}; expected {expected}")
    if not target.isfinite().all():
        raise ValueError(f"target has {int((~target.isfinite()).sum())} values that are not finite; expected all in [-1, 1]")
    if target.min() < -1 or target.max() > 1:
        raise ValueError(f"target has values from {target.min().item():g} to {target.max().item():g}; expected all in [-1, 1]")
    weight = next(iter(model.parameters()))
    return target.detach().to(weight.device, weight.dtype)
