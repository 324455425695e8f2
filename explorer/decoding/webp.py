"""Parses WebP files (RFC 9649): their chunks."""

from __future__ import annotations

import struct

from .header import AGAIN, PARTS, Header, HeaderError, check_metadata


def read(data: bytes) -> Header:
    """The header of a WebP.

    Raises:
        HeaderError: if the file is damaged or truncated, or has too much metadata or too many chunks.
    """
    length = 8 + struct.unpack_from("<I", data, 4)[0]
    if length > len(data):
        raise HeaderError(f"is a truncated WebP: {len(data):,} of {length:,} bytes", AGAIN)
    kind, body = data[12:16], data[20:30]
    if kind == b"VP8X":
        size = tuple(int.from_bytes(body[i : i + 3], "little") + 1 for i in (4, 7))
    elif kind == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        size = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        size = tuple(value & 0x3FFF for value in struct.unpack_from("<HH", body, 6))
    else:
        raise HeaderError("is a damaged WebP: it does not begin with a picture")
    at, parts, metadata = 12, 0, 0
    while at < length:
        part, inside = struct.unpack_from("<4sI", data, at)
        parts += 1
        if at + 8 + inside > length:
            raise HeaderError("is a damaged WebP: a chunk is longer than the file", AGAIN)
        if parts > PARTS:
            raise HeaderError(f"is a WebP of more than {PARTS:,} chunks")
        if part in {b"ICCP", b"EXIF", b"XMP "}:
            metadata += inside
            check_metadata("WebP", part.decode().strip(), metadata)
        at += 8 + inside + inside % 2
    return Header("WebP", *size, data[:length])
