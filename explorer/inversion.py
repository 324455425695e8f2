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

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from . import extended, search
from .arguments import check_mask, check_number, check_picture, check_whole
from .latent import MOST_SEED, draw, onto_shell, typical_norms
from .likeness import PictureObjective, psnr
from .models import Estimates, Generates, Opens, discriminates
from .search import best_so_far, halving
from .stopwatch import Stopwatch
from .survey import Survey, survey
from .zoo import CheckpointError, Zoo

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
    _check_model(model, encoder, space)
    weight = next(iter(model.parameters()))
    target = check_picture("target", target, (model.channels, model.image_size, model.image_size)).detach().to(weight.device, weight.dtype)
    defaults = _defaults(optimizer)
    return _Search(
        model=model, target=target, optimizer=optimizer, space=space,
        steps=check_whole("steps", defaults.steps if steps is None else steps, 1, MOST_STEPS),
        restarts=check_whole("restarts", defaults.restarts if restarts is None else restarts, 1, MOST_RESTARTS),
        learning_rate=_learning_rate(optimizer, learning_rate),
        perceptual=_perceptual(model, perceptual, mask),
        prior=0.0 if prior is None else check_number("prior", prior, 0, 1e6),
        norms=search.EVERYWHERE if prior is None else typical_norms(model.latent_size),
        mask=None if mask is None else check_mask("mask", mask, tuple(target.shape[1:])).to(target),
        encoder=encoder if defaults.guess else None,
        seed=check_whole("seed", seed, 0, MOST_SEED - MOST_RESTARTS), every=check_whole("every", every, 1, MOST_STEPS),
    ).run()  # fmt: skip


def _defaults(optimizer: str) -> Optimizer:
    if not isinstance(optimizer, str) or optimizer not in OPTIMIZERS:
        raise ValueError(f"optimizer is {optimizer!r}; expected one of {', '.join(OPTIMIZERS)}")
    return OPTIMIZERS[optimizer]


def _perceptual(model: Generates, weight: float, mask: Tensor | None) -> float:
    weight = check_number("perceptual", weight, 0, 1)
    if weight and not discriminates(model):
        raise ValueError(f"perceptual is {weight}; expected 0, as {type(model).__name__} has no discriminator")
    if weight and mask is not None:
        raise ValueError(f"perceptual is {weight}; expected 0 with a mask, as a feature sees pixels on both sides of its edge")
    return weight


def _learning_rate(optimizer: str, rate: float | None) -> float | None:
    default = OPTIMIZERS[optimizer].learning_rate
    if default is None and rate is not None:
        raise ValueError(f"learning_rate is {rate!r}; expected None, as {optimizer!r} finds its own step lengths")
    return None if default is None else check_number("learning_rate", default if rate is None else rate, 1e-8, 100)


