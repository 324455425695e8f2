"""What a picture file says about itself, read before any decoder sees it, and the few parts of it that a decoder may see.

An uploaded file is hostile until shown otherwise. A decoder trusts the file to say how much memory to take and how many comments,
frames and scans to walk through; a file of some kilobytes can thereby ask for gigabytes or minutes. So the file is walked here
first, over its bytes alone: its size in pixels is read, its structure is checked, and a smaller file is put together from the parts
that make the first picture. Text, colour profiles, thumbnails and all later frames stay behind; EXIF stays, because it says which way up
the picture is.

Formats: PNG (third edition, W3C 2025), JPEG (ITU T.81), GIF (89a), WebP (RFC 9649).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

METADATA = 1_000_000  # bytes of text, profiles and EXIF in a PNG or WebP, unpacked; a colour profile has some kilobytes
PARTS = 10_000  # chunks of one file; 8 MB in a usual encoder's pieces of 8 kB are a thousand
SCANS = 100  # passes of a progressive JPEG, each of which walks over the whole picture; encoders make about ten
SEGMENTS = 1000  # of a JPEG before its picture


class HeaderError(ValueError):
    """The bytes are not a whole picture; the message continues "this file ..."."""


@dataclass(frozen=True)
class Header:
    """What was read: the format's name as Pillow has it, the size, and the file reduced to its first picture."""

    format: str
    width: int
    height: int
    picture: bytes = field(repr=False)


def read_header(data: bytes) -> Header:
    """Check a picture file's structure and find the size of its first picture, without decoding it.

    Raises:
        HeaderError: for anything but a whole PNG, JPEG, WebP or GIF, with the reason.
    """
    if not data:
        raise HeaderError("is empty")
    for name, recognise, read in READERS:
        if recognise(data):
            try:
                header = read(data)
            except (IndexError, struct.error):
                raise HeaderError(f"is a truncated {name}: it ends before its first picture is whole") from None
            if not header.width or not header.height:
                raise HeaderError(f"is a {name} of {header.width} x {header.height} pixels")
            return header
    raise HeaderError(f"is no picture: {_guess(data)}")


