"""Fits a latent to a picture: searches for the latent whose generated picture is nearest to the target.

Report 004, section 7, uses gradient descent on the squared error, from one random latent. It is slow, diverges where the generator is
steep, and may end at a latent whose norm no random latent has. This module offers four optimisers (`explorer.search`). The default needs
about 20 steps where gradient descent needs hundreds: it starts from a linear estimate of the latent, and from an encoder's if the model has
an encoder; it uses the mean curvature of the generator from the first step (`explorer.survey`); and it keeps the latent's norm in the range
of random latents.

1. Zhu et al. 2016: projects a photo onto a generator's pictures, by gradient descent on a feature distance from an encoder's estimate.
2. Bojanowski et al. 2018 and Menon et al. 2020: in many dimensions normal samples lie near a sphere, and so should a fitted latent.
3. Gatys et al. 2016 and Larsen et al. 2016: distances between the features of a network, here of the model's own discriminator.
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
from .models import Estimates, Generates, Inverts, Opens, discriminates
from .optimizers import DEFAULT, OPTIMIZERS, Optimizer
from .search import best_so_far, halving
from .stopwatch import Stopwatch
from .survey import Survey, survey
from .zoo import CheckpointError, Zoo

MOST_STEPS, MOST_RESTARTS = 5000, 64
SPACES = ("latent", "extended")
ADDITION_PENALTY = 0.003
"""The weight of the addition's squared norm in the loss; without it, the addition gets parts that do not change the picture."""


@dataclass(frozen=True)
class Fit:
    """The best point found up to a step.

    Attributes:
        step, steps: the number of evaluations of the gradient so far, and in all.
        seconds: computing time since the start, without the time that the caller takes between two fits.
        latent: (size,).
        image: (channels, height, width), the output of `model.generate` for the latent, or of `extended.generate` for the latent and
            `beyond`.
        loss: the value of the loss at this point: without perceptual part and prior, the sum of squared errors within the mask.
        psnr: in dB, between the picture and the target within the mask.
        restart: the index of the starting point of the row.
        beyond: the addition after the first layers, (extension's size,), rounded to half precision; None in the latent space, and in the
            extended space while the latent is searched for.
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
    """Search for the latent of a picture. Yields a fit at step 0 (the encoder's estimate, which needs no gradient; without an encoder, the
    best starting point), then the best point so far every `every` steps and at the last step.

    In the extended space, a quarter of the steps searches for the latent. The other steps keep this latent, and search with L-BFGS for the
    addition after the first layers (`explorer.extended`).

    A model that `Inverts` exactly needs no search: without a mask, there is one fit, at the last step. The latent of one that inverts
    approximately is a starting point, like an encoder's estimate.

    The same arguments give the same fits. Closing the iterator stops the search. The first fit of a model takes a second longer, for
    `explorer.survey`.

    Args:
        model: in eval mode.
        target: (channels, image_size, image_size), float, in [-1, 1].
        optimizer: a name in `OPTIMIZERS`, which also has the defaults of `steps`, `restarts` and `learning_rate`.
        steps: evaluations of the gradient, each for all restarts at once.
        restarts: the number of starting points, which are optimised in one batch: the latents of the seeds `seed`, `seed` + 1 and so on.
            "quasi-newton" starts first from the encoder's estimate, if there is an encoder, and from the linear estimate. After each eighth
            of the steps it drops the worse half of the batch.
        learning_rate: only of "adam" and "sgd".
        perceptual: the weight of the discriminator's features in the distance, from 0, only pixels, to 1, only features.
        prior: the weight of the latent's squared norm in the loss. At any weight, the norm also stays in the range of 99 % of random
            latents (`typical_norms`). None for neither, as in report 004.
        space: "latent", or "extended" for a model that `Opens`.
        mask: (image_size, image_size), true at the pixels that are compared with the target; the model fills in the others. None for all.
        encoder: the encoder of this model (`encoder_of`), for a better starting point.
        every: steps between two fits.

    Raises:
        ValueError: at the call, for an invalid argument; the message says its value and what is expected.
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
        raise ValueError(f"perceptual is {weight}; expected 0 with a mask, as features depend on pixels on both sides of its edge")
    return weight


def _learning_rate(optimizer: str, rate: float | None) -> float | None:
    default = OPTIMIZERS[optimizer].learning_rate
    if default is None and rate is not None:
        raise ValueError(f"learning_rate is {rate!r}; expected None, as {optimizer!r} chooses its step lengths itself")
    return None if default is None else check_number("learning_rate", default if rate is None else rate, 1e-8, 100)


@dataclass(frozen=True, kw_only=True)
class _Search:
    """One call of `fit`, with validated arguments. `norms` is the allowed range of the latent's norm; `encoder` is None if it is not
    used."""

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
        """The number of steps that search for the latent."""
        return self.steps if self.space == "latent" else max(1, self.steps // 4)

    def starts(self, model_survey: Survey) -> Tensor:
        """The latents that the search starts from, (restarts, size)."""
        latents = draw(self.seed, self.restarts, self.model.latent_size).to(self.target.device)
        if OPTIMIZERS[self.optimizer].guess:
            visible = self.target if self.mask is None else torch.where(self.mask > 0, self.target, model_survey.samples.mean(0))
            estimates = [self.encoder.estimate(visible[None]).detach()] if self.encoder is not None else []
            estimates += [inverted(self.model, visible)] if isinstance(self.model, Inverts) else []
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
        """The evaluations of the search for the addition after the first layers, with the latent fixed."""

        def loss(rows: Tensor) -> Tensor:
            pictures = extended.generate(self.model, latent.expand(len(rows), -1), rows)
            return objective.distance(pictures) + ADDITION_PENALTY * rows.square().sum(1)

        start = torch.zeros(1, extended.extension(self.model).size, device=self.target.device, dtype=self.target.dtype)
        return search.limited_memory(loss, start, self.steps - self.latent_steps)

    def run(self) -> Iterator[Fit]:
        """The fits of `fit`, in order."""
        clock = Stopwatch()
        if isinstance(self.model, Inverts) and self.model.exact and self.mask is None:
            latent = inverted(self.model, self.target)
            with torch.no_grad():
                loss = PictureObjective(self.model, self.target, None, 0.0, self.prior, None)(latent).item()
            yield from self._fit(clock, self.steps, latent[0], loss, 0)
            return
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
        """Yield one fit; the clock is paused while the caller uses it."""
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


@torch.no_grad()
def inverted(model: Inverts, image: Tensor) -> Tensor:
    """The latent (1, size) that a model finds for a picture (channels, height, width) whose class is not known."""
    return model.invert(image[None], image.new_zeros(1, len(model.classes)))


def encoder_of(zoo: Zoo, name: str) -> Estimates | None:
    """The encoder that was trained for the current weights of a generator; None if the zoo has no such encoder, or it cannot be used."""
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
        raise ValueError(f"encoder estimates {encoder.latent_size} numbers; expected {model.latent_size}, as the model's latent has")
    if space not in SPACES:
        raise ValueError(f"space is {space!r}; expected one of {', '.join(SPACES)}")
    if space == "extended" and not isinstance(model, Opens):
        raise ValueError(f"space is {space!r}; expected 'latent', as {type(model).__name__} has no method `open`")
