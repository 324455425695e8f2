"""The nearest training pictures, as the tabs show them."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from explorer.page.shared.nearest import LARGEST, _uri


@pytest.mark.parametrize("size", [(300, 200), (200, 300), (40, 30)])
def test_of_a_photo_the_centre_square_is_shown_as_training_saw_it(size):
    width, height = size
    photo = Image.new("RGB", size, "red")
    side = min(size)
    photo.paste("blue", ((width - side) // 2, (height - side) // 2, (width + side) // 2, (height + side) // 2))
    shown = Image.open(io.BytesIO(base64.b64decode(_uri(photo).split(",", 1)[1]))).convert("RGB")
    assert shown.size == (min(side, LARGEST),) * 2
    corners = [shown.getpixel((x, y)) for x in (2, shown.width - 3) for y in (2, shown.height - 3)]
    assert all(blue > 200 and red < 60 for red, _, blue in corners)
