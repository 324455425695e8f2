"""The endpoint of the Sample tab: /sample."""

import time
from collections.abc import Callable

import torch

from explorer import drawing
from explorer.page.api.parts import File, details, files
from explorer.page.shared import opinions
from explorer.page.shared.checks import whole
from explorer.page.shared.kinds import kind_of
from explorer.page.shared.studio import LARGEST_SEED, Studio
from explorer.page.shell.messages import for_api

from .session import FIELDS

OPINIONS = {  # how each picture is evaluated: by the judge of the data set, and by the model's own discriminator
    "readings": lambda studio, model, pictures, labels: opinions.likeliest(studio, model, pictures),
    "found": opinions.objects,
    "realness": opinions.realness,
}


def endpoints(studio: Studio) -> list[Callable]:
    """The functions, each under its endpoint's name."""

    @for_api
    def sample(
        model: str,
        seed: int = 0,
        count: int = 1,
        truncation: float | None = None,
        labels: list[float | str] | None = None,
        settings: dict | None = None,
    ) -> tuple[list[File], dict]:
        """Generate pictures from seeds. Picture i depends on seed + i only, not on the count.

        Args:
            model: a model that /models lists; for a model with the capability "illustrate", call /text_to_bird instead.
            seed: the seed of the first picture, 0 to 4294967295.
            count: how many pictures, 1 to 64.
            truncation: for models with a latent: the largest magnitude of its numbers in standard deviations, 0.1 to 4; null for none.
            labels: for models with classes: one number from 0 to 1 for each class; null for no class, and for models without classes. For
                conditional GANs: numbers that are not all 0, or names, such as ["frog"] or ["red cube", "cyan sphere"].
            settings: for models that write codes: temperature, 0.05 to 5, and top, the number of likeliest codes to sample from; for
                diffusion models: sampler, steps and guidance, as for /denoise; null or empty for all others.

        Returns:
            The pictures, and details: model, revision, seeds, and the inputs of the pictures: truncation and latents, or labels, settings
            and codes. Also readings, the predictions of the judge of the data set, if it is installed; for models of scenes found, which of
            the requested objects the judge finds; for conditional GANs realness, their discriminator's probability that a picture is real.
        """
        start = time.perf_counter()
        studio.catalogue.choose(model, studio.catalogue.unprompted)
        seed, count = whole("seed", seed, 0, LARGEST_SEED), FIELDS["count"].check("count", count, studio, {})
        kind = kind_of(studio, model)
        weights = kind.labels(studio, model, labels)
        checked = kind.checked(studio, model, seed, count, truncation, settings)
        drawn = drawing.several(studio.zoo.load(model), seed, count, weights, checked)
        pictures = torch.stack([one.picture for one in drawn])
        evaluations = {name: OPINIONS[name](studio, model, pictures, weights) for name in kind.opinions}
        seeds = list(range(seed, seed + count))
        inputs = kind.details(drawn, weights, checked)
        return files(pictures, model), details(studio, model, start, seeds=seeds, **inputs, **evaluations)

    return [sample]
