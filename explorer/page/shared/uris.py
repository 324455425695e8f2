"""Pictures as text for a page: data URIs."""

from __future__ import annotations

import base64

from torch import Tensor

from explorer import images


def uri(image: Tensor) -> str:
    """A picture (3, height, width) as a PNG in a data URI."""
    return "data:image/png;base64," + base64.b64encode(images.png(images.to_pil(image))).decode()