@dataclass(frozen=True, kw_only=True)
class _Search:
    """One call of `fit`, whose settings are checked; `norms` is the range of the latent's length, `encoder` None if it is not used."""

    model: Generates
    target: Tensor
    optimizer: str
    steps: int
    restarts: int
    learning_rate: float | None
    perceptual: float
    prior: float
    norms: tuple[float, float]
    space: str
    mask: Tensor | None
    encoder: Estimates | None
    seed: int
    every: int

    @property
    def latent_steps(self) -> int:
        """How many of the steps search for the latent."""
        return self.steps if self.space == "latent" else max(1, self.steps // 4)

    def starts(self, model_survey: Survey) -> Tensor:
        """The latents that the search starts from, (restarts, size)."""
        latents = draw(self.seed, self.restarts, self.model.latent_size).to(self.target.device)
        if OPTIMIZERS[self.optimizer].guess:
            visible = self.target if self.mask is None else torch.where(self.mask > 0, self.target, model_survey.samples.mean(0))
            estimates = [self.encoder.estimate(visible[None]).detach()] if self.encoder is not None else []
            latents = torch.cat([*estimates, model_survey.guess(visible[None]), latents])[: self.restarts]
        return onto_shell(latents, self.norms)

    def latents(self, starts: Tensor, model_survey: Survey, objective: PictureObjective) -> Iterator[search.Evaluation]:
        """The evaluations of the search for the latent."""
        if self.optimizer == "quasi-newton":
            curvature = 2 * (model_survey.metric + self.prior * torch.eye(self.model.latent_size, device=self.target.device))
            return search.quasi_newton(
                objective, starts, self.latent_steps, curvature, self.norms, halving(self.restarts, self.latent_steps)
            )
        if self.optimizer == "lbfgs":
            return search.limited_memory(objective, starts, self.latent_steps, self.norms)
        descend = search.adam if self.optimizer == "adam" else search.momentum_descent
        return descend(objective, starts, self.latent_steps, self.learning_rate, self.norms)

    def additions(self, latent: Tensor, objective: PictureObjective) -> Iterator[search.Evaluation]:
        """The evaluations of the search for what is added behind the first layers, with the latent fixed."""

        def loss(rows: Tensor) -> Tensor:
            pictures = extended.generate(self.model, latent.expand(len(rows), -1), rows)
            return objective.distance(pictures) + TETHER * rows.square().sum(1)

        start = torch.zeros(1, extended.extension(self.model).size, device=self.target.device, dtype=self.target.dtype)
        return search.limited_memory(loss, start, self.steps - self.latent_steps)

    def run(self) -> Iterator[Fit]:
        """The fits of `fit`, in order."""
        clock = Stopwatch()
        model_survey = survey(self.model)
        objective = PictureObjective(self.model, self.target, model_survey, self.perceptual, self.prior, self.mask)
        starts = self.starts(model_survey)
        if self.encoder is not None:
            with torch.no_grad():
                loss = objective(starts[:1]).item()
            yield from self._fit(clock, 0, starts[0], loss, 0)
        for step, latent, loss, restart in best_so_far(self.latents(starts, model_survey, objective)):
            if (step % self.every == 0 or step == self.steps) and (step or self.encoder is None):
                yield from self._fit(clock, step, latent, loss, restart)
        if self.space == "latent":
            return
        for step, beyond, loss, _ in best_so_far(self.additions(latent, objective)):
            if step and ((self.latent_steps + step) % self.every == 0 or self.latent_steps + step == self.steps):
                yield from self._fit(clock, self.latent_steps + step, latent, loss, restart, beyond)

    def _fit(self, clock: Stopwatch, step: int, latent: Tensor, loss: float, restart: int, beyond: Tensor | None = None) -> Iterator[Fit]:
        """One fit; the clock stands while the caller has it."""
        with torch.no_grad():
            if beyond is None:
                image = self.model.generate(latent[None])[0]
            else:
                beyond = beyond.half().to(beyond.dtype)
                image = extended.generate(self.model, latent[None], beyond[None])[0]
        fit = Fit(step, self.steps, clock.read(), latent, image, loss, psnr(image, self.target, self.mask), restart, beyond)
        clock.pause()
        yield fit
        clock.resume()


def encoder_of(zoo: Zoo, name: str) -> Estimates | None:
    """The encoder that was trained for these very weights of a generator, if it is in the zoo and can be used."""
    for encoder_name in zoo.names(Estimates):
        config = zoo.checkpoints[encoder_name].config
        if config["generator"] == name and config["drawn_by"] == zoo.checkpoints[name].revision:
            with suppress(CheckpointError):  # a fit works without the encoder's guess
                return zoo.load(encoder_name)
    return None


def _check_model(model: Generates, encoder: Estimates | None, space: str) -> None:
    if not isinstance(model, Generates):
        raise ValueError(f"the model is of the type {type(model).__name__}; expected one that generates pictures")
    if getattr(model, "training", False):
        raise ValueError("the model is in training mode, where a picture depends on its batch; expected eval mode")
    if encoder is not None and encoder.latent_size != model.latent_size:
        raise ValueError(f"encoder guesses {encoder.latent_size} numbers; expected {model.latent_size}, the model's")
    if space not in SPACES:
        raise ValueError(f"space is {space!r}; expected one of {', '.join(SPACES)}")
    if space == "extended" and not isinstance(model, Opens):
        raise ValueError(f"space is {space!r}; expected 'latent', as {type(model).__name__} does not open")
