"""The endpoints of codes: /encode and /decode."""

import math
import time
from collections.abc import Callable

import torch

from explorer import codes, images
from explorer.likeness import psnr
from explorer.page.api.parts import File, details, file, noted, upload
from explorer.page.shared import opinions
from explorer.page.shared.inputs import as_seen
from explorer.page.shared.studio import Studio
from explorer.page.shell.messages import for_api

from .session import FIELDS, grid


def endpoints(studio: Studio) -> list[Callable]:
    """The functions, each under its endpoint's name."""

    @for_api
    def encode(image: File, model: str) -> tuple[list[File], dict]:
        """Turn a picture into a map of codes, and draw the picture that the codes stand for.

        Args:
            image: a picture file of at most 25 MB: PNG, JPEG, WebP, AVIF, HEIC or GIF of 40 megapixels, or a JPEG of 100; its
                centre square is used. Models of grey digits look for the digit in it and centre it as MNIST does, unless it has
                28 x 28 pixels.
            model: a name that /models lists with "encode".

        Returns:
            The reconstruction and the picture as the model sees it, and details: model, revision, codes (rows of columns), distances of the
            encoder's vectors from their codes, psnr in dB, bytes of the codes, and of JPEG and WebP files that come as close.
        """
        start = time.perf_counter()
        network = studio.coder(FIELDS["model"].check("model", model, studio, {}))
        opened = upload(image)
        target = as_seen(network, opened)
        with torch.inference_mode():
            cells = network.encode(target[None])
            decoded = network.decode(cells)[0]
        decibels = psnr(decoded, target)
        _, distances = codes.nearest(network, target, 1)
        sizes = {form.lower(): images.smallest_file(target, decibels, form)[0] for form in ("JPEG", "WebP")}
        files = [file(images.to_pil(decoded), f"{model}-decoded.png"), file(images.to_pil(target), "target.png")]
        return files, details(
            studio, model, start, codes=cells[0].tolist(), distances=distances[..., 0].tolist(), psnr=decibels,
            **noted(opened), bytes={"codes": math.ceil(codes.bits(network) / 8), **sizes},
        )  # fmt: skip

    @for_api
    def decode(codes: list[list[int]], model: str) -> tuple[list[File], dict]:
        """Draw the picture of a map of codes.

        Args:
            codes: rows of whole numbers, as /encode returns them: 7 rows of 7 below 64, or 8 rows of 8 below 512.
            model: a name that /models lists with "encode".

        Returns:
            The picture, and details: model, revision, codes, and what the judge of the data set reads, where it is there.
        """
        start = time.perf_counter()
        network = studio.coder(FIELDS["model"].check("model", model, studio, {}))
        cells = grid(studio, model, codes)
        with torch.inference_mode():
            decoded = network.decode(cells[None])
        readings = opinions.likeliest(studio, model, decoded)
        picture = file(images.to_pil(decoded[0]), f"{model}-decoded.png")
        return [picture], details(studio, model, start, codes=cells.tolist(), readings=readings)

    return [encode, decode]
