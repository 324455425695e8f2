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
        """Encode a picture as a map of codes, and decode the map.

        Args:
            image: a picture file (PNG, JPEG, WebP, AVIF, HEIC or GIF) of at most 25 MB and 40 megapixels; a JPEG may have 100 megapixels.
                The model gets the centre square. A model of grey digits gets the digit, cropped and centred as in MNIST, unless the
                picture has 28 x 28 pixels.
            model: a model that /models lists with the capability "encode".

        Returns:
            The decoded picture and the model's input, and details: model, revision, codes (a list of rows), distances of the encoder's
            vectors from their codes, psnr in dB, and bytes: the size of the codes, and of JPEG and WebP files with the same PSNR.
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
        """Decode a map of codes to a picture.

        Args:
            codes: rows of whole numbers, as /encode returns them: 7 rows of 7 numbers below 64, or 8 rows of 8 numbers below 512.
            model: a model that /models lists with the capability "encode".

        Returns:
            The picture, and details: model, revision, codes, and readings: the prediction of the judge of the data set, if it is installed.
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
