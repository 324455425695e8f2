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

FILM = 60  # frames of a run's film, about


def endpoints(studio: Studio) -> list[Callable]:
    """The functions, each under its endpoint's name."""
    return [_noise(studio), _denoise(studio)]


def _noise(studio: Studio) -> Callable:
    @for_api
    def noise(image: File, model: str, t: int, seed: int = 0) -> tuple[list[File], dict]:
        """Noise a picture to a timestep, in closed form.

        Args:
            image: a picture file of at most 25 MB: PNG, JPEG, WebP, AVIF, HEIC or GIF of 40 megapixels, or a JPEG of 100; its
                centre square is used. Models of grey digits look for the digit in it and centre it as MNIST does, unless it has
                28 x 28 pixels.
            model: a name that /models lists with "denoise"; its schedule is used.
            t: 0, the picture itself, to 1000, hardly anything of it.
            seed: of the noise, 0 to 4294967295.

        Returns:
            The noised picture and the picture as the model sees it, and details: model, revision, t, seed, alpha_bar (the picture's share
            of the variance) and snr (null where there is no noise).
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
        """Run back from noise to a picture, step by step; or from a picture that was noised before.

        Args:
            model: a name that /models lists with "denoise".
            seed: of all noise, 0 to 4294967295.
            labels: one number from 0 to 1 for each class, at most 1 in all; null for no class.
            settings: sampler ("ddpm", "ddim" or "dpm-solver++"), steps, 1 to 1000, and guidance, 0 to 12 (1 tells the class, more
                exaggerates it); null or empty for the page's own.
            image: a picture to start from, as for /noise; null for noise alone.
            start: the timestep that it is noised to, 1 to 1000; null for 1000.
            erased: rows of 0 and 1, one number for each pixel: only where there is 1 something new is made; null for everywhere.

        Returns:
            The run as a GIF, and the picture that it ends with; details: model, revision, seed, labels, settings, evaluations of the
            network, frames (t, snr and evaluations of each; snr is null where there is no noise) and what the judge of the data set reads,
            where it is there.
        """
        start_time = time.perf_counter()
        network = studio.denoiser(_checked(studio, "model", model))
        seed = _checked(studio, "seed", seed)
        weights = class_weights(labels, len(network.classes))
        checked_settings = endpoint_settings(studio, model, settings, REVERSE)
        if image is None and (start is not None or erased is not None):
            raise FieldError("image", None, "a picture, where start or erased are given")
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
        moments = list(diffusion.denoise(network, torch.tensor([weights]), seed=seed, **checked_settings, **source))
        pictures, entries = _answer(studio, model, seed, moments)
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


def _answer(studio: Studio, model: str, seed: int, moments: list[diffusion.Denoising]) -> tuple[list[File], dict[str, Any]]:
    """The film and the last picture of a run, and the details about its steps."""
    end, film_moments = moments[-1], moments[:: max(1, len(moments) // FILM)]
    pictures = studio.denoiser(model).picture(torch.cat([moment.x for moment in [*film_moments, end]]))
    film = images.animation(pictures, "gif", frames_per_second=12, scale=4)
    path = save_bytes_to_cache(film, f"{model}.gif", get_upload_folder())
    files = [
        FileData(path=path, orig_name=f"{model}.gif", mime_type="image/gif").model_dump(),
        file(images.to_pil(pictures[-1]), f"{model}-{seed}.png"),
    ]
    frames = [{"t": m.t, "snr": m.snr if m.t else None, "evaluations": m.evaluations} for m in moments]
    readings = opinions.likeliest(studio, model, pictures[-1:])
    return files, {"evaluations": end.evaluations, "frames": frames, "readings": readings}
