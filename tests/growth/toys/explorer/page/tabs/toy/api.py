"""The toy tab's endpoint: /toy."""

import time
from collections.abc import Callable

from explorer.page.api.parts import File, details, files
from explorer.page.shared.studio import Studio
from explorer.page.shell.messages import for_api

from .session import FIELDS, picture


def endpoints(studio: Studio) -> list[Callable]:
    """The functions, each under its endpoint's name."""

    @for_api
    def toy(model: str, seed: int = 0, length: float = 1.0) -> tuple[list[File], dict]:
        """Draw a picture whose latent is made shorter or longer.

        Args:
            model: a name that /models lists with "generate".
            seed: of the latent.
            length: the factor, 0 to 2.

        Returns:
            The picture, and details: model, revision, seed and length.
        """
        start = time.perf_counter()
        state = FIELDS.check(studio, {"model": model, "seed": seed, "length": length}, by_key=True)
        told = {"seed": state["seed"], "length": state["length"]}
        return files(picture(studio, state)[None], state["model"]), details(studio, state["model"], start, **told)

    return [toy]
