"""Diffusion: the forward process adds noise to a picture, and three samplers remove the noise step by step.

The timestep t runs from 0, the picture without noise, to T, almost pure noise. A reverse run starts at T or at a smaller timestep, visits
`steps` timesteps, evenly spaced and in descending order, and ends at 0. At each of them the model predicts x_0, the picture without noise.
A sampler is a short function that computes the next x from x_t and this prediction. The functions take tensors and any model that
`Denoises`. x is a picture, or in latent diffusion the latent of a picture, which `model.picture` decodes.

1. Ho et al. 2020, eqs. 4, 7 and 11: x_t in closed form, the ancestral step. Nichol & Dhariwal 2021, section 4: the same with fewer steps.
2. Song et al. 2021, "Denoising Diffusion Implicit Models", eq. 12.
3. Lu et al. 2022, "DPM-Solver++", algorithm 2: the multistep solver of second order in the predicted x_0.
4. Ho & Salimans 2021: guidance. Lin et al. 2024: timesteps are spaced from T down, so that a run starts at the noise level of x_T, on which
   the model was trained.
5. Meng et al. 2022, "SDEdit": a run that starts from a noised picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional as F

from .arguments import check_number, check_whole
from .cancellation import check
from .models import Denoises

GUIDANCE = (0.0, 12.0)
DEFAULT = {"sampler": "dpm-solver++", "steps": 12, "guidance": 1.5}  # of the page and the cards; with a class, 24 evaluations


@dataclass(frozen=True)
class Denoising:
    """The state of a reverse run before a step, or at its end.

    Attributes:
        step, steps: the number of steps taken so far, and of all steps.
        t: the timestep of `x`; 0 at the end.
        x: x_t, (batch, *shape); `model.picture` decodes it.
        x0: the model's prediction of x_0, within [-1, 1] if x is a picture; at the end x itself.
        noise: the noise in x_t that follows from `x0`, of unit variance if the prediction is right; zeros at the end.
        snr: signal-to-noise ratio at t, alpha_bar / (1 - alpha_bar); infinite at the end.
        evaluations: how often the network has run for each picture so far.
    """

    step: int
    steps: int
    t: int
    x: Tensor
    x0: Tensor
    noise: Tensor
    snr: float
    evaluations: int


def add_noise(images: Tensor, noise: Tensor, alpha_bar: float | Tensor) -> Tensor:
    """q(x_t | x_0) in closed form: sqrt(alpha_bar) x_0 + sqrt(1 - alpha_bar) noise (Ho et al. 2020, eq. 4)."""
    signal = torch.as_tensor(alpha_bar, dtype=torch.float64)
    return signal.sqrt().to(images.dtype) * images + (1 - signal).sqrt().to(images.dtype) * noise


def snr(alpha_bar: float) -> float:
    """The signal-to-noise ratio of x_t: the variance of the picture's term divided by that of the noise, for pictures of unit variance."""
    return alpha_bar / (1 - alpha_bar) if alpha_bar < 1 else math.inf


def timesteps(steps: int, start: int) -> list[int]:
    """The timesteps that a run visits, from `start` down, evenly spaced; the step from the last of them ends at 0."""
    return [round(start - i * start / steps) for i in range(steps)]


# --- The samplers -----------------------------------------------------------------------------------------------------------------------


@dataclass
class Step:
    """The input of a sampler, which computes the next x, with `next_alpha_bar` (1 at the end), from x_t, with `alpha_bar`."""

    x: Tensor
    x0: Tensor
    noise: Tensor
    alpha_bar: float
    next_alpha_bar: float
    sample_noise: Callable[[], Tensor]
    past: list[tuple[Tensor, float]] = field(default_factory=list)  # earlier predictions of x_0, with half the logarithm of their SNR


def ancestral(step: Step) -> Tensor:
    """A sample from q(x_s | x_t, x_0) with the predicted x_0 (Ho et al. 2020, eqs. 6 and 7, for any s < t)."""
    alpha, next_variance = step.alpha_bar / step.next_alpha_bar, 1 - step.next_alpha_bar
    beta, variance = 1 - alpha, 1 - step.alpha_bar
    mean = math.sqrt(step.next_alpha_bar) * beta / variance * step.x0 + math.sqrt(alpha) * next_variance / variance * step.x
    return mean + math.sqrt(next_variance / variance * beta) * step.sample_noise() if step.next_alpha_bar < 1 else mean


