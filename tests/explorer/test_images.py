"""Tensors become pictures and pictures tensors; what leaves as a file holds exactly the pixels that went in."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from hostile_files import picture
from PIL import Image

from explorer.images import animation, enlarge, grid, png, resize, to_mask, to_pil, to_tensor, whole

ROOT = Path(__file__).resolve().parents[2]


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image).astype(int)


# Tensors


def slow_bilinear(row: np.ndarray, size: int) -> np.ndarray:
    """A row resized with a triangle as wide as the larger of the two pixel pitches: the definition, one output at a time."""
    pitch = len(row) / size
    reach = max(1.0, pitch)
    result = []
    for i in range(size):
        distance = np.abs(np.arange(len(row)) + 0.5 - (i + 0.5) * pitch) / reach
        weight = np.maximum(0, 1 - distance)
        result.append((weight * row).sum() / weight.sum())
    return np.array(result)


@pytest.mark.parametrize("size", [3, 8, 16, 50])
def test_resize_is_a_triangle_filter_as_wide_as_it_must_be(size):
    row = np.random.default_rng(0).normal(size=16)
    image = torch.tensor(row).expand(1, 1, 16, 16)
    assert torch.allclose(resize(image, size)[0, 0, 0], torch.tensor(slow_bilinear(row, size)), atol=1e-6)


def test_to_tensor_is_resize_of_the_centre_square_rounded_to_eight_bits():
    image = picture(90, 60)
    values = torch.tensor(pixels(image)).permute(2, 0, 1)[None, :, :, 15:75].double() / 127.5 - 1
    found = to_tensor(image, 32)
    assert found.shape == (3, 32, 32) and found.dtype == torch.float32
    assert (found - resize(values, 32)[0]).abs().max() <= 1.01 / 127.5


def test_to_tensor_spans_minus_one_to_one():
    assert to_tensor(Image.new("RGB", (5, 9), "black"), 4).eq(-1).all()
    assert to_tensor(Image.new("L", (5, 9), "white"), 4).eq(1).all()


def test_the_whole_picture_is_squashed_and_its_square_is_what_to_tensor_takes():
    wide = Image.new("RGB", (80, 40), "black")
    wide.paste("white", (0, 0, 40, 40))
    assert whole(wide, 4)[:, :, 0].eq(1).all() and whole(wide, 4)[:, :, 3].eq(-1).all()
    assert whole(wide.crop((20, 0, 60, 40)), 8).equal(to_tensor(wide, 8))


def test_to_pil_undoes_to_tensor():
    assert (pixels(to_pil(to_tensor(picture(32, 32), 32))) == pixels(picture(32, 32))).all()


def test_to_pil_clips_and_refuses_what_is_no_picture():
    assert pixels(to_pil(torch.tensor([[[-9.0, 9.0]]]))).tolist() == [[0, 255]]
    with pytest.raises(ValueError, match="not finite"):
        to_pil(torch.full((3, 2, 2), float("nan")))
    with pytest.raises(ValueError, match=r"\(2, 4, 4\)"):
        to_pil(torch.zeros(2, 4, 4))


def test_a_grid_puts_pictures_row_by_row_with_gutters_between():
    values = torch.linspace(-1, 1, 5)
    sheet = pixels(grid(values[:, None, None, None].expand(5, 3, 4, 6), columns=3, gutter=2, background=(9, 8, 7)))
    assert sheet.shape == (4 + 2 + 4, 3 * 6 + 2 * 2, 3)
    for i, value in enumerate(values):
        top, left = i // 3 * 6, i % 3 * 8
        assert (sheet[top : top + 4, left : left + 6] == round((float(value) + 1) * 127.5)).all()
    assert (sheet[4:6] == [9, 8, 7]).all() and (sheet[:, 6:8] == [9, 8, 7]).all() and (sheet[6:, 16:] == [9, 8, 7]).all()


def test_a_grid_of_one_is_the_picture():
    assert (pixels(grid(to_tensor(picture(8, 8), 8)[None], columns=5)) == pixels(picture(8, 8))).all()


def test_enlarge_repeats_pixels_by_the_smallest_whole_factor():
    large = enlarge(picture(30, 20), 50)
    assert large.size == (90, 60)
    assert (pixels(large) == pixels(picture(30, 20)).repeat(3, 0).repeat(3, 1)).all()
    assert enlarge(picture(30, 20), 5).size == (30, 20)


# Files that leave


def test_png_bytes_depend_on_the_pixels_alone():
    image = picture()
    dressed = image.copy()
    dressed.info = {"dpi": (300, 300), "Comment": "a comment", "icc_profile": b"a profile", "exif": b"Exif\0\0MM\0*"}
    assert png(image) == png(dressed)
    assert (pixels(Image.open(BytesIO(png(image)))) == pixels(image)).all()


def test_png_bytes_are_the_same_in_another_process():
    program = "import sys; sys.path.insert(0, 'tests'); from hostile_files import picture; from explorer.images import png; "
    program += "sys.stdout.buffer.write(png(picture()))"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True).stdout == png(picture())


def film(frames: int = 7, side: int = 8) -> torch.Tensor:
    """A white bar that moves down one row a frame, on a colour that changes."""
    images = torch.zeros(frames, 3, side, side)
    images[:, 0] = torch.linspace(-1, 1, frames)[:, None, None]
    for i in range(frames):
        images[i, :, i] = 1
    return images


@pytest.mark.parametrize(("format", "tolerance"), [("gif", 1), ("webp", 0)])
def test_an_animation_keeps_every_frame_and_its_pace(format, tolerance):
    images = film()
    file = Image.open(BytesIO(animation(images, format, frames_per_second=10, scale=3)))
    assert file.n_frames == len(images) and file.size == (24, 24) and file.info["loop"] == 0
    for i, image in enumerate(images):
        file.seek(i)
        shown = pixels(file.convert("RGB"))
        assert np.abs(shown - pixels(to_pil(image)).repeat(3, 0).repeat(3, 1)).max() <= tolerance
        assert file.info["duration"] == 100


def test_a_film_is_h264_that_every_browser_plays():
    images = film()
    with av.open(BytesIO(animation(images, "mp4", frames_per_second=12, scale=4))) as file:
        stream = file.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt, stream.average_rate) == ("h264", "yuv420p", 12)
        shown = [frame.to_ndarray(format="rgb24").astype(int) for frame in file.decode(video=0)]
    assert len(shown) == len(images)
    for image, frame in zip(images, shown, strict=True):
        assert np.abs(frame - pixels(to_pil(image)).repeat(4, 0).repeat(4, 1)).mean() < 12


def test_a_film_with_an_odd_side_gains_one_pixel():
    with av.open(BytesIO(animation(torch.zeros(2, 3, 7, 7), "mp4"))) as file:
        assert (file.streams.video[0].width, file.streams.video[0].height) == (8, 8)


@pytest.mark.parametrize("format", ["gif", "webp", "mp4"])
def test_the_same_animation_has_the_same_bytes(format):
    assert animation(film(), format) == animation(film(), format)


def test_an_animation_refuses_what_it_cannot_show():
    with pytest.raises(ValueError, match="format is 'avi', allowed are gif, webp, mp4"):
        animation(film(), "avi")
    with pytest.raises(ValueError, match="no frames"):
        animation(film()[:0])
    with pytest.raises(ValueError, match="frames_per_second is 0, allowed are 1 to 50"):
        animation(film(), frames_per_second=0)


def test_a_mask_is_true_where_its_picture_is_light():
    picture = Image.new("L", (80, 40))
    picture.paste(255, (20, 0, 40, 40))
    mask = to_mask(picture, 8)
    assert mask.shape == (8, 8) and mask[:, :4].all() and not mask[:, 4:].any()
