"""Uploads open as what they are, or are refused with what is wrong and what to do; memory stays bounded whatever comes."""

from __future__ import annotations

import os
import re
import resource
import struct
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from everyday_files import FILES, PARTIAL, Everyday, cut, scene
from hostile_files import DEFECTS, PNG, black_png, chunk, encoded, picture, png_of
from PIL import Image

from explorer.images import UploadError, missing, png, read_upload

ROOT = Path(__file__).resolve().parents[3]


def upload(folder: Path, name: str, data: bytes) -> Image.Image:
    (folder / name).write_bytes(data)
    return read_upload(folder / name)


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image).astype(int)


# What is refused


@pytest.mark.parametrize("name", DEFECTS)
def test_a_broken_file_is_refused_with_what_is_wrong_what_to_do_and_what_is_allowed(name, tmp_path):
    defect = DEFECTS[name]
    with pytest.raises(UploadError) as refusal:
        upload(tmp_path, defect.filename, defect.make())
    assert defect.message in str(refusal.value)
    message = str(refusal.value)
    what_to_do = re.search(
        r"\. (Copy|Open|Choose|Shrink|Save|Export|Unpack) [^.]+\. Allowed are PNG, JPEG, WebP, AVIF, HEIC and GIF", message
    )
    assert what_to_do and "at most 25 MB and 40 megapixels (100 in a JPEG that is not progressive)" in message
    assert str(tmp_path) not in str(refusal.value)


@pytest.mark.parametrize("size", [1, 2, 7, 30, 100, 200])
@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WebP", "AVIF", "HEIF"])
def test_a_file_cut_short_at_its_beginning_is_refused(format, size, tmp_path):
    with pytest.raises(UploadError):
        upload(tmp_path, "cut", encoded(format)[:size])


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WebP", "AVIF", "HEIF"])
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
        assert image.mode == "RGB" and image.width * image.height <= 40_000_000


def test_links_folders_pipes_and_missing_files_are_refused(tmp_path):
    (tmp_path / "secret.png").write_bytes(PNG)
    (tmp_path / "link.png").symlink_to(tmp_path / "secret.png")
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path, tmp_path / "link.png", tmp_path / "pipe.png", tmp_path / "nothing.png", "", "\0", "/dev/zero"):
        with pytest.raises(UploadError, match="not a regular file"):
            read_upload(path)


REFUSED = [
    "png: bomb", "jpeg: bomb", "webp: bomb", "gif: bomb", "heic: bomb", "gif: frame bigger than the screen", "png: zTXt bomb",
    "png: profile bomb", "png: 100,000 frames", "heic: 100,000 boxes",
]  # fmt: skip
PEAK = """
import resource, sys
from pathlib import Path
from explorer.images import UploadError, read_upload
def peak():  # Linux hands on the parent's maximum to ru_maxrss
    if Path("/proc/self/status").exists():
        return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
before = peak()
for path in sys.argv[1:]:
    try:
        read_upload(path)
        print("opened", end=" ")
    except UploadError:
        print("refused", end=" ")
print(peak() - before)
"""


def peak(*paths: Path) -> tuple[set[str], float]:
    """What became of the files, and the MB that a process took for them in turn."""
    done = subprocess.run([sys.executable, "-c", PEAK, *map(str, paths)], cwd=ROOT, capture_output=True, check=True, text=True)
    *outcomes, megabytes = done.stdout.split()
    return set(outcomes), float(megabytes)


def test_refusals_take_next_to_no_memory(tmp_path):
    for i, name in enumerate(REFUSED):
        (tmp_path / f"{i}").write_bytes(DEFECTS[name].make())
    outcomes, megabytes = peak(*sorted(tmp_path.iterdir()))
    assert outcomes == {"refused"} and megabytes < 40


