"""Uploaded files: read within limits, decoded within bounded memory, and refused with what is wrong and what to do about it."""

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
MEGAPIXELS = 40  # of any format; and of a JPEG in a single scan, which is decoded at a reduced scale:
JPEG_MEGAPIXELS = 100
KEPT = 16_000_000  # pixels that a decoded picture may have: a larger one is shrunk
SUPPORTED = "PNG, JPEG, WebP, AVIF, HEIC and GIF (its first frame)"
LIMITS = f"at most {MEGABYTES} MB and {MEGAPIXELS} megapixels ({JPEG_MEGAPIXELS} in a JPEG that is not progressive)"
ALLOWED = f"Allowed are {SUPPORTED}, {LIMITS}."
REST = (128, 128, 128)  # the colour of what is missing: JPEG decoders, too, leave it grey

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
_one_at_a_time = threading.Lock()  # 40 megapixels take some hundred MB on their way to RGB


class UploadError(ValueError):
    """A file that cannot be used as a picture. The message says what is wrong with it, what to do and what is allowed."""

    def __init__(self, problem: str, advice: str = ANEW):
        super().__init__(f"This file {problem}. {advice} {ALLOWED}")


def read_upload(path: str | Path) -> Image.Image:
    """The picture in an uploaded file: upright, RGB in sRGB, transparent parts white.

    A picture of more than 16 megapixels is shrunk by a whole factor. Of metadata none is left; if a part of the file is missing,
    `info["missing"]` says so in a sentence for the visitor (`missing` returns it).

    Raises:
        UploadError: with what is wrong, for whatever is no picture within the limits or lacks half of itself or more.
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
        except Exception as error:  # a decoder that is fed hostile bytes may raise anything
            reason = "" if "BytesIO" in str(error) else f" ({str(error) or type(error).__name__})"
            raise UploadError(f"is a {header.format} that cannot be decoded: it is damaged or truncated{reason}", AGAIN) from None


def missing(image: Image.Image) -> str:
    """What a visitor is to know about a file of which a part is missing: a sentence or two; "" for a whole one."""
    return image.info.get("missing", "")


def _check_size(header: Header) -> None:
    single = header.format == "JPEG" and header.passes is None
    most = JPEG_MEGAPIXELS if single else MEGAPIXELS
    if header.width * header.height > most * 1_000_000:
        kind = "JPEG of several scans" if header.passes else header.format
        raise UploadError(f"has {header.width:,} x {header.height:,} pixels, more than the {most} megapixels of a {kind}", SMALLER)


def _read_file(path: str | Path) -> bytes:
    """The bytes of an ordinary file that is not too big. A link, a folder or a pipe is never followed, listed or waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError, TypeError):
        raise UploadError("is not there, or is not an ordinary file", ANOTHER) from None
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise UploadError("is not an ordinary file", ANOTHER)
    with open(handle, "rb") as file:
        if status.st_size > MEGABYTES * 1_000_000:
            raise UploadError(f"has {status.st_size:,} bytes, more than {MEGABYTES} MB", SMALLER)
        return file.read(MEGABYTES * 1_000_000 + 1)


def _decode(header: Header) -> Image.Image:
    """The picture, and in its `info` what is missing."""
    there, height = png.rows(header) if header.format == "PNG" else header.height, header.height
    if 2 * there <= height:
        raise UploadError(f"is a truncated PNG: of its {height:,} rows, {there:,} are there", AGAIN)
    with _opened(header if there == height else png.shortened(header, there)) as image:
        factor = _factor(image)
        shown = flat(image, factor)
        absent = 1 - there / height
        if there < height:
            padded = Image.new("RGB", (shown.width, -(-height // factor)), REST)
            padded.paste(shown, (0, 0))
            shown = padded
        if header.format == "JPEG":
            absent = _absent(header, shown)
        shown = upright(image, shown)
    if sentence := _sentence(header, absent):
        shown.info["missing"] = sentence
    return shown


def _opened(header: Header) -> Image.Image:
    """The file, opened and ready to be decoded; a large JPEG at a reduced scale."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of metadata that are damaged
        image = Image.open(BytesIO(header.picture), formats=(header.format,))
    given = (header.width, header.height)
    several = header.format in {"HEIF", "AVIF"}  # pictures in a file: the first may be smaller than the largest
    if math.prod(image.size) > math.prod(given) if several else image.size != given:
        raise UploadError(f"is a damaged {header.format}: it gives two different sizes")
    if header.code:
        image.info["code"] = header.code
    if header.format == "JPEG":
        scale = next(scale for scale in (1, 2, 4, 8) if math.prod(given) <= KEPT * scale**2)
        image.draft(None, (given[0] // scale or 1, given[1] // scale or 1))
    return image


def _factor(image: Image.Image) -> int:
    """The smallest whole factor that shrinks a picture to at most KEPT pixels."""
    return math.ceil(math.sqrt(image.width * image.height / KEPT))


def _absent(header: Header, shown: Image.Image) -> float:
    """Which share of a JPEG's rows its file does not hold.

    What a file lacks of its last scan is grey in a JPEG of one scan and coarse in a progressive one. To find the row where it ends, the
    picture is decoded once more with arbitrary data at its end (`jpeg.probe`), unless its last pixel shows that nothing is missing.

    Raises:
        UploadError: if whole scans are missing.
    """
    last = shown.getpixel((shown.width - 1, shown.height - 1))
    if header.ended and not header.passes and max(abs(value - rest) for value, rest in zip(last, REST, strict=True)) > 2:
        return 0.0
    if header.passes and header.passes.unsent:
        raise UploadError("is a truncated JPEG: whole scans are missing", AGAIN)
    with _opened(replace(header, picture=jpeg.probe(header))) as image:
        differs = ImageChops.difference(shown, flat(image)).getbbox()
    return 1 - differs[1] / shown.height if differs else 0.0


def _sentence(header: Header, absent: float) -> str:
    """What to tell about a missing part, a share of the rows.

    Raises:
        UploadError: if it is half of the picture or more.
    """
    if not absent:
        return "" if header.ended else f"This {header.format} lacks its end mark; the picture itself is all there."
    share = f"{max(1, round(100 * absent))} %"
    if header.passes and header.passes.refining:
        if header.passes.lost(absent) >= 0.5:
            raise UploadError(f"is a truncated JPEG: about {round(100 * header.passes.lost(absent))} % of it are missing", AGAIN)
        return f"The end of this JPEG is missing: the finest details of its lowest {share} are. {AGAIN}"
    if absent >= 0.5:
        raise UploadError(f"is a truncated {header.format}: its lowest {share} are missing", AGAIN)
    return f"The end of this {header.format} is missing, and with it the lowest {share} of the picture, left grey here. {AGAIN}"