def _read_png(data: bytes) -> Header:
    kept, metadata, size, at, parts = [data[:8]], 0, None, 8, 0
    while True:
        if len(data) < at + 12:
            raise HeaderError("is a truncated PNG: it stops before its end mark")
        length, kind = struct.unpack_from(">I4s", data, at)
        end, parts = at + 12 + length, parts + 1
        label = kind.decode("latin-1") if kind.isalpha() else "?"
        if end > len(data):
            raise HeaderError(f"is a truncated PNG: its chunk {label} has {len(data) - at - 12:,} of {length:,} bytes")
        if parts > PARTS:
            raise HeaderError(f"is a PNG of more than {PARTS:,} chunks")
        if (kind == b"IHDR") != (size is None):
            raise HeaderError(f"is a damaged PNG: the chunk {label} stands where it must not")
        if kind in {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"eXIf", b"IEND"}:
            if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
                raise HeaderError(f"is a damaged PNG: its chunk {label} does not match its checksum")
            kept.append(data[at:end])
        if kind == b"IHDR":
            size = struct.unpack_from(">II", data, at + 8)
        elif kind in {b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf"}:
            metadata += _inflated(kind, data[at + 8 : end - 4])
            _check_metadata("PNG", label, metadata)
        elif kind == b"IEND":
            return Header("PNG", *size, b"".join(kept))
        at = end


def _inflated(kind: bytes, body: bytes) -> int:
    """How many bytes a chunk of text or a profile becomes, counted up to `METADATA` + 1 and not further."""
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


def _check_metadata(name: str, part: str, found: int) -> None:
    if found > METADATA:
        raise HeaderError(f"is a {name} whose {part} and other texts and profiles hold more than {METADATA / 1e6:.0f} MB")


def _read_jpeg(data: bytes) -> Header:
    kept, size, exif, at = [data[:2]], None, False, 2
    for _ in range(SEGMENTS):
        at, marker, segment = _segment(data, at)
        if marker == 0xDA:
            break
        first_exif = marker == 0xE1 and segment[4:10] == b"Exif\0\0" and not exif
        exif = exif or first_exif
        if first_exif or marker in {0xE0, 0xEE} or marker < 0xE0:
            kept.append(segment)
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            size = _frame_size(segment, size)
        at += len(segment)
    else:
        raise HeaderError(f"is a JPEG of more than {SEGMENTS:,} segments before its picture")
    if not size:
        raise HeaderError("is a damaged JPEG: it nowhere gives its size")
    end = data.find(b"\xff\xd9", at)
    if end < 0:
        raise HeaderError("is a truncated JPEG: it stops before its end mark")
    if (scans := data.count(b"\xff\xda", at, end)) > SCANS:
        raise HeaderError(f"is a JPEG of {scans:,} scans, at most {SCANS} are allowed")
    return Header("JPEG", *size, b"".join(kept) + data[at : end + 2])


def _segment(data: bytes, at: int) -> tuple[int, int, bytes]:
    """Where the segment at or after a byte starts, its marker, and its bytes."""
    if data[at] != 0xFF:
        raise HeaderError(f"is a damaged JPEG: a marker is missing at byte {at:,}")
    while data[at + 1] == 0xFF:  # a marker may be preceded by any number of fill bytes (T.81, B.1.1.2)
        at += 1
    marker = data[at + 1]
    if marker == 0xD9:
        raise HeaderError("is a damaged JPEG: it ends before its first scan")
    if marker < 0xC0 or 0xD0 <= marker <= 0xD8:
        raise HeaderError(f"is a damaged JPEG: the marker {marker:02X} stands where it must not")
    length = struct.unpack_from(">H", data, at + 2)[0]
    segment = data[at : at + 2 + length]
    if length < 2 or len(segment) < 2 + length:
        raise HeaderError(f"is a {'damaged' if length < 2 else 'truncated'} JPEG: its segment {marker:02X} is cut short")
    return at, marker, segment


def _frame_size(segment: bytes, known: tuple[int, int] | None) -> tuple[int, int]:
    """Width and height in a frame header, of which a JPEG has one."""
    if known:
        raise HeaderError("is a damaged JPEG: it gives its size twice")
    height, width, components = struct.unpack_from(">HHB", segment, 5)
    if components not in {1, 3, 4}:
        raise HeaderError(f"is a JPEG of {components} colour components")
    return width, height


def _read_gif(data: bytes) -> Header:
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
    """The byte after a GIF's chain of sub-blocks, each led by its length, the last one empty."""
    while length := data[at]:
        at += 1 + length
    return at + 1


def _read_webp(data: bytes) -> Header:
    length = 8 + struct.unpack_from("<I", data, 4)[0]
    if length > len(data):
        raise HeaderError(f"is a truncated WebP: {len(data):,} of {length:,} bytes")
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
            raise HeaderError("is a damaged WebP: a chunk is longer than the file")
        if parts > PARTS:
            raise HeaderError(f"is a WebP of more than {PARTS:,} chunks")
        if part in {b"ICCP", b"EXIF", b"XMP "}:
            metadata += inside
            _check_metadata("WebP", part.decode().strip(), metadata)
        at += 8 + inside + inside % 2
    return Header("WebP", *size, data[:length])


READERS: tuple[tuple[str, Callable[[bytes], bool], Callable[[bytes], Header]], ...] = (
    ("PNG", lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"), _read_png),
    ("JPEG", lambda data: data.startswith(b"\xff\xd8\xff"), _read_jpeg),
    ("GIF", lambda data: data.startswith((b"GIF87a", b"GIF89a")), _read_gif),
    ("WebP", lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP", _read_webp),
)

OTHERS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("it looks like a HEIC or AVIF photo", lambda data: data[4:8] == b"ftyp" and data[8:12] in {b"heic", b"heix", b"mif1", b"avif"}),
    ("it looks like a video", lambda data: data[4:8] == b"ftyp" or data.startswith(b"\x1aE\xdf\xa3")),
    ("it looks like a BMP", lambda data: data.startswith(b"BM") and data[6:10] == b"\0\0\0\0"),
    ("it looks like a TIFF", lambda data: data.startswith((b"II*\0", b"MM\0*"))),
    ("it looks like a PDF", lambda data: data.startswith(b"%PDF")),
    ("it looks like an archive", lambda data: data.startswith((b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!"))),
    ("it looks like a program", lambda data: data.startswith((b"\x7fELF", b"MZ", b"#!"))),
    ("it looks like a Python pickle", lambda data: data[:1] == b"\x80" and data[1:2] in b"\2\3\4\5" and data.endswith(b".")),
    ("it looks like an SVG drawing", lambda data: b"<svg" in data[:1000].lower()),
    ("it looks like a web page", lambda data: b"<html" in data[:1000].lower() or b"<!doctype html" in data[:1000].lower()),
    ("it looks like text", lambda data: b"\0" not in data[:1000] and data[:1000].isascii()),
)


def _guess(data: bytes) -> str:
    return next((guess for guess, recognise in OTHERS if recognise(data)), "its first bytes belong to none of the known formats")
