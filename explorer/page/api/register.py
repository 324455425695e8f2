"""The API for scripts. /models and /history are defined here, /classify in `classify`, and all other endpoints by their tabs.

An endpoint that draws returns PNG files at the model's own resolution, and one JSON of details with everything that reproduces the
pictures. For an invalid value, the answer is a message that names the field, the value, and what is allowed.
"""

from collections.abc import Callable, Sequence

import gradio as gr

from explorer.models import Denoises, Factorises, Generates, Illustrates, Quantises, Writes
from explorer.page.shared.studio import Studio
from explorer.page.shell.messages import for_api
from explorer.zoo import CheckpointError

from . import classify

ABILITIES = {
    "generate": Generates,
    "directions": Factorises,
    "encode": Quantises,
    "write": Writes,
    "denoise": Denoises,
    "illustrate": Illustrates,
}
ABOUT = ("summary", "trained_on", "weakness")


def register(studio: Studio, endpoints: Sequence[Callable]) -> None:
    """Add /models, /history, /classify and the tabs' endpoints to the current `gr.Blocks`.

    Args:
        endpoints: of the tabs, each under its endpoint's name.
    """

    @for_api
    def models() -> list[dict]:
        """List the models, the one that the page opens with first.

        Returns:
            For each: its name, the SHA-256 of its weights, its pictures' side in pixels, what it can do ("generate" from a latent,
            "directions" of that, "encode" pictures into codes, "write" new codes, "denoise" pictures, "illustrate" sentences), what its
            model card says about it, and where it has them how many numbers its latent has, the side of its map of codes, the size of its
            codebook, its classes, and how many timesteps it knows.
        """
        entries = []
        for name in studio.catalogue.shown:
            try:
                model, facts = studio.zoo.load(name), studio.catalogue.facts(name)
            except CheckpointError:  # whoever asks for it by its name is told why
                continue
            parts = {key: getattr(model, key, None) for key in ("latent_size", "map_size", "codebook_size", "classes", "timesteps")}
            entries.append(
                {"name": name, "revision": studio.catalogue.revision(name), "image_size": studio.side(name),
                 "can": [ability for ability, capability in ABILITIES.items() if isinstance(model, capability)],
                 **{key: value for key, value in parts.items() if value is not None},
                 **{key: getattr(facts, key) or None for key in ABOUT}}
            )  # fmt: skip
        return entries

    @for_api
    def history(model: str) -> list[dict]:
        """How a model was trained.

        Args:
            model: a name that /models lists.

        Returns:
            A row for each moment that was logged: step, images seen, seconds of training, and the losses and metrics of that moment.
        """
        return studio.catalogue.checkpoint(model).log.history

    for function in (models, history, *classify.endpoints(studio), *endpoints):
        line = "api-fit" if function.__name__ == "fit" else "api"
        gr.api(function, api_name=function.__name__, concurrency_limit=2, concurrency_id=line)
