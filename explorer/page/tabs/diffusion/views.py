"""Computes what the Diffusion tab shows for a state: with the forward process (`forward`) and the reverse process (`backward`).

A view is a dictionary {widget name: value} with the keys "lesson", "stage", "strip", "curve" and "histogram". No run is stored: the state
holds the seed, from which a run is computed again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from explorer import images
from explorer.page.shared.fields import State
from explorer.page.shared.studio import Studio

from . import backward, forward, pictures
from .pictures import View

STILL = 8  # how often an animation repeats its last frame


class DiffusionViews:
    """Computes the views with the models of one studio."""

    def __init__(self, studio: Studio):
        self.studio = studio

    def erasable(self, state: State) -> dict[str, Any]:
        """The value of the Eraser widget."""
        return pictures.erasable(self.studio, state)

    def show(self, state: State) -> Iterator[View]:
        """Yield the views of a state: one, or those of a run while it is computed."""
        if state["mode"] == "forward":
            yield forward.view(self.studio, state)
        else:
            yield from backward.views(self.studio, state)

    def finished(self, state: State, frames: list[dict[str, Any]]) -> View:
        """The final view of a run that has finished, or was stopped after these frames."""
        return backward.finished(self.studio, state, frames)

    def film(self, state: State, form: str) -> bytes:
        """The strip as an animation."""
        frames = (forward if state["mode"] == "forward" else backward).film(self.studio, state)
        stacked = torch.stack(frames + [frames[-1]] * STILL).clamp(-1, 1)
        return images.animation(stacked, form, frames_per_second=12, scale=max(1, 192 // stacked.shape[-2]))
