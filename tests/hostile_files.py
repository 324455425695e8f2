"""Files that were made to do harm or are simply broken, each with the words that its refusal must contain.

They go through `read_upload` in tests/explorer/decoding/test_uploads.py and through HTTP in tests/explorer/page/api/test_hostile.py.
What opens, although it is unusual, stands in everyday_files.py.
"""

from __future__ import annotations

import pickle
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class Defect:
    """A broken file: its name when uploaded, what makes its bytes, and words of the message that it must get."""

    filename: str
    make: Callable[[], bytes]
    message: str


def picture(width: int = 40, height: int = 30) -> Image.Image:
    """Seeded noise: it does not compress, so that a cut anywhere cuts into the picture."""
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8))


def encoded(format: str, image: Image.Image | None = None, **options) -> bytes:
    """A picture as a file of a Pillow format."""
    buffer = BytesIO()
    (image or picture()).save(buffer, format, **options)
    return buffer.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    """A PNG chunk with its checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(
    width: int, height: int, *, depth: int = 8, colour: int = 2, before: bytes = b"", pixels: bytes = b"", after: bytes = b""
) -> bytes:
    """A PNG put together by hand: header, chunks, unpacked pixel data, chunks."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + before + chunk(b"IDAT", zlib.compress(pixels, 9)) + after + chunk(b"IEND", b"")


def black_png(width: int, height: int) -> bytes:
    """A whole and valid RGB picture in which every pixel is black: a thousand times smaller than its pixels."""
    return png_of(width, height, pixels=bytes((1 + 3 * width) * height))


