"""Converts a decoded picture to what a viewer shows: upright, RGB in sRGB, on white; for uploads, data sets and examples."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .colours import Conversion, conversion

STRIP = 1 << 20  # pixels that are converted at a time
ORIENTATION = 0x0112  # the EXIF tag, and the turns that undo its values (EXIF 2.32, section 4.6.4)
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def as_seen(image: Image.Image) -> Image.Image:
    """A picture of any mode of Pillow, with its file's `info`, as a viewer shows it: RGB, without any metadata."""
    return upright(image, flat(image))


def flat(image: Image.Image, factor: int = 1) -> Image.Image:
    """A picture in RGB, its colours converted to sRGB, on white, shrunk by a whole factor (the mean of the pixels), without metadata.

    It converts one strip after the other, so that a large picture is never in memory twice.
    """
    image.load()
    convert = conversion(image)
    if factor == 1 and convert is None and image.mode in {"RGB", "L"} and "transparency" not in image.info:
        return _bare(image.convert("RGB"))
    result = Image.new("RGB", (-(-image.width // factor), -(-image.height // factor)))
    rows = max(1, STRIP // image.width // factor) * factor
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        shown = _opaque(strip, convert)
        result.paste(shown if factor == 1 else shown.reduce(factor), (0, top // factor))
    return result


def _opaque(image: Image.Image, convert: Conversion | None) -> Image.Image:
    """A strip in RGB on white."""
    image, alpha = _eight_bits(image)
    if alpha is None and image.has_transparency_data:
        image = image.convert("RGBA")
        alpha = image.getchannel("A")
    shown = image.convert("RGB") if convert is None else convert(image if image.mode in {"L", "CMYK"} else image.convert("RGB"))
    if alpha is None:
        return shown
    shown.putalpha(alpha)
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), shown).convert("RGB")


def _eight_bits(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """A strip with 8 bits per channel, and its alpha if a 16-bit value is the transparent one. Pillow itself would clip 16-bit values
    instead of scaling them."""
    if not image.mode.startswith("I"):
        return image, None
    values = np.asarray(image).astype(np.int64).clip(0, 65535)
    grey = Image.fromarray(((values * 255 + 32767) // 65535).astype(np.uint8))
    transparent = image.info.get("transparency")
    if not isinstance(transparent, int):
        return grey, None
    return grey, Image.fromarray(np.where(values == transparent, 0, 255).astype(np.uint8))


def upright(image: Image.Image, rgb: Image.Image) -> Image.Image:
    """`rgb` rotated or mirrored as the EXIF data of `image` says."""
    try:
        turn = UPRIGHT.get(image.getexif().get(ORIENTATION))
    except Exception:  # a picture with broken EXIF data can still be shown
        turn = None
    return _bare(rgb if turn is None else rgb.transpose(turn))


def _bare(image: Image.Image) -> Image.Image:
    image.info = {}
    return image
