"""The pictures beside the map and the line of facts: the value of the tab's Stage."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor

from explorer import codes, images
from explorer.likeness import psnr
from explorer.page.shared import opinions
from explorer.page.shared.fields import State
from explorer.page.shared.uris import uri

from .encodings import Encodings

Picture = dict[str, Any]
Facts = list[list[str]]


def stage(encodings: Encodings, state: State, picture: Tensor, seconds: float | None = None, progress: Any = None) -> dict[str, Any]:
    """The value of the Stage.

    Args:
        picture: the picture decoded from the state's map, (channels, side, side).
        seconds: the time that decoding took; None to leave it out.
        progress: the progress of a filling; None if none is running.
    """
    model = state["model"]
    pictures, facts = [_current(model, picture)], []
    if state["source"] is not None:
        pictures, facts = _comparison(encodings, state, picture)
    if seconds is not None:
        facts.append(["time", f"{1000 * seconds:.0f} ms"])
    if state["mode"] == "mix" and state["second"] is not None:
        pictures.append(_second(encodings, state))
    if progress is None and (reading := opinions.readings(encodings.studio, model, picture[None])):
        facts.append(["the judge reads", reading[0].label])
    if (codebook := encodings.codebook(model)).perplexity is not None:
        facts.append(["perplexity of the test set", f"{codebook.perplexity:.0f} of {len(codebook.colours)}"])
    return {"columns": "two-close", "pictures": pictures, "facts": facts, "progress": progress}


def _current(model: str, picture: Tensor) -> Picture:
    side = picture.shape[-1]
    return {
        "role": "current", "src": uri(picture), "side": side, "title": "from the codes", "note": f"{side} px",
        "alt": f"Picture that {model} draws from its codes",
    }  # fmt: skip


def _comparison(encodings: Encodings, state: State, picture: Tensor) -> tuple[list[Picture], Facts]:
    """The pictures and facts that compare the map's picture with its source: the source, the difference, the twin's picture, the PSNR."""
    model, side = state["model"], picture.shape[-1]
    target = encodings.encode(model, state["source"]).target
    decibels = psnr(picture, target)
    pictures = [
        {"role": "target", "src": uri(target), "side": side, "title": state["source"]["name"], "note": f"{target.numel():,} bytes",
         "alt": f"The picture as {model} sees it"},
        {**_current(model, picture), "note": f"{decibels:.1f} dB"},
        {"role": "difference", "src": uri(((picture - target).abs() - 1).clamp(-1, 1)), "side": side, "title": "difference",
         "note": "black: none", "alt": "The difference between the two"},
    ]  # fmt: skip
    if state["mode"] == "edit" and (twin := encodings.twin(model)):
        pictures.append(_twin_picture(encodings, twin, state["source"], side))
    sizes = _files(encodings, model, target, decibels) if state["codes"] == state["encoded"] else []
    return pictures, [["PSNR", f"{decibels:.1f} dB"], *sizes]


def _twin_picture(encodings: Encodings, twin: str, source: dict[str, str], side: int) -> Picture:
    encoding = encodings.encode(twin, source)
    return {
        "role": "twin", "src": uri(encoding.decoded), "side": side,
        "title": f"by {getattr(encodings.studio.coder(twin), 'likelihood', twin)}",
        "note": f"{psnr(encoding.decoded, encoding.target):.1f} dB", "alt": f"What {twin} makes of the same picture",
    }  # fmt: skip


def _second(encodings: Encodings, state: State) -> Picture:
    target = encodings.encode(state["model"], state["second"]).target
    side = target.shape[-1]
    return {
        "role": "second", "src": uri(target), "side": side, "title": f"second: {state['second']['name']}", "note": f"{side} px",
        "alt": "The second picture, whose cells are mixed in",
    }  # fmt: skip


def _files(encodings: Encodings, model: str, target: Tensor, decibels: float) -> Facts:
    """The size of a map in bytes, and the sizes of JPEG and WebP files with the same PSNR."""
    size = math.ceil(codes.bits(encodings.studio.coder(model)) / 8)
    sizes = [[f"as {name}", f"{images.smallest_file(target, decibels, name)[0]:,} bytes"] for name in ("JPEG", "WebP")]
    return [["codes", f"{size} bytes"], *sizes]
