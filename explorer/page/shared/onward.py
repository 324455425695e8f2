"""Links that take a picture of one tab to another."""

from __future__ import annotations

from contextlib import suppress

from torch import Tensor

from explorer.zoo import CheckpointError

from .links import pack
from .studio import Studio


def as_codes(studio: Studio, data: str, picture: Tensor) -> list[str] | None:
    """The text and the query of a link that opens a picture (channels, side, side) in the VQ codes tab; None if no VQ model was trained on
    this data set, or it takes other pictures.

    Args:
        data: the name of a data set, as cards give it; "" for none.
    """
    for name in [name for name in studio.catalogue.coders if data and studio.zoo.checkpoints[name].data == data]:
        with suppress(CheckpointError):  # try the next model
            coder = studio.coder(name)
            if picture.shape == (coder.channels, coder.image_size, coder.image_size):
                return ["take it apart into codes", pack("codes", {"model": name, "codes": coder.encode(picture[None])[0].tolist()})]
    return None
