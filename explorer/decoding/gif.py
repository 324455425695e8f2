"""Parses GIF files (89a), up to the end of the first picture."""

from __future__ import annotations

import struct

from .header import Header, HeaderError


def read(data: bytes) -> Header:
    """The header of a GIF. Its `picture` has only the first frame.

    Raises:
        HeaderError: if the file has no frame or is damaged.
    """
    screen = struct.unpack_from("<HH", data, 6)
    palette = 3 * 2 ** ((data[10] & 7) + 1) if data[10] & 0x80 else 0
    head, at, control = data[: 13 + palette], 13 + palette, b""
    while data[at] != 0x2C:
        if data[at] == 0x3B:
            raise HeaderError("is a GIF without any picture in it")
        if data[at] != 0x21:
            raise HeaderError(f"is a damaged GIF: an unknown block at byte {at:,}")
        end = _after_blocks(data, at + 2)
        if data[at + 1] == 0xF9:
            control = data[at:end]
        at = end
    left, top, width, height, flags = struct.unpack_from("<HHHHB", data, at + 1)
    codes = at + 10 + (3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0)
    end = _after_blocks(data, codes + 1)
    if not width or not height:
        raise HeaderError(f"is a GIF whose first picture has {width} x {height} pixels")
    size = max(screen[0], left + width), max(screen[1], top + height)
    return Header("GIF", *size, head + control + data[at:end] + b";")


def _after_blocks(data: bytes, at: int) -> int:
    """The position after a GIF's sequence of sub-blocks. Each begins with its length; the last one is empty."""
    while length := data[at]:
        at += 1 + length
    return at + 1
