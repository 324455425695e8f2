import numpy as np
from PIL import Image

from train import data


def test_a_squashed_picture_keeps_its_sides():
    wide = Image.new("RGB", (40, 20), "red")
    wide.paste("blue", (10, 0, 30, 20))
    found = data.square(wide, 20, squash=True).float()
    assert found.shape == (3, 20, 20)
    assert found[0, :, 0].mean() == 255 and found[2, :, 10].mean() == 255 and found[2, :, -1].mean() == 0


def test_transparent_pixels_become_white_and_the_centre_square_is_kept():
    image = Image.new("RGBA", (40, 20), (255, 0, 0, 0))
    assert (data.square(image, 10) == 255).all()
    wide = Image.new("RGB", (40, 20), "red")
    wide.paste("blue", (10, 0, 30, 20))
    assert data.square(wide, 20).float().mean((1, 2)).tolist() == [0, 0, 255]


def test_sixteen_bits_of_grey_keep_their_levels():
    ramp = Image.fromarray((np.arange(256, dtype=np.uint16) * 257).reshape(16, 16))
    assert data.square(ramp, 16)[0].flatten().tolist() == list(range(256))


def test_a_turned_photo_is_upright():
    image = Image.new("RGB", (20, 20), "red")
    image.paste("blue", (0, 0, 20, 10))
    image.getexif()[0x0112] = 3
    assert data.square(image, 20)[:, 0, 0].tolist() == [255, 0, 0]
