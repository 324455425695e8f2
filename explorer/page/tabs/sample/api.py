"""The endpoint of the Sample tab: /sample."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from explorer import codes, diffusion, latent
from explorer.page.api.parts import File, details, files
from explorer.page.shared import conditions, opinions
from explorer.page.shared.checks import FieldError, choice, number
from explorer.page.shared.kinds import PRIOR, REVERSE, class_weights, endpoint_settings
from explorer.page.shared.studio import SEEDS, TRUNCATION, Studio
from explorer.page.shell.messages import answered

from .session import FIELDS

TOGETHER = 16  # pictures that a diffusion model draws in one batch


def endpoints(studio: Studio) -> list[Callable]:
    """The functions, each under its endpoint's name."""

    @answered
    def sample(
        model: str,
        seed: int = 0,
        count: int = 1,
        truncation: float | None = None,
        labels: list[float | str] | None = None,
        settings: dict | None = None,
    ) -> tuple[list[File], dict]:
        """Draw pictures by chance. Picture i depends on seed + i alone, whatever the count.

        Args:
            model: a name that /models lists, but for those that "illustrate": they need a sentence (/text_to_bird).
            seed: of the first picture, 0 to 4294967295.
            count: how many pictures, 1 to 64.
            truncation: of models with a latent: the largest magnitude of its numbers in standard deviations, 0.1 to 4; null for none.
            labels: of models with classes: one number from 0 to 1 for each; null for no class, and for models that take none. Of
                conditional GANs numbers that are not all 0, or names, such as ["frog"] or ["red cube", "cyan sphere"].
            settings: of models that write codes: temperature, 0.05 to 5, and top, how many of the likeliest codes can be drawn; of models
                that denoise: sampler, steps and guidance, as for /denoise; null or empty for the others.

        Returns:
            The pictures, and details: model, revision, seeds, and what they were drawn from: truncation and latents, or labels, settings,
            codes, and what the judge of the data set reads, where it is there; of scenes, which of the objects it found. Of conditional
            GANs also how sure their own discriminator is that each picture is real.
        """
        start = time.perf_counter()
        choice("model", model, studio.catalogue.unprompted)
        seed, count = FIELDS["seed"].check("seed", seed, studio, {}), FIELDS["count"].check("count", count, studio, {})
        draw = _written if model in studio.catalogue.coders else _denoised if model in studio.catalogue.denoisers else _generated
        drawn, about = draw(studio, Request(model, seed, count, truncation, labels, settings))
        return files(drawn, model), details(studio, model, start, seeds=list(range(seed, seed + count)), **about)

    return [sample]


@dataclass(frozen=True)
class Request:
    """What a caller asked for: `model`, `seed` and `count` are checked, the rest is not."""

    model: str
    seed: int
    count: int
    truncation: Any
    labels: Any
    settings: Any


Drawn = tuple[Tensor, dict[str, Any]]  # the pictures, and what they were drawn from


def _generated(studio: Studio, request: Request) -> Drawn:
    """The pictures of a model with a latent."""
    model, labels = request.model, request.labels
    truncation = None if request.truncation is None else number("truncation", request.truncation, *TRUNCATION)
    if labels is not None and model in studio.catalogue.unconditional:
        raise FieldError("labels", labels, f"null: {model} takes none")
    weights = conditions.labels(studio, model, labels) if model in studio.catalogue.conditional else None
    if request.settings not in (None, {}):
        raise FieldError("settings", request.settings, f"null or empty: {model} has none")
    latents = latent.draw(request.seed, request.count, studio.model(model).latent_size, truncation)
    drawn, about = studio.draw(model, latents, weights), {"truncation": truncation, "latents": latents.tolist()}
    return drawn, about if weights is None else about | {"labels": weights.tolist(), **_verdicts(studio, model, drawn, weights)}


def _verdicts(studio: Studio, model: str, drawn: Tensor, weights: Tensor) -> dict[str, list]:
    """What the judge of the data set and the model's own discriminator think of each picture."""
    return {
        "readings": opinions.likeliest(studio, model, drawn),
        "found": opinions.objects(studio, model, drawn, weights),
        "realness": opinions.realness(studio, model, drawn, weights),
    }


def _untruncated(request: Request) -> None:
    """Refuse what a model without a latent cannot do."""
    if request.truncation is not None:
        raise FieldError("truncation", request.truncation, f"null: {request.model} has no latent to truncate")
    if request.seed + request.count - 1 > SEEDS:
        raise FieldError("seed", request.seed, f"at most {SEEDS + 1 - request.count} for {request.count} pictures")


def _denoised(studio: Studio, request: Request) -> Drawn:
    """The pictures of a diffusion model."""
    model, count, network = request.model, request.count, studio.denoiser(request.model)
    _untruncated(request)
    weights = class_weights(request.labels, len(network.classes))
    chosen = endpoint_settings(studio, model, request.settings, REVERSE)
    starts = range(0, count, TOGETHER)  # together they take half the time, and differ by at most one level of 255
    parts = torch.tensor([weights]).expand(count, -1).split(TOGETHER)
    batches = [diffusion.sample(network, part, seed=request.seed + start, **chosen) for start, part in zip(starts, parts, strict=True)]
    drawn = torch.cat(batches)
    return drawn, {"labels": weights, "settings": chosen, "readings": opinions.likeliest(studio, model, drawn)}


def _written(studio: Studio, request: Request) -> Drawn:
    """The pictures of a model that writes codes."""
    model, network = request.model, studio.coder(request.model)
    _untruncated(request)
    weights = class_weights(request.labels, len(network.classes), together=False)
    chosen = endpoint_settings(studio, model, request.settings, PRIOR)
    labels = torch.tensor([weights])
    maps = torch.cat([codes.write(network, labels, seed=request.seed + i, **chosen) for i in range(request.count)])
    with torch.inference_mode():
        drawn = torch.cat([network.decode(each[None]) for each in maps])
    readings = opinions.likeliest(studio, model, drawn)
    return drawn, {"labels": weights, "settings": chosen, "codes": maps.tolist(), "readings": readings}
