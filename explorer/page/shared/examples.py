"""The example photos that come with the app."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "pictures"


PHOTOS = {
    "coffee": "a cup of coffee on a red saucer",
    "cat": "the face of a tabby cat",
    "astronaut": "an astronaut in an orange suit",
    "rocket": "a rocket on its pad at dusk",
    "retina": "the inside of an eye, an orange disc",
}


@cache
def photo(name: str) -> str:
    """An example photo as a data URI."""
    return "data:image/jpeg;base64," + base64.b64encode((FOLDER / f"{name}.jpg").read_bytes()).decode()
