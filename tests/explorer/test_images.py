"""Uploads are read whole or refused with a reason; what leaves as a file holds exactly the pixels that went in."""

from __future__ import annotations

import os
import resource
import struct
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from hostile_files import DEFECTS, JPEG, PNG, black_png, chunk, encoded, picture, png_of
from PIL import Image

from explorer.images import UploadError, animation, enlarge, grid, png, read_upload, resize, to_mask, to_pil, to_tensor, whole

ROOT = Path(__file__).resolve().parents[2]


def upload(folder: Path, name: str, data: bytes) -> Image.Image:
    (folder / name).write_bytes(data)
    return read_upload(folder / name)


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image).astype(int)


# What is refused


@pytest.mark.parametrize("name", DEFECTS)
def test_a_broken_file_is_refused_with_what_is_wrong_and_what_is_allowed(name, tmp_path):
    defect = DEFECTS[name]
    with pytest.raises(UploadError) as refusal:
        upload(tmp_path, defect.filename, defect.make())
    assert defect.message in str(refusal.value)
    assert str(refusal.value).endswith("Allowed are PNG, JPEG, WebP and GIF (its first frame), at most 16 megapixels and 8 MB.")
    assert str(tmp_path) not in str(refusal.value)


@pytest.mark.parametrize("size", [1, 2, 7, 30, 100, 500, 1000])
@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WebP"])
def test_a_file_cut_short_anywhere_is_refused(format, size, tmp_path):
    with pytest.raises(UploadError):
        upload(tmp_path, "cut", encoded(format)[:size])


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WebP"])
def test_flipped_bytes_end_in_a_picture_or_a_reason(format, tmp_path):
    whole, random = encoded(format), np.random.default_rng(0)
    for _ in range(150):
        broken = bytearray(whole)
        for at in random.integers(0, min(len(broken), 400), 3):
            broken[at] = random.integers(256)
        try:
            image = upload(tmp_path, "flipped", bytes(broken))
        except UploadError:
            continue
        assert image.mode == "RGB" and image.width * image.height <= 16_000_000


def test_links_folders_pipes_and_missing_files_are_refused(tmp_path):
    (tmp_path / "secret.png").write_bytes(PNG)
    (tmp_path / "link.png").symlink_to(tmp_path / "secret.png")
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path, tmp_path / "link.png", tmp_path / "pipe.png", tmp_path / "nothing.png", "", "\0", "/dev/zero"):
        with pytest.raises(UploadError, match="not an ordinary file"):
            read_upload(path)


def test_memory_stays_bounded_whatever_comes(tmp_path):
    """Refusals take next to nothing; the largest pictures that are allowed take a few copies of themselves and no more."""
    for name in (
        "png: bomb",
        "jpeg: bomb",
        "webp: bomb",
        "gif: bomb",
        "gif: frame bigger than the screen",
        "png: zTXt bomb",
        "png: 100,000 frames",
    ):
        (tmp_path / name.replace(": ", "-").replace(",", "")).write_bytes(DEFECTS[name].make())
    program = f"""
import resource, sys
from pathlib import Path
from explorer.images import UploadError, read_upload
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
before = peak()
for path in sorted(Path({str(tmp_path)!r}).iterdir()):
    try:
        read_upload(path)
        raise SystemExit("accepted " + path.name)
    except UploadError:
        pass
refused = peak() - before
Path({str(tmp_path / "big")!r}).write_bytes(sys.stdin.buffer.read())
read_upload({str(tmp_path / "big")!r})
print(refused, peak() - before)
"""
    big = BytesIO()
    Image.new("RGBA", (4000, 4000), (255, 0, 0, 128)).save(big, "PNG")
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, input=big.getvalue(), capture_output=True, check=True)
    refused, read = map(float, done.stdout.split())
    assert refused < 40
    assert read < 300


def test_a_film_of_a_million_frames_is_read_as_its_first_within_a_second(tmp_path):
    frame = b"\x2c\0\0\0\0\1\0\1\0\0\2\2D\1\0"
    film = b"GIF89a\1\0\1\0\x80\0\0\xff\0\0\0\0\xff" + frame * 500_000 + b";"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    image = upload(tmp_path, "film.gif", film)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 1
    assert image.size == (1, 1) and pixels(image).tolist() == [[[255, 0, 0]]]


def test_eight_megabytes_of_comments_before_a_picture_cost_less_than_two_seconds(tmp_path):
    data = encoded("GIF")
    head = 13 + 3 * 256
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    upload(tmp_path, "comments.gif", data[:head] + b"!\xfe\1x\0" * 1_500_000 + data[head:])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 2


# What is read


@pytest.mark.parametrize("name", ["a.png", "a.PNG", "a", "a.bin"])
def test_a_lossless_picture_comes_back_pixel_for_pixel(name, tmp_path):
    assert (pixels(upload(tmp_path, name, PNG)) == pixels(picture())).all()
    assert (pixels(upload(tmp_path, "a.webp", encoded("WEBP", lossless=True))) == pixels(picture())).all()


def test_a_jpeg_comes_back_close(tmp_path):
    smooth = picture(4, 3).resize((400, 300), Image.Resampling.BICUBIC)
    for options in ({}, {"progressive": True}):
        image = upload(tmp_path, "a.jpg", encoded("JPEG", smooth, quality=95, **options))
        assert np.abs(pixels(image) - pixels(smooth)).mean() < 2


