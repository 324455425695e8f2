"""The endpoint of the Sample tab: /sample."""

import time
from collections.abc import Callable
from typing import Any

import torch

from explorer import codes, diffusion, latent
from explorer.page.api.parts import File, details, files
from explorer.page.shared import conditions, opinions
from explorer.page.shared.checks import FieldError, choice, number, whole
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
        seed, count = whole("seed", seed, 0, SEEDS), FIELDS["count"].check("count", count, studio, {})
        if model in studio.catalogue.coders:
            return write(model, seed, count, truncation, labels, settings, start)
        if model in studio.catalogue.denoisers:
            return denoised(model, seed, count, truncation, labels, settings, start)
        truncation = None if truncation is None else number("truncation", truncation, *TRUNCATION)
        if labels is not None and model in studio.catalogue.unconditional:
            raise FieldError("labels", labels, f"null: {model} takes none")
        told = conditions.labels(studio, model, labels) if model in studio.catalogue.conditional else None
        if settings not in (None, {}):
            raise FieldError("settings", settings, f"null or empty: {model} has none")
        latents = latent.draw(seed, count, studio.model(model).latent_size, truncation)
        drawn = studio.draw(model, latents, told)
        more = {} if told is None else {"labels": told.tolist(), **verdicts(model, drawn, told)}
        return files(drawn, model), details(
            studio, model, start, seeds=list(range(seed, seed + count)), truncation=truncation, latents=latents.tolist(), **more
        )

    def verdicts(model: str, drawn: torch.Tensor, told: torch.Tensor) -> dict[str, list]:
        """What the judge of the data set and the model's own discriminator think of each picture."""
        return {
            "readings": opinions.likeliest(studio, model, drawn),
            "found": opinions.objects(studio, model, drawn, told),
            "realness": opinions.realness(studio, model, drawn, told),
        }

    def untruncated(model: str, seed: int, count: int, truncation: Any) -> None:
        """Refuse what a model without a latent cannot do."""
        if truncation is not None:
            raise FieldError("truncation", truncation, f"null: {model} has no latent to truncate")
        if seed + count - 1 > SEEDS:
            raise FieldError("seed", seed, f"at most {SEEDS + 1 - count} for {count} pictures")

    def denoised(model: str, seed: int, count: int, truncation: Any, labels: Any, settings: Any, start: float) -> tuple[list[File], dict]:
        """/sample of a diffusion model."""
        network = studio.denoiser(model)
        untruncated(model, seed, count, truncation)
        weights = class_weights(labels, len(network.classes))
        checked = endpoint_settings(studio, model, settings, REVERSE)
        starts = range(0, count, TOGETHER)  # together they take half the time, and differ by at most one level of 255
        asked = torch.tensor([weights]).expand(count, -1).split(TOGETHER)
        drawn = torch.cat([diffusion.sample(network, part, seed=seed + i, **checked) for i, part in zip(starts, asked, strict=True)])
        readings = opinions.likeliest(studio, model, drawn)
        return files(drawn, model), details(
            studio, model, start, seeds=list(range(seed, seed + count)), labels=weights, settings=checked, readings=readings
        )

    def write(model: str, seed: int, count: int, truncation: Any, labels: Any, settings: Any, start: float) -> tuple[list[File], dict]:
        """/sample of a model that writes codes."""
        network = studio.coder(model)
        untruncated(model, seed, count, truncation)
        weights = class_weights(labels, len(network.classes), together=False)
        checked = endpoint_settings(studio, model, settings, PRIOR)
        labelled = torch.tensor([weights])
        maps = torch.cat([codes.write(network, labelled, seed=seed + i, **checked) for i in range(count)])
        with torch.inference_mode():
            drawn = torch.cat([network.decode(each[None]) for each in maps])
        readings = opinions.likeliest(studio, model, drawn)
        return files(drawn, model), details(
            studio, model, start, seeds=list(range(seed, seed + count)), labels=weights, settings=checked, codes=maps.tolist(),
            readings=readings,
        )  # fmt: skip

    return [sample]
