"""The API that scripts call, each endpoint registered once whatever tabs share it: /models, /sample, /history here, the others in api_*.py.

Each returns pictures as PNG files and one JSON of details that holds what is needed to make them again. Pictures have the model's own
pixels. A value that cannot be used is answered with a message that names the field, what came and what is allowed.
"""

import time
from typing import Any

import gradio as gr
import torch

from explorer import codes, diffusion, latent
from explorer.models import Denoises, Factorises, Generates, Illustrates, Quantises, Writes
from explorer.page.shared import conditions, opinions
from explorer.page.shared.checks import FieldError, choice, number, numbers, said, whole
from explorer.page.shared.conditions import ANY
from explorer.page.shared.kinds import settings as prior_settings
from explorer.page.shared.studio import SEEDS, TRUNCATION, Studio
from explorer.page.tabs.birds import api as api_birds
from explorer.page.tabs.codes import api as api_codes
from explorer.page.tabs.diffusion import api as api_diffusion
from explorer.page.tabs.latent import api as api_latent

from . import classify as api_classify
from .parts import File, details, files
from .parts import settings as settings_of

COUNT = 64
TOGETHER = 16  # pictures that a diffusion model draws in one batch
ABILITIES = {
    "generate": Generates,
    "directions": Factorises,
    "encode": Quantises,
    "write": Writes,
    "denoise": Denoises,
    "illustrate": Illustrates,
}
ABOUT = ("summary", "trained_on", "weakness")


def register(studio: Studio) -> None:
    """Add the endpoints to the Blocks in work."""

    @said
    def models() -> list[dict]:
        """List the models, the one that the page opens with first.

        Returns:
            For each: its name, the SHA-256 of its weights, its pictures' side in pixels, what it can do ("generate" from a latent,
            "directions" of that, "encode" pictures into codes, "write" new codes, "denoise" pictures, "illustrate" sentences), what its
            model card says about it, and where it has them how many numbers its latent has, the side of its map of codes, the size of its
            codebook, its classes, and how many timesteps it knows.
        """
        found = []
        for name in studio.shown:
            model = studio.zoo.load(name)
            parts = {key: getattr(model, key, None) for key in ("latent_size", "map_size", "codebook_size", "classes", "timesteps")}
            found.append(
                {"name": name, "revision": studio.revision(name), "image_size": studio.side(name),
                 "can": [ability for ability, capability in ABILITIES.items() if isinstance(model, capability)],
                 **{key: value for key, value in parts.items() if value is not None},
                 **{key: studio.card(name).get(key) for key in ABOUT}}
            )  # fmt: skip
        return found

    @said
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
        choice("model", model, studio.unprompted)
        seed, count = whole("seed", seed, 0, SEEDS), whole("count", count, 1, COUNT)
        if model in studio.coders:
            return write(model, seed, count, truncation, labels, settings, start)
        if model in studio.denoisers:
            return denoised(model, seed, count, truncation, labels, settings, start)
        truncation = None if truncation is None else number("truncation", truncation, *TRUNCATION)
        if labels is not None and model in studio.models:
            raise FieldError("labels", labels, f"null: {model} takes none")
        told = conditions.labels(studio, model, labels) if model in studio.conditional else None
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
        weights = api_diffusion.class_weights(labels, len(network.classes))
        told = api_diffusion.run_settings(studio, model, seed, settings)
        starts = range(0, count, TOGETHER)  # together they take half the time, and differ by at most one level of 255
        asked = torch.tensor([weights]).expand(count, -1).split(TOGETHER)
        drawn = torch.cat([diffusion.sample(network, part, seed=seed + i, **told) for i, part in zip(starts, asked, strict=True)])
        readings = opinions.likeliest(studio, model, drawn)
        return files(drawn, model), details(
            studio, model, start, seeds=list(range(seed, seed + count)), labels=weights, settings=told, readings=readings
        )

    def write(model: str, seed: int, count: int, truncation: Any, labels: Any, settings: Any, start: float) -> tuple[list[File], dict]:
        """/sample of a model that writes codes."""
        network = studio.coder(model)
        untruncated(model, seed, count, truncation)
        classes = len(network.classes)
        weights = [0.0] * classes if labels is None else numbers("labels", labels, classes, 1.0)
        if min(weights) < 0:
            raise FieldError("labels", min(weights), "numbers from 0 to 1")
        more = settings_of(settings, ("temperature", "top"))
        checked = prior_settings(studio, model, ANY, seed, more.get("temperature", 1.0), more.get("top"))
        kept = {key: checked[key] for key in ("temperature", "top")}
        told = torch.tensor([weights])
        maps = torch.cat([codes.write(network, told, seed=seed + i, **kept) for i in range(count)])
        with torch.inference_mode():
            drawn = torch.cat([network.decode(each[None]) for each in maps])
        readings = opinions.likeliest(studio, model, drawn)
        return files(drawn, model), details(
            studio, model, start, seeds=list(range(seed, seed + count)), labels=weights, settings=kept, codes=maps.tolist(),
            readings=readings,
        )  # fmt: skip

    @said
    def history(model: str) -> list[dict]:
        """How a model was trained.

        Args:
            model: a name that /models lists.

        Returns:
            A row for each moment that was logged: step, images seen, seconds of training, and the losses and metrics of that moment.
        """
        return studio.checkpoint(choice("model", model, studio.shown)).history

    for function in (
        models,
        sample,
        history,
        *api_latent.endpoints(studio),
        *api_codes.endpoints(studio),
        *api_diffusion.endpoints(studio),
        *api_classify.endpoints(studio),
        *api_birds.endpoints(studio),
    ):
        line = "api-fit" if function.__name__ == "fit" else "api"
        gr.api(function, api_name=function.__name__, concurrency_limit=2, concurrency_id=line)
