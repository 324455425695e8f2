"""Picture files as people have them: from phones, cameras, browsers and scanners. Each with what it must open as.

They go through `read_upload` in tests/explorer/decoding/test_uploads.py, through HTTP in tests/explorer/page/api/test_hostile.py, and a
browser says which colours they have in tests/browser/test_pictures.py.

Unless its entry says otherwise, a file shows the `scene`: 64 x 48 pixels, red and green above blue and white.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pillow_heif
import profiles
from hostile_files import chunk, encoded, picture, png_of
from PIL import Image

pillow_heif.register_heif_opener()  # to write them
Colour = tuple[int, int, int]
RED, GREEN, BLUE, WHITE = (220, 30, 20), (30, 200, 60), (20, 60, 200), (255, 255, 255)
SCENE: tuple[Colour, ...] = (RED, GREEN, BLUE, WHITE)


@dataclass(frozen=True)
class Everyday:
    """A file that opens.

    Attributes:
        filename: under which it is uploaded.
        make: its bytes.
        size: of the picture in pixels.
        colours: in the middle of its four quarters, row by row; () if they are not compared.
        missing: words of what the visitor is told about a part that is missing; "" if nothing is.
        mime: the type by which a browser opens it; "" if Chromium does not open it, or shows it otherwise.
    """

    filename: str
    make: Callable[[], bytes]
    size: tuple[int, int] = (64, 48)
    colours: tuple[Colour, ...] = SCENE
    missing: str = ""
    mime: str = ""


def scene(colours: tuple = SCENE, size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """Four colours in the quarters of a picture."""
    found, (width, height) = Image.new(mode, size), size
    for i, colour in enumerate(colours):
        left, top = i % 2 * width // 2, i // 2 * height // 2
        found.paste(colour, (left, top, left + width // 2, top + height // 2))
    return found


def fine(format: str, image: Image.Image | None = None, **options) -> bytes:
    """A picture, or the scene, as a file of the best quality."""
    best = {"PNG": {}, "GIF": {}, "WEBP": {"lossless": True}, "AVIF": {"quality": 100, "subsampling": "4:4:4"}}
    best |= {"JPEG": {"quality": 100, "subsampling": 0}, "MPO": {"quality": 100}, "HEIF": {"quality": 100, "chroma": 444}}
    return encoded(format, image or scene(), **{**best[format], **options})


def exif(orientation: int) -> Image.Exif:
    found = Image.Exif()
    found[0x0112] = orientation
    return found


def turned(format: str) -> bytes:
    """The scene as a phone held upright stores it: lying on its side, with an orientation that says so."""
    return fine(format, scene().transpose(Image.Transpose.ROTATE_90), exif=exif(6).tobytes())


def _with_segments(*segments: bytes) -> bytes:
    """The scene as a progressive JPEG with these comments before each of its scans."""
    data = fine("JPEG", progressive=True)
    return data.replace(b"\xff\xda", b"".join(b"\xff\xfe" + struct.pack(">H", 2 + len(text)) + text for text in segments) + b"\xff\xda")


def _noise(format: str = "JPEG", **options) -> bytes:
    return encoded(format, picture(160, 120), **options)


def cut(data: bytes, kept: float, end: bytes = b"") -> bytes:
    """The first part of a file, and an end mark put back."""
    return data[: round(kept * len(data))] + end


def short_png(rows: int, end: bool = True) -> bytes:
    """A picture of 30 rows whose pixels end after so many of them, in chunks that are whole."""
    data = png_of(40, 30, pixels=(b"\0" + bytes(range(120))) * rows)
    return data if end else data[:-12]


def jpeg_of(width: int, height: int, **options) -> bytes:
    """The scene in the size of a phone's photo."""
    return encoded("JPEG", scene(size=(width, height)), **options)


def _png(before: bytes, colours: tuple[Colour, ...] = SCENE) -> bytes:
    """The scene as a PNG with these chunks."""
    data = fine("PNG", scene(colours))
    return data[:33] + before + data[33:]


