"""The endpoints of latents: /fit, /interpolate, /sweep and /directions."""

import time
from collections.abc import Callable
from typing import Any, Literal

import torch
from torch import Tensor

from explorer import extended, images, inversion, latent
from explorer.page.api.parts import File, details, file, files, noted, upload
from explorer.page.shared import checks
from explorer.page.shared.checks import FieldError, number, numbers, places, whole
from explorer.page.shared.inputs import as_seen
from explorer.page.shared.studio import LARGEST_SEED, Studio
from explorer.page.shell.messages import for_api

from .fitting import check_perceptual, check_supported, fit_options
from .session import FIELDS

RANGE = 10.0  # the largest magnitude of /sweep's `low` and `high`


def endpoints(studio: Studio) -> list[Callable]:
    """The functions, each under its endpoint's name."""
    return [_fit(studio), _interpolate(studio), _sweep(studio), _directions(studio)]


def _fit(studio: Studio) -> Callable:
    @for_api
    def fit(
        image: File,
        model: str,
        optimizer: str | None = None,
        steps: int | None = None,
        restarts: int | None = None,
        seed: int = 0,
        settings: dict | None = None,
        space: Literal["latent", "extended"] = "latent",
        mask: File | None = None,
    ) -> tuple[list[File], dict]:
        """Find the latent whose picture comes closest to a photo.

        Args:
            image: a picture file (PNG, JPEG, WebP, AVIF, HEIC or GIF) of at most 25 MB and 40 megapixels; a JPEG may have 100 megapixels.
                The centre square is used; of a digit for a model of digits, the cropped and centred digit.
            model: a model without classes that /models lists with the capability "generate", or one with the capability "invert".
            optimizer: the optimisation method; null for the default.
            steps: the number of steps, 1 to 2000; null for the method's default.
            restarts: the number of searches side by side, 1 to 32; the best one is returned. Null for the method's default.
            seed: the seed of the search's starting points.
            settings: learning_rate and perceptual, the weight of the discriminator's features from 0 to 1.
            space: "latent", or "extended": a quarter of the steps searches for the latent, the others for values that are added behind the
                first layers.
            mask: a picture with the same aspect ratio, white where the photo counts and black where the model fills in; null if the whole
                photo counts.

        Returns:
            The fitted picture and the target as the model's input, and details: model, revision, seed, settings, psnr in dB, percentile
            (how many of 100 photos that the model never saw are fitted worse; null if this was not measured, or with a mask), seconds,
            latent, and in the extended space beyond: the added values, half-precision numbers as base64. /interpolate and /sweep take
            latent and beyond in one object.
        """
        start = time.perf_counter()
        studio.catalogue.choose(model, studio.catalogue.explorable)
        checked_settings = checks.settings(settings, ("learning_rate", "perceptual"))
        options = fit_options(
            optimizer, steps, restarts, checked_settings.get("learning_rate"), checked_settings.get("perceptual", 0.0), seed, space
        )
        check_supported(studio, model, options)
        network = studio.model(model)
        opened = upload(image)
        photo = as_seen(network, opened)
        if mask is not None and network.channels == 1:
            raise FieldError("mask", "a picture", f"null: {model} gets the digit cropped and centred, without the rest of the picture")
        pixels = None if mask is None else images.to_mask(upload(mask, "mask"), network.image_size)
        if pixels is not None and not pixels.any():
            raise FieldError("mask", "a black picture", "one with white where the photo counts")
        check_perceptual(options, pixels)
        for fit_step in inversion.fit(network, photo, mask=pixels, encoder=studio.inverse(model), **options):
            best = fit_step
        fitted_space = "latent" if best.beyond is None else "extended"
        rank = studio.catalogue.facts(model).percentile(best.psnr, fitted_space) if pixels is None else None
        added = {} if best.beyond is None else {"beyond": extended.packed(best.beyond)}
        pictures = [file(images.to_pil(best.image), f"{model}-fit.png"), file(images.to_pil(photo), "target.png")]
        return pictures, details(
            studio, model, start, seed=options["seed"], settings=options, psnr=best.psnr, percentile=rank,
            seconds=best.seconds, latent=best.latent.tolist(), **added, **noted(opened),
        )  # fmt: skip

    return fit


def _interpolate(studio: Studio) -> Callable:
    @for_api
    def interpolate(
        model: str,
        start: int | list[float] | dict,
        end: int | list[float] | dict,
        frames: int = 9,
        path: Literal["slerp", "lerp"] = "slerp",
    ) -> tuple[list[File], dict]:
        """Generate pictures on the way from one latent to another; the first and the last picture are those of the two latents.

        Args:
            model: a model without classes that /models lists with the capability "generate", or one with the capability "invert".
            start: a seed, a latent as a list of numbers, or an object with latent, beyond and share, as /fit or a latent file has them.
            end: as start.
            frames: the number of pictures, with both ends, 2 to 48.
            path: slerp goes along the sphere, lerp along the straight line.

        Returns:
            The pictures in order, and details: model, revision, start, end, along (the path), latents.
        """
        start_time = time.perf_counter()
        studio.catalogue.choose(model, studio.catalogue.explorable)
        (a, beyond_a, spec_a), (b, beyond_b, spec_b) = _point(studio, model, "start", start), _point(studio, model, "end", end)
        rows = latent.interpolate(a, b, _checked(studio, "frames", frames, model), _checked(studio, "path", path, model))
        return _pictures(studio, model, rows, extended.between(beyond_a, beyond_b, len(rows))), details(
            studio, model, start_time, start=spec_a, end=spec_b, along=path, latents=rows.tolist()
        )

    return interpolate


