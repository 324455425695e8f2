"""The API for scripts. /models and /history are defined here, /classify in `classify`, and all other endpoints by their tabs.

An endpoint that generates pictures returns PNG files in the model's resolution, and a JSON object, the details, with which the pictures can
be reproduced. For an invalid value, an endpoint returns a message with the name of the field, the value, and what is allowed.
"""

from collections.abc import Callable, Sequence

import gradio as gr

from explorer.models import Denoises, Factorises, Generates, Illustrates, Inverts, Quantises, Recognises, Writes
from explorer.page.shared.studio import Studio
from explorer.page.shell.messages import for_api
from explorer.zoo import CheckpointError

from . import classify

ABILITIES = {
    "generate": Generates,
    "invert": Inverts,
    "directions": Factorises,
    "encode": Quantises,
    "write": Writes,
    "denoise": Denoises,
    "illustrate": Illustrates,
    "recognise": Recognises,
}
ABOUT = ("summary", "trained_on", "weakness")


def register(studio: Studio, endpoints: Sequence[Callable]) -> None:
    """Add /models, /history, /classify and the tabs' endpoints to the current `gr.Blocks`.

    Args:
        endpoints: the functions of the tabs; each has the name of its endpoint.
    """

    @for_api
    def models() -> list[dict]:
        """List the models, the one that the page opens with first.

        Returns:
            For each model: its name, the SHA-256 of its weights, the side of its pictures in pixels, what it can do ("generate" pictures
            from a latent, "invert" pictures to latents, find "directions" in its latent space, "encode" pictures as codes, "write" new
            codes, "denoise" pictures, "illustrate" sentences, "recognise" digits), and what its model card says about it. Also, if the
            model has them: the size of its latent, the side of its map of codes, the size of its codebook, its classes, its number of
            timesteps, and the numbers of labels that its classifiers have seen ("counts").
        """
        entries = []
        for name in studio.catalogue.shown:
            try:
                model, facts = studio.zoo.load(name), studio.catalogue.facts(name)
            except CheckpointError:  # a request for this model by its name is answered with the reason
                continue
            parts = {
                key: getattr(model, key, None) for key in ("latent_size", "map_size", "codebook_size", "classes", "timesteps", "counts")
            }
            entries.append(
                {"name": name, "revision": studio.catalogue.revision(name), "image_size": studio.side(name),
                 "can": [ability for ability, capability in ABILITIES.items() if isinstance(model, capability)],
                 **{key: value for key, value in parts.items() if value is not None},
                 **{key: getattr(facts, key) or None for key in ABOUT}}
            )  # fmt: skip
        return entries

    @for_api
    def history(model: str) -> list[dict]:
        """Return the training log of a model, or of a run of the Training lab.

        Args:
            model: a name that /models lists, or the name of a run, such as lab-digits-wgan-0.

        Returns:
            One row for each logged step: the step, the images seen and the seconds of training so far, and the losses and metrics.
        """
        return studio.runs[model].log.history if model in studio.runs else studio.catalogue.checkpoint(model).log.history

    for function in (models, history, *classify.endpoints(studio), *endpoints):
        line = "api-fit" if function.__name__ == "fit" else "api"
        gr.api(function, api_name=function.__name__, concurrency_limit=2, concurrency_id=line)
