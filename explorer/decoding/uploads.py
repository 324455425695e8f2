"""Reads and decodes uploaded files, within limits of size and memory. The error for a rejected file says what is wrong and what to do."""

from __future__ import annotations

import math
import os
import stat
import threading
import warnings
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pillow_heif
from PIL import Image, ImageChops

from . import jpeg, png
from .formats import read_header
from .header import AGAIN, ANEW, ANOTHER, SMALLER, Header, HeaderError
from .rgb import flat, upright

MEGABYTES = 25
MEGAPIXELS = 40
JPEG_MEGAPIXELS = 100  # of a JPEG of a single scan, which is decoded at a reduced scale
MOST_PIXELS = 16_000_000  # of a decoded picture; a larger one is shrunk
SUPPORTED = "PNG, JPEG, WebP, AVIF, HEIC and GIF (its first frame)"
LIMITS = f"at most {MEGABYTES} MB and {MEGAPIXELS} megapixels ({JPEG_MEGAPIXELS} in a JPEG that is not progressive)"
ALLOWED = f"Allowed are {SUPPORTED}, {LIMITS}."
GREY = (128, 128, 128)  # the colour of missing parts, as in JPEG decoders

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
_one_at_a_time = threading.Lock()  # 40 megapixels take some hundred MB on their way to RGB


class UploadError(ValueError):
    """Raised for a file that cannot be used as a picture. The message says what is wrong with it, what to do and what is allowed."""

    def __init__(self, problem: str, advice: str = ANEW):
        super().__init__(f"This file {problem}. {advice} {ALLOWED}")


def read_upload(path: str | Path) -> Image.Image:
    """The picture in an uploaded file: upright, RGB in sRGB, transparent parts white.

    A picture of more than 16 megapixels is shrunk by a whole factor. The result has no metadata, except `info["missing"]` if a part of the
    file is missing: a sentence for the visitor, which `missing` returns.

    Raises:
        UploadError: if the file is not a picture within the limits, or if half of the picture or more is missing.
    """
    data = _read_file(path)
    try:
        header = read_header(data)
    except HeaderError as error:
        raise UploadError(str(error), error.advice) from None
    _check_size(header)
    with _one_at_a_time:
        try:
            return _decode(header)
        except UploadError:
            raise
        except Exception as error:  # a decoder may raise any error for malicious bytes
            reason = "" if "BytesIO" in str(error) else f" ({str(error) or type(error).__name__})"
            raise UploadError(f"is a {header.format} that cannot be decoded: it is damaged or truncated{reason}", AGAIN) from None


def missing(image: Image.Image) -> str:
    """A sentence or two for the visitor about the missing part of a file; "" for a complete file."""
    return image.info.get("missing", "")


def _check_size(header: Header) -> None:
    single = header.format == "JPEG" and header.passes is None
    most = JPEG_MEGAPIXELS if single else MEGAPIXELS
    if header.width * header.height > most * 1_000_000:
        kind = "JPEG of several scans" if header.passes else header.format
        raise UploadError(f"has {header.width:,} x {header.height:,} pixels, more than the {most} megapixels of a {kind}", SMALLER)


def _read_file(path: str | Path) -> bytes:
    """The bytes of a regular file within the size limit. Links are not followed, and opening a pipe does not block."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError, TypeError):
        raise UploadError("does not exist, or is not a regular file", ANOTHER) from None
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise UploadError("is not a regular file", ANOTHER)
    with open(handle, "rb") as file:
        if status.st_size > MEGABYTES * 1_000_000:
            raise UploadError(f"has {status.st_size:,} bytes, more than {MEGABYTES} MB", SMALLER)
        return file.read(MEGABYTES * 1_000_000 + 1)


def _decode(header: Header) -> Image.Image:
    """The picture, with the sentence about a missing part in its `info`."""
    present, height = png.rows(header) if header.format == "PNG" else header.height, header.height
    if 2 * present <= height:
        raise UploadError(f"is a truncated PNG: it has only {present:,} of its {height:,} rows", AGAIN)
    with _opened(header if present == height else png.shortened(header, present)) as image:
        factor = _factor(image)
        shown = flat(image, factor)
        absent = 1 - present / height
        if present < height:
            padded = Image.new("RGB", (shown.width, -(-height // factor)), GREY)
            padded.paste(shown, (0, 0))
            shown = padded
        if header.format == "JPEG":
            absent = _absent(header, shown)
        shown = upright(image, shown)
    if sentence := _sentence(header, absent):
        shown.info["missing"] = sentence
    return shown


def _opened(header: Header) -> Image.Image:
    """The file as an opened Pillow image, not decoded yet; a large JPEG will be decoded at a reduced scale."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about damaged metadata
        image = Image.open(BytesIO(header.picture), formats=(header.format,))
    given = (header.width, header.height)
    several = header.format in {"HEIF", "AVIF"}  # such a file may have several pictures, and the first may be smaller than the largest
    if math.prod(image.size) > math.prod(given) if several else image.size != given:
        raise UploadError(f"is a damaged {header.format}: it gives two different sizes")
    if header.code:
        image.info["code"] = header.code
    if header.format == "JPEG":
        scale = next(scale for scale in (1, 2, 4, 8) if math.prod(given) <= MOST_PIXELS * scale**2)
        image.draft(None, (given[0] // scale or 1, given[1] // scale or 1))
    return image


def _factor(image: Image.Image) -> int:
    """The smallest whole factor that shrinks a picture to at most MOST_PIXELS pixels."""
    return math.ceil(math.sqrt(image.width * image.height / MOST_PIXELS))


def _absent(header: Header, shown: Image.Image) -> float:
    """The share of a JPEG's rows that are missing from its last scan.

    Missing rows are grey in a JPEG of one scan, and coarse in a progressive JPEG. To find the row at which the file ends, the picture is
    decoded again with arbitrary data at its end (`jpeg.probe`), unless its last pixel shows that nothing is missing.

    Raises:
        UploadError: if whole scans are missing.
    """
    last = shown.getpixel((shown.width - 1, shown.height - 1))
    if header.ended and not header.passes and max(abs(value - grey) for value, grey in zip(last, GREY, strict=True)) > 2:
        return 0.0
    if header.passes and header.passes.unsent:
        raise UploadError("is a truncated JPEG: whole scans are missing", AGAIN)
    with _opened(replace(header, picture=jpeg.probe(header))) as image:
        differs = ImageChops.difference(shown, flat(image)).getbbox()
    return 1 - differs[1] / shown.height if differs else 0.0


def _sentence(header: Header, absent: float) -> str:
    """The sentence for the visitor about the missing part, the share `absent` of the rows.

    Raises:
        UploadError: if half of the picture or more is missing.
    """
    if not absent:
        return "" if header.ended else f"This {header.format} lacks its end mark; the picture itself is complete."
    share = f"{max(1, round(100 * absent))} %"
    if header.passes and header.passes.refining:
        if header.passes.lost(absent) >= 0.5:
            raise UploadError(f"is a truncated JPEG: about {round(100 * header.passes.lost(absent))} % of it are missing", AGAIN)
        return f"The end of this JPEG is missing, and with it the finest details of the lowest {share} of the picture. {AGAIN}"
    if absent >= 0.5:
        raise UploadError(f"is a truncated {header.format}: its lowest {share} are missing", AGAIN)
    return f"The end of this {header.format} is missing, and with it the lowest {share} of the picture, which is shown grey. {AGAIN}"
