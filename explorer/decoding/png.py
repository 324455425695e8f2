"""Parses PNG files (third edition, W3C 2025): their chunks, and how many rows of pixels they have."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

from .header import AGAIN, METADATA, PARTS, Header, HeaderError, check_metadata

CRITICAL = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}  # a wrong checksum makes the picture wrong
SIZES = {b"gAMA": {4}, b"cHRM": {32}, b"sRGB": {1}, b"cICP": {4}}  # of the chunks for colours, which decoders do not check
OPTIONAL = {b"eXIf", b"iCCP", *SIZES}  # left out if damaged
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))  # columns and rows of the passes


def read(data: bytes) -> Header:
    """The header of a PNG. Its `picture` has no texts and later frames; of a truncated chunk of pixels it has the existing bytes.

    Raises:
        HeaderError: if the file is damaged, ends before its size, or has too much metadata or too many chunks.
    """
    kept, metadata, size, code, at, parts = [data[:8]], 0, None, None, 8, 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end, parts = at + 12 + length, parts + 1
        label = kind.decode("latin-1") if kind.isalpha() else "?"
        if parts > PARTS:
            raise HeaderError(f"is a PNG of more than {PARTS:,} chunks")
        if (kind == b"IHDR") != (size is None):
            raise HeaderError(f"is a damaged PNG: the chunk {label} is misplaced")
        body, whole = data[at + 8 : end - 4], end <= len(data)
        if not whole:
            if kind == b"IDAT":
                kept.append(_chunk(kind, data[at + 8 : at + 8 + length]))
            break
        if kind in {b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf"}:
            metadata += _inflated(kind, body)
            check_metadata("PNG", label, metadata)
        if _kept(kind, body, data[end - 4 : end]):
            kept.append(data[at:end])
            size = struct.unpack(">II", body[:8]) if kind == b"IHDR" else size
            code = (body[0], body[1]) if kind == b"cICP" else code
        if kind == b"IEND":
            return Header("PNG", *size, b"".join(kept), code=code)
        at = end
    if not size:
        raise HeaderError("is a truncated PNG: it stops before its size", AGAIN)
    return Header("PNG", *size, b"".join(kept) + _chunk(b"IEND", b""), ended=False, code=code)


def _kept(kind: bytes, body: bytes, checksum: bytes) -> bool:
    """Whether a chunk is kept for the decoder."""
    if kind not in CRITICAL | OPTIONAL:
        return False
    if zlib.crc32(kind + body) != int.from_bytes(checksum, "big"):
        if kind in CRITICAL:
            raise HeaderError(f"is a damaged PNG: its chunk {kind.decode()} does not match its checksum", AGAIN)
        return False
    if kind == b"iCCP":
        return body.partition(b"\0")[2][:1] == b"\0"  # the only method of compression
    return kind not in SIZES or len(body) in SIZES[kind]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _inflated(kind: bytes, body: bytes) -> int:
    """The decompressed size in bytes of a chunk of text or of a profile, counted only up to METADATA + 1."""
    keyword, _, rest = body.partition(b"\0")
    if kind == b"iTXt" and rest[:1] == b"\1":
        packed = rest[2:].split(b"\0", 2)[-1]
    elif kind in {b"zTXt", b"iCCP"}:
        packed = rest[1:]
    else:
        return len(body)
    try:
        return len(keyword) + len(zlib.decompressobj().decompress(packed, METADATA + 1))
    except zlib.error:
        return len(body)


def rows(header: Header) -> int:
    """The number of complete rows of pixels in a PNG, from the top; 0 for an interlaced PNG that is incomplete, because its passes mix the
    rows."""
    depth, colour, _, _, interlaced = header.picture[24:29]
    bits = depth * CHANNELS.get(colour, 0)
    if not bits:
        return header.height  # an invalid colour type, which the decoder will reject
    if not interlaced:
        row = 1 + (header.width * bits + 7) // 8
        return _unpacked(header, header.height * row) // row
    expected = 0
    for left, top, across, down in ADAM7:
        width, height = -(-(header.width - left) // across), -(-(header.height - top) // down)
        expected += height * (1 + (width * bits + 7) // 8) if width > 0 and height > 0 else 0
    return header.height if _unpacked(header, expected) >= expected else 0


def _unpacked(header: Header, expected: int) -> int:
    """The number of decompressed bytes of pixels in a PNG, counted only up to `expected`, and not stored."""
    unpack, found, at, picture = zlib.decompressobj(), 0, 8, header.picture
    while at < len(picture) and found < expected and not unpack.eof:
        length, kind = struct.unpack_from(">I4s", picture, at)
        packed = picture[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        while packed and found < expected and not unpack.eof:
            try:
                found += len(unpack.decompress(packed, min(expected - found, 1 << 20)))
            except zlib.error:
                return expected if header.ended else found  # the decoder will say what is wrong
            packed = unpack.unconsumed_tail
        at += 12 + length
    return found


def shortened(header: Header, height: int) -> Header:
    """The header of the same PNG with only its first `height` rows."""
    picture = header.picture
    head = picture[16:20] + struct.pack(">I", height) + picture[24:29]
    return replace(header, height=height, picture=picture[:8] + _chunk(b"IHDR", head) + picture[33:])
