"""Converts tensors to Pillow images and files, and back; makes grids and animations. Also exports `read_upload` of `explorer.decoding`.

In all other modules a picture is a float tensor in [-1, 1], channels first.
"""

from __future__ import annotations

import math
from io import BytesIO

import av
import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from .decoding import UploadError, missing, read_upload

__all__ = [
    "FORMATS", "MEDIA", "UploadError", "animation", "enlarge", "grid", "missing", "png", "read_upload", "resize", "smallest_file",
    "to_digit", "to_mask", "to_pil", "to_tensor", "whole",
]  # fmt: skip
MEDIA = {"gif": "image/gif", "webp": "image/webp", "mp4": "video/mp4"}  # the MIME types of animations
FORMATS = tuple(MEDIA)


def resize(images: Tensor, size: int) -> Tensor:
    """(batch, channels, height, width) -> (batch, channels, size, size), bilinear; antialiased where it shrinks."""
    if images.shape[-2:] == (size, size):
        return images
    return F.interpolate(images, size=(size, size), mode="bilinear", antialias=True)


def to_tensor(image: Image.Image, size: int) -> Tensor:
    """The centre square of a picture as (3, size, size) in [-1, 1], by the same filter as `resize`, rounded to 8 bits."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return whole(image.crop((left, top, left + side, top + side)), size)  # resize(box=...) would also use pixels outside the square


def whole(image: Image.Image, size: int) -> Tensor:
    """The whole picture squashed to (3, size, size) in [-1, 1], by the same filter as `resize`, rounded to 8 bits."""
    small = image.convert("RGB").resize((size, size), Image.Resampling.BILINEAR)
    return torch.from_numpy(np.array(small)).permute(2, 0, 1).float() / 127.5 - 1


def to_mask(image: Image.Image, size: int) -> Tensor:
    """The centre square of a black-and-white picture as a mask (size, size), bool: true where it is lighter than middle grey."""
    return to_tensor(image, size).mean(0) > 0


def to_digit(image: Image.Image) -> Tensor:
    """A picture of a digit in the format of MNIST, (1, 28, 28) in [-1, 1]: light on black, the longer side of the digit 20 pixels, its
    centre of mass in the middle (LeCun et al. 1998, section III.A).

    A picture of 28 x 28 pixels is only converted to grey. A picture with a light background is inverted; the background becomes black, and
    the brightest point white. A picture without strokes is shrunk as a whole.
    """
    grey = np.asarray(image.convert("L")).astype(np.float32)
    if image.size == (28, 28):
        return torch.from_numpy(grey)[None] / 127.5 - 1
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    background = float(np.median(border))
    grey = background - grey if background > 127 else grey - background
    grey = grey.clip(0) / max(float(grey.max()), 1e-6)
    rows, columns = (np.flatnonzero((grey > 0.3).any(axis)) for axis in (1, 0))
    if not len(rows) or grey.max() <= 0:
        return to_tensor(image, 28).mean(0, keepdim=True)
    box = Image.fromarray((grey * 255).astype(np.uint8)).crop((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
    scale = 20 / max(box.size)
    box = box.resize([max(1, round(side * scale)) for side in box.size], Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR)
    ink = np.asarray(box).astype(np.float32)
    ink *= 255 / max(float(ink.max()), 1e-6)
    weights = ink / ink.sum()
    middle = [float((weights.sum(1 - axis) * np.arange(ink.shape[axis])).sum()) for axis in (0, 1)]
    top, left = (min(max(0, round(13.5 - centre)), 28 - side) for centre, side in zip(middle, ink.shape, strict=True))
    canvas = np.zeros((28, 28), np.float32)
    canvas[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return torch.from_numpy(canvas)[None] / 127.5 - 1


def to_pil(image: Tensor) -> Image.Image:
    """Convert a picture (1 or 3, height, width) in [-1, 1]; values outside are clipped.

    Raises:
        ValueError: for another shape, or for values that are not finite.
    """
    if image.dim() != 3 or image.shape[0] not in (1, 3):
        raise ValueError(f"expected (1 or 3, height, width), got {tuple(image.shape)}")
    if not image.isfinite().all():
        raise ValueError("the picture has values that are not finite")
    values = ((image.detach().float().cpu().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    return Image.fromarray(values[0].numpy() if len(values) == 1 else values.permute(1, 2, 0).contiguous().numpy())


def grid(images: Tensor, columns: int, gutter: int = 2, background: str | tuple[int, int, int] = "white") -> Image.Image:
    """(batch, channels, height, width) as one picture, row by row, with `gutter` pixels between neighbours and none outside."""
    count, _, height, width = images.shape
    columns = max(1, min(columns, count))
    rows = math.ceil(count / columns)
    sheet = Image.new("RGB", (columns * (width + gutter) - gutter, rows * (height + gutter) - gutter), background)
    for i, image in enumerate(images):
        sheet.paste(to_pil(image), (i % columns * (width + gutter), i // columns * (height + gutter)))
    return sheet


def enlarge(image: Image.Image, least: int) -> Image.Image:
    """Enlarge a picture by the smallest whole factor that makes its shorter side at least `least`; its pixels become sharp squares."""
    factor = max(1, math.ceil(least / min(image.size)))
    return image.resize((image.width * factor, image.height * factor), Image.Resampling.NEAREST)


def png(image: Image.Image) -> bytes:
    """Encode a picture as PNG, without metadata. The low compression level takes a third of the time; the file is a twentieth larger."""
    bare = image.copy()
    bare.info = {}
    buffer = BytesIO()
    bare.save(buffer, "PNG", compress_level=2)
    return buffer.getvalue()


def smallest_file(image: Tensor, psnr: float, format: str) -> tuple[int, float]:
    """The size in bytes of a picture (channels, height, width) as JPEG or WebP at the lowest quality that reaches `psnr` dB, and its PSNR.

    If no quality from 0 to 100 reaches it, the values of quality 100.
    """
    picture = to_pil(image)
    original = np.asarray(picture).astype(np.float64)

    def encoded(quality: int) -> tuple[int, float]:
        buffer = BytesIO()
        picture.save(buffer, format, quality=quality)
        decoded = np.asarray(Image.open(buffer).convert(picture.mode)).astype(np.float64)
        return len(buffer.getvalue()), 10 * math.log10(255**2 / max(float(((decoded - original) ** 2).mean()), 1e-9))

    low, high, best = 0, 100, encoded(100)
    while low < high:
        middle = (low + high) // 2
        found = encoded(middle)
        low, high, best = (low, middle, found) if found[1] >= psnr else (middle + 1, high, best)
    return best


def animation(images: Tensor, format: str = "gif", frames_per_second: float = 20, scale: int = 1) -> bytes:
    """Encode (frames, channels, height, width) as an animation: an endless GIF (256 colours a frame) or WebP (lossless), or an MP4 (H.264).

    Raises:
        ValueError: for an unknown format, no frames, or a rate outside 1 to 50 (a GIF's clock ticks 100 times a second).
    """
    if format not in FORMATS:
        raise ValueError(f"format is {format!r}, allowed are {', '.join(FORMATS)}")
    if not len(images):
        raise ValueError("there are no frames")
    if not 1 <= frames_per_second <= 50:
        raise ValueError(f"frames_per_second is {frames_per_second}, allowed are 1 to 50")
    frames = [to_pil(image).convert("RGB") for image in images]
    frames = [frame.resize((frame.width * scale, frame.height * scale), Image.Resampling.NEAREST) for frame in frames]
    if format == "mp4":
        return _mp4(frames, frames_per_second)
    buffer, duration = BytesIO(), round(1000 / frames_per_second)
    if format == "gif":
        frames = [frame.quantize(256, dither=Image.Dither.NONE) for frame in frames]
        options = {"duration": round(duration, -1), "disposal": 1}
    else:
        options = {"duration": duration, "lossless": True}
    frames[0].save(buffer, format, save_all=True, append_images=frames[1:], loop=0, **options)
    return buffer.getvalue()


def _mp4(frames: list[Image.Image], frames_per_second: float) -> bytes:
    """Encode frames as H.264 with 4:2:0 chroma, which every browser plays. It needs even sides: an odd side gets one more pixel."""
    buffer = BytesIO()
    with av.open(buffer, "w", format="mp4") as file:
        stream = file.add_stream("libx264", rate=round(frames_per_second), options={"crf": "14"})
        stream.thread_count = 1  # the bytes depend on the number of threads
        stream.width, stream.height = (side + side % 2 for side in frames[0].size)
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            pixels = np.pad(np.asarray(frame), [(0, stream.height - frame.height), (0, stream.width - frame.width), (0, 0)], mode="edge")
            file.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        file.mux(stream.encode())
    return buffer.getvalue()