def colour_noise(width: int, height: int) -> Image.Image:
    """A picture that fills the coefficients of a JPEG."""
    return picture(width // 8, height // 8).resize((width, height), Image.Resampling.NEAREST)


LARGEST = {
    "jpeg of 100 megapixels": (lambda: encoded("JPEG", colour_noise(12_500, 8000), quality=40, subsampling=0), 250),
    "progressive jpeg of 40": (lambda: encoded("JPEG", colour_noise(8000, 5000), progressive=True, subsampling=0), 500),
    "transparent png of 40": (lambda: encoded("PNG", Image.new("RGBA", (8000, 5000), (255, 0, 0, 128)), compress_level=1), 320),
    "png of 40 in 16 bits of grey": (lambda: png_of(8000, 5000, depth=16, colour=0, pixels=bytes(16_001 * 5000)), 320),
    "transparent webp of 40": (lambda: encoded("WEBP", Image.new("RGBA", (8000, 5000), (255, 0, 0, 128)), method=0), 800),
    "gif of 40": (lambda: encoded("GIF", Image.new("P", (8000, 5000))), 320),
    "avif of 40": (lambda: encoded("AVIF", Image.new("RGB", (8000, 5000), "red"), speed=10), 600),
    "heic of 40": (lambda: encoded("HEIF", Image.new("RGB", (8000, 5000), "red"), quality=20, enc_params={"preset": "ultrafast"}), 500),
}


@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_pictures_that_are_allowed_take_bounded_memory(name, tmp_path):
    make, most = LARGEST[name]
    (tmp_path / "big").write_bytes(make())
    outcomes, megabytes = peak(tmp_path / "big")
    assert outcomes == {"opened"} and megabytes < most


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


# What opens


@pytest.mark.parametrize("name", FILES)
def test_an_everyday_file_opens_as_it_is_seen(name, tmp_path):
    file: Everyday = FILES[name]
    image = upload(tmp_path, file.filename, file.make())
    assert image.mode == "RGB" and image.size == file.size
    (width, height), quarters = image.size, range(4 if file.colours else 0)
    found = [image.getpixel((width // 4 + i % 2 * width // 2, height // 4 + i // 2 * height // 2)) for i in quarters]
    assert np.abs(np.array(found) - np.array(file.colours)).max(initial=0) <= 3
    assert file.missing in missing(image) and bool(file.missing) == bool(missing(image))


@pytest.mark.parametrize("kept", [0.6, 0.75, 0.9, 0.98])
@pytest.mark.parametrize("end", [b"", b"\xff\xd9"])
@pytest.mark.parametrize("options", [{}, {"restart_marker_rows": 1}, {"subsampling": 0}], ids=str)
def test_what_a_cut_jpeg_holds_is_unchanged_and_the_rest_is_measured(options, end, kept, tmp_path):
    data = encoded("JPEG", picture(320, 240), **options)
    whole, part = upload(tmp_path, "a", data), upload(tmp_path, "b", cut(data, kept, end))
    rows = (pixels(whole) == pixels(part)).all((1, 2))
    there = int(np.argmin(rows))
    assert abs(there / 240 - kept) < 0.1
    share = int(re.search(r"the lowest (\d+) % of the picture", missing(part))[1])
    assert abs(share / 100 - (1 - there / 240)) < 0.08


@pytest.mark.parametrize("quality", [10, 75, 100])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_whole_jpeg_lacks_nothing_whatever_its_last_pixels(progressive, quality, tmp_path):
    for image in (picture(33, 17), scene(((128,) * 3,) * 4), Image.new("L", (50, 50), 128), scene(((0, 0, 0, 127),) * 4, mode="CMYK")):
        assert missing(upload(tmp_path, "a", encoded("JPEG", image, quality=quality, progressive=progressive))) == ""


def test_what_a_short_png_holds_is_unchanged_and_the_rest_is_grey(tmp_path):
    data = encoded("PNG", picture(160, 120))
    image = upload(tmp_path, "a", cut(data, 0.8))
    there = int(np.argmin((pixels(image) == pixels(picture(160, 120))).all((1, 2))))
    assert 90 < there < 100 and (pixels(image)[there:] == 128).all()


@pytest.mark.parametrize("name", PARTIAL)
def test_what_is_said_of_a_missing_part_is_not_in_the_file_that_leaves(name, tmp_path):
    image = upload(tmp_path, "a", PARTIAL[name].make())
    assert missing(image) and missing(Image.open(BytesIO(png(image)))) == ""


@pytest.mark.parametrize("name", ["a.png", "a.PNG", "a", "a.bin", "a.jpg"])
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


def test_sixteen_megapixels_keep_their_size_and_more_are_averaged(tmp_path):
    assert upload(tmp_path, "a.png", black_png(4000, 4000)).size == (4000, 4000)
    striped = Image.fromarray(np.tile(np.array([[0, 200]], np.uint8), (4002, 2001)))
    image = upload(tmp_path, "b.png", encoded("PNG", striped, compress_level=1))
    assert image.size == (2001, 2001) and (pixels(image) == 100).all()
