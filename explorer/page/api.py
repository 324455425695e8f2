"""The API that scripts call: /models, /sample, /fit, /interpolate, /sweep and /directions, each registered once whatever tabs share it.

Each returns pictures as PNG files and one JSON of details that holds what is needed to make them again. Pictures have the model's own
pixels. A value that cannot be used is answered with a message that names the field, what came and what is allowed.
"""

import time
from pathlib import Path
from typing import Any, Literal, TypedDict

import gradio as gr
import torch
from gradio.data_classes import FileData
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder, is_in_or_equal
from PIL import Image
from torch import Tensor

from .. import images, inversion, latent
from .checks import FieldError, choice, number, numbers, places, said, whole
from .fitting import fit_options
from .session import DIRECTIONS, FRAMES, KINDS, PATHS
from .studio import SEEDS, TRUNCATION, Studio


class File(TypedDict):
    """A file by its place on the server, as Gradio's clients upload and download them (`gradio_client.handle_file`)."""

    path: str
    meta: dict[str, str]


COUNT = 64
RANGE = 10.0


def register(studio: Studio) -> None:
    """Add the endpoints to the Blocks in work."""

    def details(model: str, since: float, **more: Any) -> dict[str, Any]:
        spent = round((time.perf_counter() - since) * 1000, 1)
        return {"model": model, "revision": studio.revision(model), **more, "milliseconds": spent}

    def pictures(model: str, latents: Tensor) -> list[File]:
        return [_file(images.to_pil(image), f"{model}-{i}.png") for i, image in enumerate(studio.draw(model, latents))]

    def endpoint(model: str, field: str, value: Any) -> tuple[Tensor, dict[str, Any]]:
        """A latent, and how it was given, from a seed or a list of numbers."""
        if isinstance(value, (list, tuple)):
            spec: dict[str, Any] = {"latent": numbers(field, value, studio.model(model).latent_size)}
        else:
            spec = {"seed": whole(field, value, 0, SEEDS)}
        return studio.latent(model, spec), spec

    @said
    def models() -> list[dict]:
        """List the models that draw pictures from a latent, the one that the page opens with first.

        Returns:
            For each: its name, the SHA-256 of its weights, how many numbers its latent has, its pictures' side in pixels, what it can do
            ("generate", "directions"), and what its model card says about it.
        """
        found = []
        for name in studio.models:
            model = studio.model(name)
            abilities = ["generate", *(["directions"] if hasattr(model, "latent_weight") else [])]
            about = {key: studio.card(name).get(key) for key in ("summary", "trained_on", "weakness")}
            found.append(
                {"name": name, "revision": studio.revision(name), "latent_size": model.latent_size, "image_size": model.image_size,
                 "can": abilities, **about}
            )  # fmt: skip
        return found

    @said
    def sample(
        model: str,
        seed: int = 0,
        count: int = 1,
        truncation: float | None = None,
        labels: list[float] | None = None,
        settings: dict | None = None,
    ) -> tuple[list[File], dict]:
        """Draw pictures by chance. Picture i depends on seed + i alone, whatever the count.

        Args:
            model: a name that /models lists.
            seed: of the first picture, 0 to 4294967295.
            count: how many pictures, 1 to 64.
            truncation: the largest magnitude of a latent's numbers in standard deviations, 0.1 to 4; null for none.
            labels: for models that take conditions; null for those that take none.
            settings: for models that have some; null or empty for those that have none.

        Returns:
            The pictures, and details: model, revision, seeds, truncation, latents.
        """
        start = time.perf_counter()
        choice("model", model, studio.models)
        seed, count = whole("seed", seed, 0, SEEDS), whole("count", count, 1, COUNT)
        truncation = None if truncation is None else number("truncation", truncation, *TRUNCATION)
        if labels is not None:
            raise FieldError("labels", labels, f"null: {model} takes none")
        if settings not in (None, {}):
            raise FieldError("settings", settings, f"null or empty: {model} has none")
        latents = latent.draw(seed, count, studio.model(model).latent_size, truncation)
        drawn = pictures(model, latents)
        return drawn, details(model, start, seeds=list(range(seed, seed + count)), truncation=truncation, latents=latents.tolist())

    @said
    def fit(
        image: File,
        model: str,
        optimizer: str | None = None,
        steps: int | None = None,
        restarts: int | None = None,
        seed: int = 0,
        settings: dict | None = None,
    ) -> tuple[list[File], dict]:
        """Find the latent whose picture comes closest to a photo.

        Args:
            image: a PNG, JPEG, WebP or GIF file of at most 8 MB and 16 megapixels; its centre square is used.
            model: a name that /models lists.
            optimizer: the method; null for the default.
            steps: 1 to 2000; null for the method's own.
            restarts: searches side by side, of which the best is kept, 1 to 32; null for the method's own.
            seed: of the search's starting points.
            settings: learning_rate and perceptual, the weight of the discriminator's features from 0 to 1.

        Returns:
            The fitted picture and the target as the model sees it, and details: model, revision, seed, settings, psnr in dB, its percentile
            among photos that the model never saw (null if nobody measured), seconds, latent.
        """
        start = time.perf_counter()
        choice("model", model, studio.models)
        more = _settings(settings, ("learning_rate", "perceptual"))
        options = fit_options(optimizer, steps, restarts, more.get("learning_rate"), more.get("perceptual", 0.0), seed)
        network = studio.model(model)
        photo = images.to_tensor(_upload(image), network.image_size)
        for found in inversion.fit(network, photo, **options):
            last = found
        drawn = [_file(images.to_pil(last.image), f"{model}-fit.png"), _file(images.to_pil(photo), "target.png")]
        return drawn, details(
            model, start, seed=options["seed"], settings=options, psnr=last.psnr, percentile=studio.percentile(model, last.psnr),
            seconds=last.seconds, latent=last.latent.tolist(),
        )  # fmt: skip

    @said
    def interpolate(
        model: str, start: int | list[float], end: int | list[float], frames: int = 9, path: Literal["slerp", "lerp"] = "slerp"
    ) -> tuple[list[File], dict]:
        """Draw the way from one latent to another; the first and last pictures are the endpoints' own.

        Args:
            model: a name that /models lists.
            start: a seed, or a latent as a list of numbers.
            end: a seed, or a latent as a list of numbers.
            frames: pictures, both ends included, 2 to 48.
            path: slerp along the sphere, lerp along the straight line.

        Returns:
            The pictures in order, and details: model, revision, start, end, along (the path), latents.
        """
        begun = time.perf_counter()
        choice("model", model, studio.models)
        (a, given_a), (b, given_b) = endpoint(model, "start", start), endpoint(model, "end", end)
        rows = latent.interpolate(a, b, whole("frames", frames, *FRAMES), choice("path", path, PATHS))
        return pictures(model, rows), details(model, begun, start=given_a, end=given_b, along=path, latents=rows.tolist())

    @said
    def sweep(
        model: str,
        start: int | list[float],
        kind: Literal["coordinate", "direction"] = "coordinate",
        index: int | list[int] = 0,
        low: float = -3.0,
        high: float = 3.0,
        frames: int = 9,
    ) -> tuple[list[File], dict]:
        """Vary one thing about a latent and draw what comes of it.

        Args:
            model: a name that /models lists.
            start: a seed, or a latent as a list of numbers.
            kind: "coordinate" sets number `index` (from 0) to each value, or moves several together by it; "direction" moves the latent
                along principal direction `index` (from 1).
            index: which; several only for coordinates.
            low: the first value, -10 to 10.
            high: the last value, -10 to 10.
            frames: pictures, 2 to 48.

        Returns:
            The pictures in order, and details: model, revision, start, kind, index, values, latents.
        """
        begun = time.perf_counter()
        choice("model", model, studio.models)
        z, given = endpoint(model, "start", start)
        choice("kind", kind, KINDS)
        if kind == "direction":
            moved = whole("index", index, 1, min(DIRECTIONS, z.numel()))
            way: int | Tensor = studio.directions(model, moved).vectors[-1]
        else:
            moved = places("index", index, z.numel())
            way = moved[0] if len(moved) == 1 else torch.zeros(z.numel()).index_fill(0, torch.tensor(moved), 1.0)
        ends = number("low", low, -RANGE, RANGE), number("high", high, -RANGE, RANGE)
        values = torch.linspace(*ends, whole("frames", frames, *FRAMES))
        rows = latent.sweep(z, way, values)
        told = details(model, begun, start=given, kind=kind, index=moved, values=values.tolist(), latents=rows.tolist())
        return pictures(model, rows), told

    @said
    def directions(model: str, count: int = 5, seed: int = 0) -> tuple[list[File], dict]:
        """The principal directions of a model's first layer, in closed form (Shen & Zhou 2021), each with a strip of what it does.

        Args:
            model: a name that /models lists.
            count: how many, 1 to 16.
            seed: of the latent that the strips move, from -3 to +3 in seven pictures.

        Returns:
            One strip for each direction, and details: model, revision, seed, vectors, variances, shares of the first layer's variance.
        """
        start = time.perf_counter()
        choice("model", model, studio.models)
        z, _ = endpoint(model, "seed", seed)
        found = studio.directions(model, whole("count", count, 1, min(DIRECTIONS, z.numel())))
        total = studio.directions(model, z.numel()).variances.sum()
        strips = [images.grid(studio.draw(model, latent.sweep(z, way, torch.linspace(-3, 3, 7))), 7) for way in found.vectors]
        files = [_file(strip, f"{model}-direction-{i + 1}.png") for i, strip in enumerate(strips)]
        shares = (found.variances / total).tolist()
        return files, details(
            model, start, seed=seed, vectors=found.vectors.tolist(), variances=found.variances.tolist(), shares=shares
        )  # fmt: skip

    for function in (models, sample, interpolate, sweep, directions):
        gr.api(function, api_name=function.__name__, concurrency_limit=2, concurrency_id="api")
    gr.api(fit, api_name="fit", concurrency_limit=2, concurrency_id="api-fit")


def _file(picture: Image.Image, name: str) -> File:
    path = save_bytes_to_cache(images.png(picture), name, get_upload_folder())
    return FileData(path=path, orig_name=name, mime_type="image/png").model_dump()


def _upload(value: Any) -> Image.Image:
    """The picture of a file that was uploaded before; any other path is none of the caller's business."""
    path = value.get("path") if isinstance(value, dict) else None
    if not isinstance(path, str) or not is_in_or_equal(path, get_upload_folder()):
        raise FieldError("image", path or value, "an uploaded file")
    return images.read_upload(Path(path))


def _settings(value: Any, known: tuple[str, ...]) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict) or (set(value) - set(known)):
        raise FieldError("settings", value, "an object with " + " and ".join(known))
    return value
