"""Detects the format of a file from its content, and parses its header.

An uploaded file may be malicious. A decoder allocates as much memory, and goes through as many comments, frames and scans, as the file
says; a file of some kilobytes can make it use gigabytes or minutes. Therefore the modules of the formats first parse the bytes of the file,
without decoding pixels: they find the size in pixels, check the structure, and build a smaller file of the parts that the first picture
needs. Text, thumbnails and all later frames are left out. EXIF is kept, because it has the orientation, and so are colour profiles.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from . import gif, isobmff, jpeg, png, webp
from .header import AGAIN, ANEW, ANOTHER, Header, HeaderError

Test = Callable[[bytes], bool]
READERS: tuple[tuple[str, Test, Callable[[bytes], Header]], ...] = (
    ("PNG", lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"), png.read),
    ("JPEG", lambda data: data.startswith(b"\xff\xd8\xff"), jpeg.read),
    ("GIF", lambda data: data.startswith((b"GIF87a", b"GIF89a")), gif.read),
    ("WebP", lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP", webp.read),
    ("HEIF", lambda data: isobmff.format_of(data) == "HEIF", isobmff.read),
    ("AVIF", lambda data: isobmff.format_of(data) == "AVIF", isobmff.read),
)

_FRAME = "Save one of its frames as a PNG or JPEG."
OTHERS: tuple[tuple[str, Test, str], ...] = (
    ("a video", lambda data: data[4:8] == b"ftyp" or data.startswith(b"\x1aE\xdf\xa3"), _FRAME),
    ("a BMP", lambda data: data.startswith(b"BM") and data[6:10] == b"\0\0\0\0", ANEW),
    ("a TIFF", lambda data: data.startswith((b"II*\0", b"MM\0*")), ANEW),
    ("a PDF", lambda data: data.startswith(b"%PDF"), "Save the picture in it as a PNG or JPEG."),
    ("an archive", lambda data: data.startswith((b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")), "Unpack it and choose a picture."),
    ("a program", lambda data: data.startswith((b"\x7fELF", b"MZ", b"#!")), ANOTHER),
    ("a Python pickle", lambda data: data[:1] == b"\x80" and data[1:2] in b"\2\3\4\5" and data.endswith(b"."), ANOTHER),
    ("an SVG drawing", lambda data: b"<svg" in data[:1000].lower(), "Export it as a PNG."),
    (
        "a web page",
        lambda data: b"<html" in data[:1000].lower() or b"<!doctype html" in data[:1000].lower(),
        "Save the picture on it instead of the page.",
    ),
    ("text", lambda data: b"\0" not in data[:1000] and data[:1000].isascii(), ANOTHER),
)


def read_header(data: bytes) -> Header:
    """Check a picture file's structure and find the size of its first picture, without decoding it.

    Raises:
        HeaderError: for anything but a PNG, JPEG, WebP, GIF, HEIC or AVIF file, with the reason and what to do.
    """
    if not data:
        raise HeaderError("is empty", AGAIN)
    for name, recognise, read in READERS:
        if recognise(data):
            try:
                header = read(data)
            except (IndexError, struct.error, ValueError) as error:
                if isinstance(error, HeaderError):
                    raise
                raise HeaderError(f"is a truncated {name}: it ends before its first picture is complete", AGAIN) from None
            if not header.width or not header.height:
                raise HeaderError(f"is a {name} of {header.width} x {header.height} pixels")
            return header
    for kind, recognise, advice in OTHERS:
        if recognise(data):
            raise HeaderError(f"is not a picture in a supported format: it looks like {kind}", advice)
    raise HeaderError("is not a picture: its first bytes are those of no known format", ANEW)
