"""The endpoints of diffusion: /noise and /denoise."""

import time
from collections.abc import Callable
from typing import Any

import torch
from gradio.data_classes import FileData
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder
from torch import Tensor

from explorer import diffusion, images
from explorer.page.api.parts import File, details, file, noted, upload
from explorer.page.shared import opinions
from explorer.page.shared.checks import FieldError, whole
from explorer.page.shared.inputs import as_seen
from explorer.page.shared.settings import REVERSE, class_weights, endpoint_settings
from explorer.page.shared.studio import Studio
from explorer.page.shell.messages import for_api

from . import session
from .session import FIELDS

FILM = 60  # the approximate number of frames in the animation of a run


def endpoints(studio: Studio) -> list[Callable]:
    """The functions, each under its endpoint's name."""
    return [_noise(studio), _denoise(studio)]


def _noise(studio: Studio) -> Callable:
    @for_api
    def noise(image: File, model: str, t: int, seed: int = 0) -> tuple[list[File], dict]:
        """Add noise to a picture, up to a timestep of the forward process, in closed form.

        Args:
            image: a picture file (PNG, JPEG, WebP, AVIF, HEIC or GIF) of at most 25 MB and 40 megapixels; a JPEG may have 100 megapixels.
                The model gets the centre square. A model of grey digits gets the digit, cropped and centred as in MNIST, unless the
                picture has 28 x 28 pixels.
            model: a model that /models lists with the capability "denoise"; its noise schedule is used.
            t: the timestep, from 0 (the picture itself) to 1000 (almost pure noise).
            seed: the seed of the noise, 0 to 4294967295.

        Returns:
            The noised picture and the model's input, and details: model, revision, t, seed, alpha_bar (the picture's share of the variance)
            and snr (the signal-to-noise ratio; null for t = 0).
        """
        start_time = time.perf_counter()
        network = studio.denoiser(_checked(studio, "model", model))
        t, seed = whole("t", t, 0, network.timesteps), _checked(studio, "seed", seed)
        opened = upload(image)
        picture = as_seen(network, opened)
        level = network.alpha_bar[t].item()
        x = network.picture(diffusion.noised(network, picture, t, seed)[None])[0]
        files = [file(images.to_pil(x), f"{model}-noised.png"), file(images.to_pil(picture), "target.png")]
        return files, details(
            studio, model, start_time, t=t, seed=seed, alpha_bar=level, snr=diffusion.snr(level) if t else None, **noted(opened)
        )

    return noise


def _denoise(studio: Studio) -> Callable:
    @for_api
    def denoise(
        model: str,
        seed: int = 0,
        labels: list[float] | None = None,
        settings: dict | None = None,
        image: File | None = None,
        start: int | None = None,
        erased: list[list[int]] | None = None,
    ) -> tuple[list[File], dict]:
        """Run the reverse process, step by step: from pure noise to a picture, or from a noised picture.

        Args:
            model: a model that /models lists with the capability "denoise".
            seed: the seed of all noise, 0 to 4294967295.
            labels: one number from 0 to 1 for each class, with a sum of at most 1; null for no class.
            settings: sampler ("ddpm", "ddim" or "dpm-solver++"), steps, 1 to 1000, and guidance, 0 to 12 (0: without the class, 1: with
                it, above 1: exaggerated); null or empty for the defaults of the page.
            image: the picture that is noised first, a file as for /noise; null to start from pure noise.
            start: the timestep to which the picture is noised, 1 to 1000; null for 1000.
            erased: rows of 0 and 1, one number for each pixel: pixels with a 1 are generated anew, all others are kept; null to generate
                all pixels anew.

        Returns:
            The run as a GIF, and its final picture; details: model, revision, seed, labels, settings, evaluations of the network, frames
            (t, snr and evaluations of each; snr is null for t = 0), and readings: the prediction of the judge of the data set, if it is
            installed.
        """
        start_time = time.perf_counter()
        network = studio.denoiser(_checked(studio, "model", model))
        seed = _checked(studio, "seed", seed)
        weights = class_weights(labels, len(network.classes))
        checked_settings = endpoint_settings(studio, model, settings, REVERSE)
        if image is None and (start is not None or erased is not None):
            raise FieldError("image", None, "a picture, because start or erased are given")
        source: dict[str, Any] = {}
        missing: dict[str, str] = {}
        if image is not None:
            start = network.timesteps if start is None else _checked(studio, "start", start, model)
            opened = upload(image)
            source, missing = {"image": as_seen(network, opened), "start": start}, noted(opened)
            if checked_settings["steps"] > start:
                raise FieldError("steps", checked_settings["steps"], f"at most {start}, the timestep that the run starts from")
        if erased is not None:
            source["erased"] = _pixels(studio, model, erased)
        denoisings = list(diffusion.denoise(network, torch.tensor([weights]), seed=seed, **checked_settings, **source))
        pictures, entries = _answer(studio, model, seed, denoisings)
        return pictures, details(studio, model, start_time, seed=seed, labels=weights, settings=checked_settings, **entries, **missing)

    return denoise


def _checked(studio: Studio, key: str, value: Any, model: str = "") -> Any:
    """Validate a value with the tab's field of this key."""
    return FIELDS[key].check(key, value, studio, {"model": model})


def _pixels(studio: Studio, model: str, erased: Any) -> Tensor:
    """Validate rows of 0 and 1, the erased pixels, and convert them to (side, side) bool."""
    side = studio.denoiser(model).image_size
    if not isinstance(erased, list) or not all(isinstance(row, list) for row in erased):
        raise FieldError("erased", erased, f"{side} rows of {side} numbers, 0 or 1")
    flat = session.check_erased(studio, model, [pixel for row in erased for pixel in row])
    return torch.tensor(flat or [0] * side**2).view(side, side).bool()


def _answer(studio: Studio, model: str, seed: int, denoisings: list[diffusion.Denoising]) -> tuple[list[File], dict[str, Any]]:
    """The files of a run (its animation and its final picture), and the details about its steps."""
    end, film_denoisings = denoisings[-1], denoisings[:: max(1, len(denoisings) // FILM)]
    pictures = studio.denoiser(model).picture(torch.cat([denoising.x for denoising in [*film_denoisings, end]]))
    film = images.animation(pictures, "gif", frames_per_second=12, scale=4)
    path = save_bytes_to_cache(film, f"{model}.gif", get_upload_folder())
    files = [
        FileData(path=path, orig_name=f"{model}.gif", mime_type="image/gif").model_dump(),
        file(images.to_pil(pictures[-1]), f"{model}-{seed}.png"),
    ]
    frames = [{"t": m.t, "snr": m.snr if m.t else None, "evaluations": m.evaluations} for m in denoisings]
    readings = opinions.likeliest(studio, model, pictures[-1:])
    return files, {"evaluations": end.evaluations, "frames": frames, "readings": readings}