def _patched(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def _jpeg_with(segment: bytes) -> bytes:
    data = encoded("JPEG")
    return data[:2] + segment + data[2:]


def _jpeg_of_size(width: int, height: int, progressive: bool = False) -> bytes:
    data = encoded("JPEG", progressive=progressive)
    return _patched(data, data.index(b"\xff\xc2" if progressive else b"\xff\xc0") + 5, struct.pack(">HH", height, width))


def _interlaced_png() -> bytes:
    """Thirty rows of forty pixels that come in seven passes (Adam7)."""
    passes = [(5, 4), (5, 4), (10, 4), (10, 8), (20, 8), (20, 15), (40, 15)]
    pixels = b"".join((b"\0" + np.random.default_rng(width).bytes(3 * width)) * height for width, height in passes)
    data = png_of(40, 30, pixels=pixels)
    return data[:8] + chunk(b"IHDR", data[16:28] + b"\1") + data[33:]


def _heic_of_size(width: int, height: int) -> bytes:
    """The boxes of a HEIC file that names this size, without any pixels."""
    size = struct.pack(">I4sIII", 20, b"ispe", 0, width, height)
    properties = _box(b"iprp", _box(b"ipco", size))
    return _box(b"ftyp", b"heic" + bytes(4) + b"mif1heic") + _box(b"meta", bytes(4) + properties)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _jpeg_of_scans(count: int) -> bytes:
    data = encoded("JPEG", progressive=True)
    scan = data[data.index(b"\xff\xda") : data.index(b"\xff", data.index(b"\xff\xda") + 2)]
    return data[:-2] + scan * count + b"\xff\xd9"


def _gif_of_size(width: int, height: int) -> bytes:
    return _patched(encoded("GIF"), 6, struct.pack("<HH", width, height))


def _gif_with_wide_frame() -> bytes:
    data = encoded("GIF")
    return _patched(data, data.index(b"\x2c\0\0\0\0") + 5, struct.pack("<HH", 65535, 65535))


def _webp_of_canvas(width: int, height: int) -> bytes:
    extended = b"VP8X" + struct.pack("<I", 10) + bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + extended + encoded("WEBP", lossless=True)[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _apng(frames: int) -> bytes:
    control = chunk(b"acTL", struct.pack(">II", frames, 0))
    later = b"".join(
        chunk(b"fcTL", struct.pack(">IIIIIHHBB", 2 * i, 1, 1, 0, 0, 1, 10, 0, 0)) + chunk(b"fdAT", struct.pack(">I", 2 * i + 1))
        for i in range(frames)
    )
    return png_of(1, 1, before=control, pixels=bytes(4), after=later)


class _Harmful:
    def __reduce__(self):
        return print, ("a pickle was executed",)


def _packed_text(kind: bytes) -> bytes:
    body = zlib.compress(b"A" * 50_000_000, 9)
    return chunk(kind, b"Comment\0" + (b"\1\0en\0\0" if kind == b"iTXt" else b"\0") + body)


PNG, JPEG, GIF, WEBP, AVIF = (encoded(name) for name in ("PNG", "JPEG", "GIF", "WEBP", "AVIF"))
LARGE, PASSES = (encoded("JPEG", picture(320, 240), progressive=progressive) for progressive in (False, True))

DEFECTS: dict[str, Defect] = {
    "empty": Defect("empty.png", bytes, "is empty"),
    "more than 25 MB": Defect("big.png", lambda: PNG + bytes(25_000_001), "bytes, more than 25 MB"),
    "svg": Defect("drawing.png", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "looks like an SVG drawing"),
    "html": Defect("page.jpg", lambda: b"<!DOCTYPE html><html><script>alert(1)</script></html>", "looks like a web page"),
    "pickle": Defect("weights.png", lambda: pickle.dumps(_Harmful()), "looks like a Python pickle"),
    "text": Defect("words.gif", lambda: b"This is not a picture.", "looks like text"),
    "zip": Defect("archive.webp", lambda: b"PK\x03\x04" + bytes(100), "looks like an archive"),
    "program": Defect("program.png", lambda: b"\x7fELF" + bytes(100), "looks like a program"),
    "pdf": Defect("paper.jpg", lambda: b"%PDF-1.7\n" + bytes(100), "looks like a PDF"),
    "bmp": Defect("picture.bmp", lambda: encoded("BMP"), "looks like a BMP"),
    "tiff": Defect("picture.tif", lambda: encoded("TIFF"), "looks like a TIFF"),
    "heic: no size": Defect("photo.heic", lambda: b"\0\0\0\x18ftypheic" + bytes(100), "is a damaged HEIF: it does not give its size"),
    "video": Defect("film.gif", lambda: b"\0\0\0\x18ftypisom" + bytes(100), "looks like a video"),
    "random bytes": Defect("noise.png", lambda: np.random.default_rng(1).bytes(1000), "are those of no known format"),
    "png: signature alone": Defect("a.png", lambda: PNG[:8], "is a truncated PNG"),
    "png: truncated": Defect("a.png", lambda: PNG[: len(PNG) // 2], "is a truncated PNG: it has only 14 of its 30 rows"),
    "png: wrong checksum": Defect("a.png", lambda: _patched(PNG, PNG.index(b"IDAT") + 9, b"\0\1\2"), "IDAT does not match its checksum"),
    "png: no header": Defect("a.png", lambda: PNG[:8] + chunk(b"IDAT", b"") + chunk(b"IEND", b""), "the chunk IDAT is misplaced"),
    "png: no width": Defect("a.png", lambda: png_of(0, 10), "is a PNG of 0 x 10 pixels"),
    "png: too little data": Defect("a.png", lambda: png_of(100, 100, pixels=bytes(500)), "it has only 1 of its 100 rows"),
    "png: broken data": Defect("a.png", lambda: PNG[:33] + chunk(b"IDAT", b"zip? no") + PNG[-12:], "is a PNG that cannot be decoded"),
    "png: no data": Defect("a.png", lambda: PNG[:33] + PNG[-12:], "is a truncated PNG: it has only 0 of its 30 rows"),
    "png: nonsense bit depth": Defect("a.png", lambda: png_of(10, 10, depth=3, pixels=bytes(500)), "is a PNG that cannot be decoded"),
    "png: bomb": Defect("a.png", lambda: black_png(9000, 9000), "has 9,000 x 9,000 pixels, more than the 40 megapixels of a PNG"),
    "png: just over": Defect("a.png", lambda: black_png(8001, 5000), "has 8,001 x 5,000 pixels, more than the 40 megapixels of a PNG"),
    "png: claims 4 billion squared": Defect("a.png", lambda: png_of(2**31 - 1, 2**31 - 1), "has 2,147,483,647 x 2,147,483,647 pixels"),
    "png: rows end halfway": Defect("a.png", lambda: png_of(40, 30, pixels=bytes(121 * 15)), "it has only 15 of its 30 rows"),
    "png: interlaced and cut": Defect("a.png", lambda: _interlaced_png()[:-40], "it has only 0 of its 30 rows"),
    "png: zTXt bomb": Defect("a.png", lambda: png_of(1, 1, before=_packed_text(b"zTXt"), pixels=bytes(4)), "zTXt and other texts"),
    "png: iTXt bomb": Defect("a.png", lambda: png_of(1, 1, before=_packed_text(b"iTXt"), pixels=bytes(4)), "iTXt and other texts"),
    "png: profile bomb": Defect("a.png", lambda: png_of(1, 1, before=_packed_text(b"iCCP"), pixels=bytes(4)), "iCCP and other texts"),
    "png: long text": Defect(
        "a.png", lambda: png_of(1, 1, before=chunk(b"tEXt", bytes(3_000_000)), pixels=bytes(4)), "tEXt and other texts"
    ),
    "png: 100,000 frames": Defect("a.png", lambda: _apng(100_000), "is a PNG of more than 10,000 chunks"),
    "jpeg: first bytes": Defect("a.jpg", lambda: JPEG[:3], "is a truncated JPEG"),
    "jpeg: first third": Defect("a.jpg", lambda: LARGE[: len(LARGE) // 3], "is a truncated JPEG: its lowest 74 % are missing"),
    "jpeg: first third and an end mark": Defect(
        "a.jpg", lambda: LARGE[: len(LARGE) // 3] + b"\xff\xd9", "is a truncated JPEG: its lowest 74 % are missing"
    ),
    "jpeg: first third, progressive": Defect("a.jpg", lambda: PASSES[: len(PASSES) // 3], "is a truncated JPEG: whole scans are missing"),
    "jpeg: first third, progressive, and an end mark": Defect(
        "a.jpg", lambda: PASSES[: len(PASSES) // 3] + b"\xff\xd9", "is a truncated JPEG: whole scans are missing"
    ),
    "jpeg: just over": Defect("a.jpg", lambda: _jpeg_of_size(10_001, 10_000), "more than the 100 megapixels of a JPEG"),
    "jpeg: just over, progressive": Defect(
        "a.jpg", lambda: _jpeg_of_size(8001, 5000, progressive=True), "more than the 40 megapixels of a JPEG of several scans"
    ),
    "jpeg: missing marker": Defect("a.jpg", lambda: _patched(JPEG, 20, b"\0\0"), "is a damaged JPEG: a marker is missing"),
    "jpeg: misplaced marker": Defect("a.jpg", lambda: _jpeg_with(b"\xff\xd8"), "the marker D8 is misplaced"),
    "jpeg: segment without length": Defect("a.jpg", lambda: _jpeg_with(b"\xff\xe5\0\0"), "its segment E5 is cut short"),
    "jpeg: segment past the end": Defect("a.jpg", lambda: JPEG[:2] + b"\xff\xe5\xff\xff" + bytes(9), "its segment E5 is cut short"),
    "jpeg: ends at once": Defect("a.jpg", lambda: b"\xff\xd8\xff\xd9", "is a damaged JPEG: it ends before its first scan"),
    "jpeg: no size": Defect("a.jpg", lambda: b"\xff\xd8\xff\xda\0\2\xff\xd9", "is a damaged JPEG: it does not give its size"),
    "jpeg: no tables": Defect("a.jpg", lambda: JPEG[:2] + JPEG[JPEG.index(b"\xff\xc0") :], "is a JPEG that cannot be decoded"),
    "jpeg: bomb": Defect("a.jpg", lambda: _jpeg_of_size(65500, 65500), "has 65,500 x 65,500 pixels"),
    "jpeg: 10,000 segments": Defect(
        "a.jpg", lambda: _jpeg_with(b"\xff\xe1\0\x09Exif\0\0x" * 10_000), "is a JPEG of more than 1,000 segments"
    ),
    "jpeg: 5,000 scans": Defect("a.jpg", lambda: _jpeg_of_scans(5000), "is a JPEG of more than 100 scans"),
    "gif: header alone": Defect("a.gif", lambda: GIF[:10], "is a truncated GIF"),
    "gif: truncated": Defect("a.gif", lambda: GIF[: len(GIF) // 2], "is a truncated GIF"),
    "gif: no picture": Defect("a.gif", lambda: b"GIF89a\x01\0\x01\0\0\0\0;", "is a GIF without any picture in it"),
    "gif: unknown block": Defect("a.gif", lambda: b"GIF89a\x01\0\x01\0\0\0\0\x99", "is a damaged GIF: an unknown block"),
    "gif: bomb": Defect("a.gif", lambda: _gif_of_size(65535, 65535), "has 65,535 x 65,535 pixels"),
    "gif: frame bigger than the screen": Defect("a.gif", _gif_with_wide_frame, "has 65,535 x 65,535 pixels"),
    "webp: header alone": Defect("a.webp", lambda: WEBP[:14], "is a truncated WebP"),
    "webp: truncated": Defect("a.webp", lambda: WEBP[: len(WEBP) // 2], "is a truncated WebP"),
    "webp: broken data": Defect("a.webp", lambda: _patched(WEBP, 30, b"\xff" * 200), "is a WebP that cannot be decoded"),
    "webp: unknown first chunk": Defect(
        "a.webp", lambda: _patched(WEBP, 12, b"JUNK"), "is a damaged WebP: it does not begin with a picture"
    ),
    "webp: bomb": Defect("a.webp", lambda: _webp_of_canvas(16384, 16384), "has 16,384 x 16,384 pixels"),
    "heic: bomb": Defect("a.heic", lambda: _heic_of_size(30_000, 30_000), "has 30,000 x 30,000 pixels"),
    "heic: no picture": Defect("a.heic", lambda: _heic_of_size(40, 30), "is a HEIF that cannot be decoded"),
    "heic: 100,000 boxes": Defect("a.heic", lambda: _heic_of_size(40, 30) + _box(b"free", b"") * 100_000, "of more than 10,000 boxes"),
    "heic: box without an end": Defect("a.heic", lambda: _heic_of_size(40, 30) + b"\0\0\0\3free", "a box is shorter than its own header"),
    "avif: truncated": Defect("a.avif", lambda: AVIF[: len(AVIF) // 2], "is a truncated AVIF"),
    "avif: broken data": Defect("a.avif", lambda: AVIF[: -len(AVIF) // 2] + bytes(len(AVIF) // 2), "is a truncated AVIF"),
    "webp: canvas and picture differ": Defect("a.webp", lambda: _webp_of_canvas(3000, 3000), "is a WebP that cannot be decoded"),
}