def _chromaticities(*values: float) -> bytes:
    return chunk(b"cHRM", struct.pack(">8I", *(round(100_000 * value) for value in values)))


P3, ADOBE = profiles.of_colours(profiles.P3), profiles.of_colours(profiles.ADOBE, 2.19921875)
RED_OF_P3 = (234, 51, 35)  # by Display P3's numbers; by those of sRGB it is (255, 0, 0)
WIDE = (RED_OF_P3, (130, 180, 110), (128, 128, 128), WHITE)
WIDE_SHOWN = ((255, 0, 0), (115, 182, 102), (128, 128, 128), WHITE)  # by the matrix of the two sets of primaries
ADOBE_SHOWN = ((255, 24, 11), (0, 201, 37), (0, 57, 205), WHITE)
INKS = ((255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (0, 0, 0, 0))
INKS_SHOWN = ((0, 151, 218), (212, 83, 143), (247, 224, 0), WHITE)
GREYS, GREYS_LIGHT = (10, 60, 128, 255), ((56, 56, 56), (133, 133, 133), (188, 188, 188), WHITE)  # of gamma 1, and as sRGB
P3_PRIMARIES = (0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)

NAMES: dict[str, Everyday] = {
    "webp called jpg": Everyday("photo.jpg", partial(fine, "WEBP"), mime="image/webp"),
    "png called jpeg": Everyday("photo.jpeg", partial(fine, "PNG"), mime="image/png"),
    "jpeg called png": Everyday("photo.png", partial(fine, "JPEG"), mime="image/jpeg"),
    "gif called webp": Everyday("film.webp", partial(fine, "GIF"), mime="image/gif"),
    "jfif": Everyday("photo.jfif", partial(fine, "JPEG"), mime="image/jpeg"),
    "jpe": Everyday("photo.jpe", partial(fine, "JPEG"), mime="image/jpeg"),
    "capitals": Everyday("IMG_0001.JPG", partial(fine, "JPEG"), mime="image/jpeg"),
    "no suffix": Everyday("photo", partial(fine, "JPEG"), mime="image/jpeg"),
    "unknown suffix": Everyday("photo.jpg_large", partial(fine, "PNG"), mime="image/png"),
}

FORMATS: dict[str, Everyday] = {
    "heic": Everyday("IMG_0001.HEIC", partial(fine, "HEIF")),
    "heic called jpg": Everyday("IMG_0001.jpg", partial(fine, "HEIF")),
    "heic on its side": Everyday("IMG_0001.heic", partial(turned, "HEIF")),
    "avif": Everyday("photo.avif", partial(fine, "AVIF"), mime="image/avif"),
    "avif on its side": Everyday("photo.avif", partial(turned, "AVIF"), mime="image/avif"),
    "mpo of two pictures": Everyday(
        "DSC_0001.MPO", lambda: fine("MPO", save_all=True, append_images=[Image.new("RGB", (64, 48), "black")]), mime="image/jpeg"
    ),
    "progressive jpeg": Everyday("a.jpg", partial(fine, "JPEG", progressive=True), mime="image/jpeg"),
    "jpeg with an end mark in a comment": Everyday("a.jpg", lambda: _with_segments(b"a\xff\xd9z", b"\xff\xda"), mime="image/jpeg"),
    "jpeg with html in a comment": Everyday(
        "a.jpg", lambda: _with_segments(b"<!DOCTYPE html><html><svg>" * 20), mime="image/jpeg"
    ),
    "jpeg with restart marks": Everyday("a.jpg", partial(fine, "JPEG", restart_marker_rows=1), mime="image/jpeg"),
    "jpeg before a film": Everyday("MVIMG_0001.jpg", lambda: fine("JPEG") + b"\0\0\0\x18ftypmp42" + bytes(5000), mime="image/jpeg"),
    "grey in the corner": Everyday(
        "a.jpg", lambda: fine("JPEG", scene((RED, GREEN, BLUE, (128,) * 3))), colours=(RED, GREEN, BLUE, (128,) * 3), mime="image/jpeg"
    ),
    "all grey": Everyday("a.jpg", lambda: fine("JPEG", scene([(128,) * 3] * 4)), colours=((128,) * 3,) * 4, mime="image/jpeg"),
    "orientation 0": Everyday("a.jpg", lambda: fine("JPEG", exif=exif(0)), mime="image/jpeg"),
    "orientation 9": Everyday("a.jpg", lambda: fine("JPEG", exif=exif(9)), mime="image/jpeg"),
    "jpeg on its side": Everyday("a.jpg", partial(turned, "JPEG"), mime="image/jpeg"),
    "png on its side": Everyday("a.png", partial(turned, "PNG"), mime="image/png"),
    "webp on its side": Everyday("a.webp", partial(turned, "WEBP")),
}  # fmt: skip

PARTIAL: dict[str, Everyday] = {
    "jpeg without its end mark": Everyday("a.jpg", lambda: fine("JPEG")[:-2], missing="lacks its end mark; the picture itself is complete"),
    "jpeg cut in its last tenth": Everyday("a.jpg", lambda: cut(_noise(), 0.93), (160, 120), (), missing="the lowest 7 % of the picture"),
    "the same with an end mark": Everyday(
        "a.jpg", lambda: cut(_noise(), 0.93, b"\xff\xd9"), (160, 120), (), missing="the lowest 7 % of the picture"
    ),
    "jpeg with restart marks, cut": Everyday(
        "a.jpg", lambda: cut(_noise(restart_marker_rows=1), 0.93), (160, 120), (), missing="of the picture, which is shown grey"
    ),
    "progressive jpeg cut in its last tenth": Everyday(
        "a.jpg", lambda: cut(_noise(progressive=True), 0.93), (160, 120), (), missing="the finest details of the lowest"
    ),
    "the same progressive with an end mark": Everyday(
        "a.jpg", lambda: cut(_noise(progressive=True), 0.93, b"\xff\xd9"), (160, 120), (), missing="the finest details of the lowest"
    ),
    "jpeg cut and on its side": Everyday(
        "a.jpg", lambda: cut(_noise(exif=exif(6)), 0.9), (120, 160), (), missing="of the picture, which is shown grey"
    ),
    "png without its end mark": Everyday("a.png", lambda: fine("PNG")[:-12], missing="lacks its end mark; the picture itself is complete"),
    "png cut in its last tenth": Everyday("a.png", lambda: cut(_noise("PNG"), 0.93), (160, 120), (), missing="The end of this PNG"),
    "png of 27 rows instead of 30": Everyday("a.png", lambda: short_png(27), (40, 30), (), missing="the lowest 10 % of the picture"),
}  # fmt: skip

COLOURS: dict[str, Everyday] = {
    "jpeg in Display P3": Everyday(
        "a.jpg", lambda: fine("JPEG", scene(WIDE), icc_profile=P3), colours=WIDE_SHOWN, mime="image/jpeg"
    ),
    "png in Display P3": Everyday("a.png", lambda: fine("PNG", scene(WIDE), icc_profile=P3), colours=WIDE_SHOWN, mime="image/png"),
    "webp in Display P3": Everyday("a.webp", lambda: fine("WEBP", scene(WIDE), icc_profile=P3), colours=WIDE_SHOWN, mime="image/webp"),
    "heic in Display P3": Everyday("a.heic", lambda: fine("HEIF", scene(WIDE), icc_profile=P3), colours=WIDE_SHOWN),
    "avif in Display P3": Everyday("a.avif", lambda: fine("AVIF", scene(WIDE), icc_profile=P3), colours=WIDE_SHOWN, mime="image/avif"),
    "transparent png in Display P3": Everyday(
        "a.png", lambda: fine("PNG", scene((*WIDE[:3], (9, 9, 9, 0)), mode="RGBA"), icc_profile=P3), colours=WIDE_SHOWN
    ),
    "jpeg in Adobe RGB": Everyday(
        "a.jpg", lambda: fine("JPEG", scene(), icc_profile=ADOBE), mime="image/jpeg",
        colours=ADOBE_SHOWN,
    ),
    "jpeg in sRGB, which says so": Everyday(
        "a.jpg", lambda: fine("JPEG", icc_profile=profiles.of_colours(profiles.SRGB)), mime="image/jpeg"
    ),
    "grey jpeg of gamma 1": Everyday(
        "a.jpg", lambda: fine("JPEG", scene(GREYS, mode="L"), icc_profile=profiles.of_greys(1.0)), colours=GREYS_LIGHT, mime="image/jpeg"
    ),
    "jpeg for a press": Everyday(
        "a.jpg", lambda: encoded("JPEG", scene(INKS, mode="CMYK"), quality=100, icc_profile=profiles.of_inks()), colours=INKS_SHOWN,
        mime="image/jpeg",
    ),
    "jpeg in inks without a profile": Everyday(
        "a.jpg", lambda: encoded("JPEG", scene().convert("CMYK"), quality=100), mime="image/jpeg"
    ),
    "jpeg with a broken profile": Everyday("a.jpg", lambda: fine("JPEG", icc_profile=b"nothing" * 50), mime="image/jpeg"),
    "jpeg with a profile of greys": Everyday(
        "a.jpg", lambda: fine("JPEG", icc_profile=profiles.of_greys(1.0)), mime="image/jpeg"
    ),
    "png with a gamma": Everyday(
        "a.png", lambda: _png(chunk(b"gAMA", struct.pack(">I", 100_000)), tuple((v,) * 3 for v in GREYS)), colours=GREYS_LIGHT,
        mime="image/png",
    ),
    "png with the usual gamma": Everyday("a.png", lambda: _png(chunk(b"gAMA", struct.pack(">I", 45_455))), mime="image/png"),
    "png that says sRGB and a gamma": Everyday(
        "a.png", lambda: _png(chunk(b"sRGB", b"\0") + chunk(b"gAMA", struct.pack(">I", 100_000))), mime="image/png"
    ),
    "png with chromaticities": Everyday(
        "a.png", lambda: _png(chunk(b"gAMA", struct.pack(">I", 45_455)) + _chromaticities(*P3_PRIMARIES), WIDE), mime="image/png",
        colours=((255, 0, 0), (115, 183, 103), (129, 129, 129), WHITE),
    ),
    "png with cICP": Everyday("a.png", lambda: _png(chunk(b"cICP", bytes((12, 13, 0, 1))), WIDE), colours=WIDE_SHOWN, mime="image/png"),
    "png with a damaged gamma": Everyday("a.png", lambda: _png(chunk(b"gAMA", b"\0")), mime=""),
}  # fmt: skip

PHONES: dict[str, Everyday] = {
    "24 megapixels": Everyday("IMG_0001.jpg", lambda: jpeg_of(5712, 4284), (2856, 2142)),
    "48 megapixels on their side": Everyday("IMG_0002.jpg", lambda: jpeg_of(8064, 6048, exif=exif(6)), (3024, 4032), ()),
    "50 megapixels": Everyday("IMG_0003.jpg", lambda: jpeg_of(8160, 6120), (4080, 3060)),
    "100 megapixels": Everyday("IMG_0004.jpg", lambda: jpeg_of(12_240, 8160), (3060, 2040)),
    "24 megapixels, progressive": Everyday("IMG_0005.jpg", lambda: jpeg_of(5712, 4284, progressive=True), (2856, 2142)),
    "40 megapixels in a png": Everyday("a.png", lambda: encoded("PNG", scene(size=(8000, 5000)), compress_level=1), (4000, 2500)),
}

FILES: dict[str, Everyday] = NAMES | FORMATS | PARTIAL | COLOURS | PHONES
