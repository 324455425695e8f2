"""Pictures as text for a page: data URIs."""

from __future__ import annotations

import base64

from torch import Tensor

from explorer import images


def uri(image: Tensor) -> str:
    """A picture (3, height, width) as a PNG in a data URI."""
    return "data:image/png;base64," + base64.b64encode(images.png(images.to_pil(image))).decode()


def sheet_uri(pictures: Tensor, columns: int = 4) -> str:
    """Pictures (count, 1, height, width) in [-1, 1] as one picture, `columns` to a row; the last row must be full."""
    rows = pictures.unflatten(0, (-1, columns)).permute(0, 3, 1, 4, 2).flatten(3).flatten(0, 1).flatten(1)
    return uri(rows[None])
