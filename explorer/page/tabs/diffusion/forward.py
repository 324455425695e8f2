"""The view of the forward process: a picture at evenly spaced timesteps, with the same noise at all of them."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor

from explorer import diffusion
from explorer.models import Denoises
from explorer.page.shared.fields import State
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import uri

from . import charts, lessons
from .pictures import View, stage, target

FILM = 50  # the number of steps in the animation from the picture to noise


def signal(ratio: float) -> str:
    """A signal-to-noise ratio as text."""
    if ratio == math.inf:
        return "no noise"
    return f"{ratio:.3g}" if ratio >= 0.001 else f"{ratio:.0e}".replace("e-0", "e-").replace("-", "−")


def view(studio: Studio, state: State) -> View:
    """The view of a noised picture."""
    network, (picture, name) = studio.denoiser(state["model"]), target(studio, state)
    start, noise = network.latent(picture[None])[0], diffusion.noise_of(network, state["seed"])
    side = network.image_size
    frames = [_frame(network, start, noise, t, name, state["seed"]) for t in charts.timesteps(network, [state["start"]])]
    selected = next(i for i, frame in enumerate(frames) if frame["step"] == state["start"])
    shown = stage("three", side, frames[selected], None)
    shown["pictures"][1] |= {"src": uri(picture), "alt": name}
    shown["pictures"][2] |= {"src": uri(network.picture(noise[None])[0]), "alt": f"noise from seed {state['seed']}"}
    return {
        "lesson": lessons.noised(name),
        "stage": shown,
        "strip": {"title": f"{name[:1].upper() + name[1:]} sinks into noise", "side": side, "frames": frames, "selected": selected,
                  "film": True},
        "curve": charts.schedule(network, ()), "histogram": charts.histogram(frames[selected]["counts"]),
    }  # fmt: skip


def _frame(network: Denoises, start: Tensor, noise: Tensor, t: int, name: str, seed: int) -> dict[str, Any]:
    """The frame for timestep t: its pictures and facts. `start` is x_0; it and `noise` have the shape of the model's x."""
    level = network.alpha_bar[t].item()
    x = diffusion.add_noise(start, noise, level)
    src = uri(network.picture(x[None])[0])
    return {
        "src": src, "alt": f"{name} at t = {t} of {network.timesteps}, noise from seed {seed}", "label": f"t = {t}", "step": t,
        "counts": charts.counts(x), "title": f"t = {t}",
        "pictures": [
            {"src": src, "title": f"x at t = {t}", "note": "the sum", "alt": f"{name} at t = {t}"},
            {"title": name, "note": f"times {math.sqrt(level):.3f}"},
            {"title": "noise ε", "note": f"times {math.sqrt(1 - level):.3f}"},
        ],
        "facts": [
            ["t", f"{t} of {network.timesteps}"], ["picture's share of the variance", f"{level:.1%}"],
            ["signal to noise", signal(diffusion.snr(level))], ["seed", str(seed)],
        ],
    }  # fmt: skip


def film(studio: Studio, state: State) -> list[Tensor]:
    """The frames of the animation, each (channels, side, side)."""
    network, picture = studio.denoiser(state["model"]), target(studio, state)[0]
    times = [round(network.timesteps * i / FILM) for i in range(FILM + 1)]
    return [network.picture(diffusion.noised(network, picture, t, state["seed"])[None])[0] for t in times]