def ddim(step: Step) -> Tensor:
    """The predicted x_0 with the predicted noise added (Song et al. 2021, eq. 12 with sigma = 0); deterministic."""
    return math.sqrt(step.next_alpha_bar) * step.x0 + math.sqrt(1 - step.next_alpha_bar) * step.noise


def dpm_solver(step: Step) -> Tensor:
    """One step of the ODE, with the predicted x_0 extrapolated linearly in half the logarithm of the SNR (Lu et al. 2022, algorithm 2)."""
    if step.next_alpha_bar >= 1:
        return step.x0
    half_log_snr, next_half_log_snr = _half_log_snr(step.alpha_bar), _half_log_snr(step.next_alpha_bar)  # lambda in the paper
    x0 = step.x0
    if step.past:
        previous_x0, previous_half_log_snr = step.past[-1]
        x0 = x0 + (next_half_log_snr - half_log_snr) / (2 * (half_log_snr - previous_half_log_snr)) * (step.x0 - previous_x0)
    return (
        math.sqrt((1 - step.next_alpha_bar) / (1 - step.alpha_bar)) * step.x
        - math.sqrt(step.next_alpha_bar) * math.expm1(half_log_snr - next_half_log_snr) * x0
    )


def _half_log_snr(alpha_bar: float) -> float:
    return 0.5 * math.log(alpha_bar / (1 - alpha_bar))


SAMPLERS: dict[str, Callable[[Step], Tensor]] = {"ddpm": ancestral, "ddim": ddim, "dpm-solver++": dpm_solver}


# --- A run ------------------------------------------------------------------------------------------------------------------------------


def evaluations(labels: Tensor, guidance: float) -> int:
    """How often the network runs per step and picture: twice if there are labels (batch, classes) and the guidance is not 0 or 1."""
    return 2 if guidance not in (0.0, 1.0) and bool(labels.any()) else 1


@torch.no_grad()
def predict_x0(model: Denoises, x: Tensor, t: int, labels: Tensor, guidance: float) -> Tensor:
    """The model's prediction of x_0 with guidance, (batch, *shape): unconditional + guidance (conditional - unconditional)."""
    check()
    times = torch.full((len(x),), t)
    if evaluations(labels, guidance) == 1:
        return model.denoise(x, times, labels * (guidance != 0))
    outputs = model.denoise(torch.cat([x, x]), torch.cat([times, times]), torch.cat([labels, torch.zeros_like(labels)]))
    conditional, unconditional = outputs.chunk(2)
    return unconditional + guidance * (conditional - unconditional)


def denoise(
    model: Denoises,
    labels: Tensor,
    *,
    seed: int = 0,
    sampler: str = "dpm-solver++",
    steps: int = 25,
    guidance: float = 1.0,
    image: Tensor | None = None,
    start: int | None = None,
    erased: Tensor | None = None,
    clip: bool | None = None,
) -> Iterator[Denoising]:
    """Run a sampler; yields the state before each step, and at the end the state with the result. Closing the iterator stops the run.

    The random numbers of picture i of the batch have the seed `seed` + i: first x_T, then, with "ddpm", the noise of each step.

    Args:
        model: in eval mode.
        labels: (batch, classes), one-hot or soft, zeros for no class; or sentences' vectors (batch, text_size), zeros for none.
        sampler: a key of SAMPLERS.
        steps: the number of steps, 1 to `start`.
        guidance: 0 ignores the class, 1 is plain conditional sampling, more makes pictures more typical of the class.
        image: (channels, image_size, image_size) in [-1, 1]; the run starts from this picture with the noise of timestep `start`, instead
            of from pure noise.
        start: the timestep at which the run starts; None for T.
        erased: (image_size, image_size) bool, the pixels to fill. At all other pixels, every predicted x_0 is replaced by `image`. In
            latent diffusion, a position of the latent is filled if any of its pixels is erased.
        clip: clip predictions of x_0 to [-1, 1]; None: clip them if x is a picture, and not if it is a latent.

    Raises:
        ValueError: at the call, if an argument is out of range.
    """
    _check_labels(model, labels)
    if sampler not in SAMPLERS:
        raise ValueError(f"sampler is {sampler!r}; expected one of {', '.join(SAMPLERS)}")
    start = model.timesteps if start is None else check_whole("start", start, 1, model.timesteps)
    _check_image(model, image, start, erased)
    return _Run(
        model=model, labels=labels, seed=seed, sampler=sampler, steps=check_whole("steps", steps, 1, start), image=image, start=start,
        guidance=check_number("guidance", guidance, *GUIDANCE), erased=erased, clip=_in_pixel_space(model) if clip is None else clip,
    ).states()  # fmt: skip


