"""A toy widget: a picture above a bar as long as its value says. No events of its own."""

from typing import TypedDict

from .base import Widget


class ToyValue(TypedDict):
    """A picture and the length of its latent, 0 to 2."""

    src: str
    length: float


class Toy(Widget):
    VALUE = ToyValue
    SKELETON = '<figure class="toy"><img alt="" width="256" height="256"><i></i><figcaption></figcaption></figure>'