@pytest.mark.parametrize("format", ["GIF", "PNG", "WebP"])
def test_an_animation_gives_its_first_frame(format, tmp_path):
    first, later = Image.new("RGB", (9, 9), (255, 0, 0)), Image.new("RGB", (9, 9), (0, 0, 255))
    options = {"lossless": True} if format == "WebP" else {}
    film = encoded(format, first, save_all=True, append_images=[later] * 3, duration=100, **options)
    assert (pixels(upload(tmp_path, "film", film)) == [255, 0, 0]).all()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WebP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(format, orientation, tmp_path):
    upright = Image.new("RGB", (16, 32), "white")
    upright.paste((200, 0, 0), (0, 0, 8, 16))  # red in the upper left quarter
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Pillow's transpositions; each turns the scene as the camera held it
    stored = upright if orientation == 1 else upright.transpose(Image.Transpose(undo[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = upload(tmp_path, "photo", encoded(format, stored, exif=exif))
    assert image.size == (16, 32)
    assert np.abs(pixels(image) - pixels(upright)).mean() < 12
    assert not image.getexif()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_exif_takes_nothing_from_the_picture(tmp_path):
    broken = chunk(b"eXIf", b"II*\0\xff\xff\xff\x7f" + bytes(20))
    image = upload(tmp_path, "a.png", png_of(2, 2, before=broken, pixels=bytes(14)))
    assert (pixels(image) == 0).all()


def test_transparent_parts_become_white_in_proportion(tmp_path):
    rgba = Image.new("RGBA", (2, 1), (200, 100, 0, 255))
    rgba.putpixel((1, 0), (200, 100, 0, 51))  # one fifth opaque
    image = upload(tmp_path, "a.png", encoded("PNG", rgba))
    assert pixels(image).tolist() == [[[200, 100, 0], [244, 224, 204]]]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA"])
def test_every_kind_of_png_keeps_its_grey(mode, tmp_path):
    grey = Image.new("L", (8, 8), 255)
    grey.paste(0, (0, 0, 4, 8))
    image = upload(tmp_path, "a.png", encoded("PNG", grey.convert("L" if mode == "PA" else mode)))
    assert image.mode == "RGB"
    assert (pixels(image) == pixels(grey.convert("RGB"))).all()


def test_a_palette_with_a_transparent_entry_becomes_white_there(tmp_path):
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putdata([0, 1])
    for format in ("PNG", "GIF"):
        read = upload(tmp_path, "a", encoded(format, image, transparency=1))
        assert pixels(read).tolist() == [[[10, 20, 30], [255, 255, 255]]]


def test_sixteen_bits_are_scaled_not_clipped(tmp_path):
    values = np.array([[0, 257, 32896, 65535]], dtype=np.uint16)
    image = upload(tmp_path, "a.png", encoded("PNG", Image.fromarray(values)))
    assert pixels(image)[0, :, 0].tolist() == [0, 1, 128, 255]
    row = b"\0" + struct.pack(">6H", 0, 65535, 32896, 257, 0, 65535)
    assert pixels(upload(tmp_path, "b.png", png_of(2, 1, depth=16, pixels=row))).tolist() == [[[0, 255, 128], [1, 0, 255]]]


def test_sixteen_bit_transparency_becomes_white(tmp_path):
    row = b"\0" + struct.pack(">2H", 1000, 2000)
    data = png_of(2, 1, depth=16, colour=0, before=chunk(b"tRNS", struct.pack(">H", 1000)), pixels=row)
    assert pixels(upload(tmp_path, "a.png", data))[0, :, 0].tolist() == [255, 8]


def test_cmyk_becomes_the_colour_that_was_meant(tmp_path):
    orange = Image.new("RGB", (16, 16), (240, 120, 40))
    image = upload(tmp_path, "a.jpg", encoded("JPEG", orange.convert("CMYK"), quality=95))
    assert np.abs(pixels(image) - [240, 120, 40]).max() <= 4


def test_nothing_of_the_metadata_survives(tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "a camera with a name"
    image = upload(tmp_path, "a.jpg", encoded("JPEG", exif=exif, comment=b"a secret"))
    assert image.info == {} and b"camera" not in png(image)


def test_small_texts_and_profiles_are_no_reason_to_refuse(tmp_path):
    text = chunk(b"tEXt", b"Comment\0hello") + chunk(b"iTXt", b"Comment\0\0\0en\0\0" + "grüß".encode())
    assert upload(tmp_path, "a.png", png_of(1, 1, before=text, pixels=bytes(4), after=text)).size == (1, 1)


def test_data_after_the_end_mark_is_left_behind(tmp_path):
    for format in ("PNG", "JPEG", "GIF", "WebP"):
        assert upload(tmp_path, "a", encoded(format) + b"<script>" * 100).size == (40, 30)


def test_the_largest_allowed_picture_is_read(tmp_path):
    assert upload(tmp_path, "a.png", black_png(4000, 4000)).size == (4000, 4000)


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


def test_a_jpeg_with_damaged_data_stays_the_size_it_said(tmp_path):
    image = upload(tmp_path, "a.jpg", JPEG[: len(JPEG) // 2] + b"\xff\xd9")
    assert image.size == (40, 30)


def test_a_mask_is_true_where_its_picture_is_light():
    picture = Image.new("L", (80, 40))
    picture.paste(255, (20, 0, 40, 40))
    mask = to_mask(picture, 8)
    assert mask.shape == (8, 8) and mask[:, :4].all() and not mask[:, 4:].any()
