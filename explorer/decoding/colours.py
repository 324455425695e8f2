"""Converts the colours of a picture to sRGB, as browsers do, from the colour space that its file names.

A file names its colour space by an ICC profile (applied by LittleCMS), by the code numbers of ITU-T H.273, or, in a PNG, by a gamma and
chromaticities. A file that names none is in sRGB. Invalid profiles and values are ignored, as in browsers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

Conversion = Callable[[Image.Image], Image.Image]
Chromaticities = tuple[float, ...]  # x and y of white, red, green, blue

D65 = (0.3127, 0.3290)
SRGB = (*D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
PRIMARIES: dict[int, Chromaticities] = {
    1: SRGB,
    5: (*D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06),
    6: (*D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    7: (*D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    9: (*D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    11: (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    12: (*D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
}  # H.273, table 2; 12 is Display P3
GAMMAS = {1: 2.4, 4: 2.2, 5: 2.8, 6: 2.4, 8: 1.0, 13: 0.0, 14: 2.4, 15: 2.4}  # H.273, table 3, as Chromium shows it; 0 is sRGB's curve
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
ROUNDING = 2  # of 255: a profile that changes every colour by at most this much is a rounded sRGB, and not applied
GAMMA_TOLERANCE = 0.05  # a gamma without chromaticities is not applied if its product with 2.2 is this near to 1 (libpng's threshold)


def conversion(image: Image.Image) -> Conversion | None:
    """The function that converts the colours of a picture, without alpha, to sRGB; None if no conversion is needed.

    Args:
        image: its `info` has the values that Pillow found in the file (`icc_profile`, and of a PNG `srgb`, `gamma` and `chromaticity`), and
            `code`, the numbers of H.273 for primaries and transfer function.

    Returns:
        A function from a picture of mode L, RGB or CMYK to RGB.
    """
    info, grey = image.info, image.mode in {"1", "L", "LA"} or image.mode.startswith("I")
    primaries, transfer = info.get("code") or (2, 2)
    named = primaries in PRIMARIES and transfer in GAMMAS
    if named and (image.format == "PNG" or "icc_profile" not in info):  # PNG, 4.3: the numbers take precedence over the profile
        return _by_primaries(PRIMARIES[primaries], GAMMAS[transfer])
    if "icc_profile" in info:
        return _by_profile(bytes(info["icc_profile"] or b""), "CMYK" if image.mode == "CMYK" else "L" if grey else "RGB")
    if "srgb" in info or not (gamma := info.get("gamma")):
        return None
    chromaticities = info.get("chromaticity")
    if chromaticities is None and abs(gamma * 2.2 - 1) < GAMMA_TOLERANCE:
        return None
    return _by_primaries(tuple(chromaticities or SRGB), 1 / gamma)


@lru_cache(maxsize=16)
def _by_profile(profile: bytes, mode: str) -> Conversion | None:
    """The conversion by an ICC profile; None if the profile changes nothing, is broken, or is for pictures of another mode."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if mode == "L" and source.profile.xcolor_space.strip() == "RGB":
            mode = "RGB"  # a grey picture with an RGB profile
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB", ImageCms.Intent.PERCEPTUAL)

        def convert(part: Image.Image) -> Image.Image:
            return ImageCms.applyTransform(part.convert(mode), transform)

        return convert if _changes_colours(convert, mode) else None
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


@lru_cache(maxsize=16)
def _by_primaries(chromaticities: Chromaticities, gamma: float) -> Conversion | None:
    """The conversion from RGB with these chromaticities and this exponent (0: the curve of sRGB); None if they are invalid or change
    nothing."""
    try:
        matrix = np.linalg.inv(_to_xyz(SRGB)) @ _to_xyz(chromaticities)
    except (np.linalg.LinAlgError, ZeroDivisionError):
        return None
    if not np.isfinite(matrix).all() or not 0 <= gamma <= 10:
        return None
    signal = np.arange(256) / 255
    linear = signal**gamma if gamma else np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)
    linear, matrix = linear.astype(np.float32), matrix.T.astype(np.float32)

    def convert(part: Image.Image) -> Image.Image:
        light = (linear[np.asarray(part.convert("RGB"))] @ matrix).clip(0, 1)
        shown = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** np.float32(1 / 2.4) - 0.055)
        return Image.fromarray((shown * 255 + 0.5).astype(np.uint8))

    return convert if _changes_colours(convert, "RGB") else None


def _to_xyz(chromaticities: Chromaticities) -> np.ndarray:
    """The matrix (3, 3) from linear RGB with these chromaticities to XYZ, its white adapted to that of sRGB (Bradford)."""
    white, *primaries = (np.array([x / y, 1, (1 - x - y) / y]) for x, y in zip(chromaticities[::2], chromaticities[1::2], strict=True))
    colours = np.stack(primaries, 1)
    matrix = colours * np.linalg.solve(colours, white)
    srgb_white = np.array([D65[0] / D65[1], 1, (1 - sum(D65)) / D65[1]])
    cones = (BRADFORD @ srgb_white) / (BRADFORD @ white)
    return np.linalg.solve(BRADFORD, cones[:, None] * BRADFORD) @ matrix


def _changes_colours(convert: Conversion, mode: str) -> bool:
    """Whether a conversion changes any colour by more than ROUNDING."""
    if mode == "CMYK":
        return True
    steps = np.linspace(0, 255, 18).astype(np.uint8)
    lattice = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(18, -1, 3) if mode == "RGB" else np.arange(256, dtype=np.uint8)[None]
    before = Image.fromarray(lattice)
    moved = np.asarray(convert(before)).astype(int) - np.asarray(before.convert("RGB"))
    return int(np.abs(moved).max()) > ROUNDING
