"""The endpoint of the Sample tab: /sample."""

import time
from collections.abc import Callable

import torch

from explorer import drawing
from explorer.page.api.parts import File, details, files
from explorer.page.shared import opinions
from explorer.page.shared.checks import whole
from explorer.page.shared.kinds import kind_of
from explorer.page.shared.studio import SEEDS, Studio
from explorer.page.shell.messages import for_api

from .session import FIELDS

OPINIONS = {  # what others say of each picture: the judge of the data set, and the model's own discriminator
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
        studio.catalogue.choose(model, studio.catalogue.unprompted)
        seed, count = whole("seed", seed, 0, SEEDS), FIELDS["count"].check("count", count, studio, {})
        kind = kind_of(studio, model)
        weights = kind.labels(studio, model, labels)
        checked = kind.checked(studio, model, seed, count, truncation, settings)
        drawn = drawing.several(studio.zoo.load(model), seed, count, weights, checked)
        pictures = torch.stack([one.picture for one in drawn])
        verdicts = {name: OPINIONS[name](studio, model, pictures, weights) for name in kind.opinions}
        seeds = list(range(seed, seed + count))
        made = kind.details(drawn, weights, checked)
        return files(pictures, model), details(studio, model, start, seeds=seeds, **made, **verdicts)

    return [sample]
