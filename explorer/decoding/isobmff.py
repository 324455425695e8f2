"""Parses HEIC and AVIF files: pictures in the boxes of the ISO base media file format (ISO/IEC 14496-12 and 23008-12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .header import AGAIN, PARTS, Header, HeaderError

HEIF, AVIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}, {b"avif", b"avis"}
GENERAL = {b"mif1", b"msf1"}  # brands that do not name a codec; another brand of the file does
CONTAINERS = {b"meta": 4, b"iprp": 0, b"ipco": 0}  # boxes that contain the pictures' properties, and the bytes before their first inner box


def format_of(data: bytes) -> str | None:
    """The name of the format, from the brands in the file's first box; None for another format."""
    if data[4:8] != b"ftyp":
        return None
    length = int.from_bytes(data[:4], "big")
    brands = [data[8:12], *(data[i : i + 4] for i in range(16, min(length, 256), 4))]
    if brands[0] not in HEIF | AVIF | GENERAL:
        return None
    return next((name for brand in brands for name, known in (("AVIF", AVIF), ("HEIF", HEIF)) if brand in known), "HEIF")


def read(data: bytes) -> Header:
    """The header of a HEIC or AVIF file.

    Raises:
        HeaderError: if the file does not give a size, is truncated, or has too many boxes.
    """
    name, size, code = format_of(data), (0, 0), None
    for kind, body, end in _boxes(data, name):
        if kind == b"ispe":
            size = max(size, struct.unpack_from(">II", data, body + 4), key=lambda found: found[0] * found[1])
        elif kind == b"colr" and data[body : body + 4] == b"nclx" and end >= body + 8:
            code = struct.unpack_from(">HH", data, body + 4)
    if size == (0, 0):
        raise HeaderError(f"is a damaged {name}: it does not give its size")
    return Header(name, *size, data, code=code)


def _boxes(data: bytes, name: str) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of a file, also those inside `CONTAINERS`: the type, and the positions of the content's start and end."""
    waiting, parts = [(0, len(data))], 0
    while waiting:
        at, stop = waiting.pop()
        while at + 8 <= stop:
            length, kind = struct.unpack_from(">I4s", data, at)
            body = at + 8
            if length == 1:
                length, body = struct.unpack_from(">Q", data, body)[0], body + 8
            end = at + length if length else stop
            parts += 1
            if parts > PARTS:
                raise HeaderError(f"is a {name} of more than {PARTS:,} boxes")
            if end > stop:
                raise HeaderError(f"is a truncated {name}: it ends before its picture is complete", AGAIN)
            if end < body:
                raise HeaderError(f"is a damaged {name}: a box is shorter than its own header")
            yield kind, body, end
            if kind in CONTAINERS:
                waiting.append((body + CONTAINERS[kind], end))
            at = end
