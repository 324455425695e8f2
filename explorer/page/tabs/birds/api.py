"""The endpoint of sentences: /text_to_bird."""

import time
from collections.abc import Callable

import torch

from explorer.page.api.parts import File, details, files
from explorer.page.shared import opinions
from explorer.page.shared.studio import Studio
from explorer.page.shell.messages import for_api

from .session import FIELDS
from .views import BirdViews


def endpoints(studio: Studio) -> list[Callable]:
    """The functions, each under its endpoint's name."""
    views = BirdViews(studio)

    @for_api
    def text_to_bird(
        sentence: str,
        model: str = "stackgan-birds",
        seed: int = 0,
        count: int = 1,
        other: str = "",
        augmentation: float = 1.0,
    ) -> tuple[list[File], dict]:
        """Generate pictures of birds for a sentence.

        Args:
            sentence: what to draw, at most 400 characters, such as "a small red bird with black wings".
            model: a text-to-image model: one that /models lists with the capability "illustrate".
            seed: the seed of the first picture's noise, 0 to 4294967295. Picture i has the seed `seed` + i and does not depend on `count`.
            count: how many pictures, 1 to 32.
            other: a second sentence, or "". With one, all pictures have the same noise, that of `seed`, and go from the first sentence to
                the second in equal steps.
            augmentation: standard deviation of the noise of conditioning augmentation, 0 to 3; 1 as in training, 0 for none.

        Returns:
            The pictures of the last stage, and details: model, revision, sentence, other, seeds, shares (the weight of the second sentence
            in each picture), unknown (words that no training sentence contains) and, if the checkpoint judge-birds is installed, readings:
            for each picture the colours that this judge predicts for the parts of the bird, with their probabilities.
        """
        start = time.perf_counter()
        values = {"model": model, "sentence": sentence, "seed": seed, "count": count, "other": other, "augmentation": augmentation}
        state = FIELDS.check(studio, values, by_key=True)
        seeds, shares, stages = zip(*views.drawn(state), strict=True)
        drawn = [pictures[-1] for pictures in stages]
        return files(torch.stack(drawn), state["model"]), details(
            studio, state["model"], start, sentence=state["sentence"], other=state["other"], seeds=list(seeds), shares=list(shares),
            augmentation=state["augmentation"], unknown=views.unknown(state),
            readings=[opinions.colours(studio, picture) for picture in drawn],
        )  # fmt: skip

    return [text_to_bird]