def _sweep(studio: Studio) -> Callable:
    @for_api
    def sweep(
        model: str,
        start: int | list[float] | dict,
        kind: Literal["coordinate", "direction"] = "coordinate",
        index: int | list[int] = 0,
        low: float = -3.0,
        high: float = 3.0,
        frames: int = 9,
    ) -> tuple[list[File], dict]:
        """Vary some numbers of a latent, or move it along a principal direction, and generate the pictures.

        Args:
            model: a model without classes that /models lists with the capability "generate", or one with the capability "invert".
            start: a seed, a latent as a list of numbers, or an object as for /interpolate.
            kind: "coordinate" sets number `index` (from 0) to each value; if there are several indices, it adds each value to all of them.
                "direction" moves the latent by each value along principal direction `index` (from 1).
            index: the index of the number or of the direction; a list of several indices only for numbers.
            low: the first value, -10 to 10.
            high: the last value, -10 to 10.
            frames: the number of pictures, 2 to 48.

        Returns:
            The pictures in order, and details: model, revision, start, kind, index, values, latents.
        """
        start_time = time.perf_counter()
        studio.catalogue.choose(model, studio.catalogue.explorable)
        z, beyond, spec = _point(studio, model, "start", start)
        _checked(studio, "kind", kind, model)
        if kind == "direction":
            indices = _checked(studio, "direction", index, model, "index")
            direction: int | Tensor = studio.directions(model, indices).vectors[-1]
        else:
            indices = places("index", index, z.numel())
            direction = indices[0] if len(indices) == 1 else torch.zeros(z.numel()).index_fill(0, torch.tensor(indices), 1.0)
        ends = number("low", low, -RANGE, RANGE), number("high", high, -RANGE, RANGE)
        values = torch.linspace(*ends, _checked(studio, "frames", frames, model))
        rows = latent.sweep(z, direction, values)
        answer = details(studio, model, start_time, start=spec, kind=kind, index=indices, values=values.tolist(), latents=rows.tolist())
        return _pictures(studio, model, rows, [beyond] * len(rows)), answer

    return sweep


def _directions(studio: Studio) -> Callable:
    @for_api
    def directions(model: str, count: int = 5, seed: int = 0) -> tuple[list[File], dict]:
        """The principal directions of a model's first layer, in closed form (Shen & Zhou 2021), each with a strip that shows its effect.

        Args:
            model: a model without classes that /models lists with the capability "generate", or one with the capability "invert".
            count: the number of directions, 1 to 16.
            seed: the seed of the latent that the strips move along each direction, from -3 to +3 in seven pictures.

        Returns:
            One strip for each direction, and details: model, revision, seed, vectors, variances, and shares of the first layer's variance.
        """
        start = time.perf_counter()
        studio.catalogue.choose(model, studio.catalogue.explorable)
        z, _, _ = _point(studio, model, "seed", whole("seed", seed, 0, LARGEST_SEED))
        principal = studio.directions(model, _checked(studio, "direction", count, model, "count"))
        total = studio.directions(model, z.numel()).variances.sum()
        sheets = [images.grid(studio.draw(model, latent.sweep(z, vector, torch.linspace(-3, 3, 7))), 7) for vector in principal.vectors]
        strips = [file(strip, f"{model}-direction-{i + 1}.png") for i, strip in enumerate(sheets)]
        shares = (principal.variances / total).tolist()
        return strips, details(
            studio, model, start, seed=seed, vectors=principal.vectors.tolist(), variances=principal.variances.tolist(), shares=shares
        )  # fmt: skip

    return directions


def _pictures(studio: Studio, model: str, latents: Tensor, beyond: list[Tensor | None]) -> list[File]:
    return files(studio.draw(model, latents, beyond=beyond), model)


def _checked(studio: Studio, key: str, value: Any, model: str, name: str = "") -> Any:
    """Validate a value with the tab's field of this key; `name` is the parameter's name in error messages, by default the key."""
    return FIELDS[key].check(name or key, value, studio, {"model": model})


def _point(studio: Studio, model: str, field: str, value: Any) -> tuple[Tensor, Tensor | None, dict[str, Any]]:
    """Validate a seed, a list of numbers or an object like a latent file. Returns the latent, the values that are added after the first
    layers (or None), and the spec."""
    if isinstance(value, dict):
        size = studio.model(model).latent_size
        spec: dict[str, Any] = {"latent": numbers(field, value.get("latent"), size)}
        spec |= {"beyond": value["beyond"], "share": number("share", value.get("share", 1.0), 0, 1)} if "beyond" in value else {}
    elif isinstance(value, (list, tuple)):
        spec = {"latent": numbers(field, value, studio.model(model).latent_size)}
    else:
        spec = {"seed": whole(field, value, 0, LARGEST_SEED)}
    return studio.latent(model, spec), studio.beyond(model, spec, f"{field}, beyond"), spec