def _check_labels(model: Denoises, labels: Tensor) -> None:
    size = getattr(model, "text_size", len(model.classes))
    if labels.dim() != 2 or labels.shape[1] != size or not labels.isfinite().all():
        raise ValueError(f"labels have the shape {tuple(labels.shape)}; expected (batch, {size}) finite numbers")


def _check_image(model: Denoises, image: Tensor | None, start: int, erased: Tensor | None) -> None:
    shape = (model.channels, model.image_size, model.image_size)
    if image is None and (erased is not None or start != model.timesteps):
        raise ValueError("image is None; expected a picture, as `erased` or `start` needs one")
    if image is not None and image.shape != shape:
        raise ValueError(f"image has the shape {tuple(image.shape)}; expected {shape}")
    if erased is not None and erased.shape != shape[1:]:
        raise ValueError(f"erased has the shape {tuple(erased.shape)}; expected {shape[1:]}")


def _in_pixel_space(model: Denoises) -> bool:
    return tuple(model.shape) == (model.channels, model.image_size, model.image_size)


@dataclass(frozen=True, kw_only=True)
class _Run:
    """One call of `denoise`, with validated arguments."""

    model: Denoises
    labels: Tensor
    seed: int
    sampler: str
    steps: int
    guidance: float
    image: Tensor | None
    start: int
    erased: Tensor | None
    clip: bool

    def states(self) -> Iterator[Denoising]:
        """The states of the run, in order."""
        model, generators = self.model, [torch.Generator().manual_seed(self.seed + i) for i in range(len(self.labels))]

        def sample_noise() -> Tensor:
            return torch.stack([torch.randn(tuple(model.shape), generator=generator) for generator in generators])

        levels, evaluations_per_step, past = model.alpha_bar.tolist(), evaluations(self.labels, self.guidance), []
        x = sample_noise()
        if self.image is not None:
            image_x0 = model.latent(self.image[None])
            x = add_noise(image_x0, x, levels[self.start])
        if self.erased is not None:
            mask = F.adaptive_max_pool2d(self.erased[None].float(), tuple(model.shape)[1:])[0].bool()
        visited = timesteps(self.steps, self.start)
        for step, (t, next_t) in enumerate(zip(visited, [*visited[1:], 0], strict=True)):
            x0 = predict_x0(model, x, t, self.labels, self.guidance)
            if self.erased is not None:
                x0 = torch.where(mask, x0, image_x0)
            x0 = x0.clamp(-1, 1) if self.clip else x0
            noise = (x - math.sqrt(levels[t]) * x0) / math.sqrt(1 - levels[t])
            yield Denoising(step, self.steps, t, x, x0, noise, snr(levels[t]), (step + 1) * evaluations_per_step)
            x = SAMPLERS[self.sampler](Step(x, x0, noise, levels[t], levels[next_t], sample_noise, past))
            past = [(x0, _half_log_snr(levels[t]))]
        yield Denoising(self.steps, self.steps, 0, x, x, torch.zeros_like(x), math.inf, self.steps * evaluations_per_step)


@torch.no_grad()
def sample(model: Denoises, labels: Tensor, **settings) -> Tensor:
    """The pictures at the end of a run, (batch, channels, image_size, image_size); settings as for `denoise`."""
    *_, end = denoise(model, labels, **settings)
    return model.picture(end.x)


def noised(model: Denoises, image: Tensor, t: int, seed: int) -> Tensor:
    """x_t (*shape) of a picture (channels, image_size, image_size), with the noise of a seed."""
    return add_noise(model.latent(image[None])[0], noise_of(model, seed), model.alpha_bar[t].item())


def noise_of(model: Denoises, seed: int) -> Tensor:
    """The noise (*shape) of a seed, which is also x_T of a reverse run with this seed."""
    return torch.randn(tuple(model.shape), generator=torch.Generator().manual_seed(seed))
