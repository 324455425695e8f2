"""The picture that gets noise, and the value of the stage, for the forward and the reverse process."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from explorer.page.shared import inputs
from explorer.page.shared.fields import State
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import uri

View = dict[str, Any]


def target(studio: Studio, state: State) -> tuple[Tensor, str]:
    """The picture that gets noise, (channels, side, side), and its name."""
    network = studio.denoiser(state["model"])
    source = state["source"] or inputs.picked(network, state["example"])
    return inputs.as_seen(network, inputs.picture(source)), source["name"]


def erasable(studio: Studio, state: State) -> dict[str, Any]:
    """The value of the Eraser widget."""
    picture, name = target(studio, state)
    return {"src": uri(picture), "side": picture.shape[-1], "alt": f"{name}: brush over parts to erase them"}


def stage(columns: str, side: int, frame: dict[str, Any], progress: dict[str, Any] | None) -> View:
    """The value of the Stage widget: the pictures and the facts of a frame.

    Args:
        columns: "three" or "five", the layout of the stage.
        side: the side of the pictures in pixels.
        progress: the progress of a run; None if none is running.
    """
    pictures = [{"role": f"part{i}", "side": side, **picture} for i, picture in enumerate(frame["pictures"])]
    return {"columns": columns, "pictures": pictures, "facts": frame["facts"], "progress": progress}
