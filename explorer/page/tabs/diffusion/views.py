"""What the Diffusion tab shows for a state: the values of its widgets, computed by noising and by running back.

A view is a dictionary by widget name ("lesson", "stage", "strip", "curve", "histogram"). It needs no memory of a run: the state
holds the seed, and makes it again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from explorer import diffusion, images
from explorer.diffusion import Denoising
from explorer.page.shared import inputs as targets
from explorer.page.shared import opinions
from explorer.page.shared.conditions import ANY, weights
from explorer.page.shared.links import pack
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import uri

from . import charts as noise_charts
from . import lessons, session

State = dict[str, Any]
View = dict[str, Any]
BETWEEN = 0.12  # seconds between two views of a run
MOST = 60  # frames that a strip holds at most


def signal(ratio: float) -> str:
    """A signal-to-noise ratio in words."""
    if ratio == math.inf:
        return "no noise"
    return f"{ratio:.3g}" if ratio >= 0.001 else f"{ratio:.0e}".replace("e-0", "e-").replace("-", "−")


class DiffusionViews:
    """Draws every view from one studio."""

    def __init__(self, studio: Studio):
        self.studio = studio

    def about(self, model: str) -> str:
        """What a model is, and how many parameters its network has."""
        count = sum(weights.numel() for weights in self.studio.denoiser(model).parameters())
        return f"{self.studio.blurb(model).rstrip('.')}. {count:,} parameters."

    def target(self, state: State) -> tuple[Tensor, str]:
        """The picture that is noised, (channels, side, side), and its name."""
        network = self.studio.denoiser(state["model"])
        source = state["source"] or targets.picked(network, state["example"])
        return targets.as_seen(network, targets.picture(source)), source["name"]

    def erasable(self, state: State) -> dict[str, Any]:
        """The value of the Eraser widget."""
        picture, name = self.target(state)
        return {"src": uri(picture), "side": picture.shape[-1], "alt": f"{name}, to erase parts of"}

    def show(self, state: State) -> Iterator[View]:
        """The views of a state: one, or those of a run as it comes."""
        if state["mode"] == "forward":
            yield self.forward(state)
        else:
            yield from self.backward(state)

    # --- Into noise ---------------------------------------------------------------------------------------------------------------------

    def forward(self, state: State) -> View:
        """The picture at evenly spaced timesteps, under one and the same noise."""
        network, (picture, name) = self.studio.denoiser(state["model"]), self.target(state)
        start, noise = network.latent(picture[None])[0], diffusion.noise_of(network, state["seed"])
        total, side = network.timesteps, network.image_size
        frames = []
        for t in noise_charts.timesteps(network, [state["start"]]):
            level = network.alpha_bar[t].item()
            x = diffusion.add_noise(start, noise, level)
            seen = uri(network.picture(x[None])[0])
            frames.append({
                "src": seen, "alt": f"{name} at t = {t} of {total}, noise from seed {state['seed']}", "label": f"t = {t}", "step": t,
                "counts": noise_charts.counts(x), "title": f"t = {t}",
                "pictures": [
                    {"src": seen, "title": f"x at t = {t}", "note": "what is left", "alt": f"{name} at t = {t}"},
                    {"title": name, "note": f"{math.sqrt(level):.3f} of it"},
                    {"title": "noise ε", "note": f"{math.sqrt(1 - level):.3f} of it"},
                ],
                "facts": [
                    ["t", f"{t} of {total}"], ["picture's share of the variance", f"{level:.1%}"],
                    ["signal to noise", signal(diffusion.snr(level))], ["seed", str(state["seed"])],
                ],
            })  # fmt: skip
        selected = next(i for i, frame in enumerate(frames) if frame["step"] == state["start"])
        stage = self._stage("three", side, frames[selected], None)
        stage["pictures"][1] |= {"src": uri(picture), "alt": name}
        stage["pictures"][2] |= {"src": uri(network.picture(noise[None])[0]), "alt": f"noise from seed {state['seed']}"}
        return {
            "lesson": lessons.noised(name),
            "stage": stage,
            "strip": {"title": f"{name[:1].upper() + name[1:]} sinks into noise", "side": side, "frames": frames, "selected": selected,
                      "film": True},
            "curve": noise_charts.curve(network, ()), "histogram": noise_charts.histogram(frames[selected]["counts"]),
        }  # fmt: skip

    # --- Out of noise -------------------------------------------------------------------------------------------------------------------

    def run(self, state: State, count: int = 1) -> Iterator[Denoising]:
        """The reverse run of a state, from noise or from its picture."""
        network = self.studio.denoiser(state["model"])
        told = weights(self.studio, state["model"], state["label"]).expand(count, -1)
        more: dict[str, Any] = {key: state[key] for key in ("seed", "sampler", "guidance")}
        if state["mode"] == "edit":
            side, start = network.image_size, session.started(self.studio, state)
            erased = torch.tensor(state["erased"]).view(side, side).bool() if any(state["erased"]) else None
            more |= {"image": self.target(state)[0], "start": start, "erased": erased}
            return diffusion.denoise(network, told, steps=min(state["steps"], start), **more)
        return diffusion.denoise(network, told, steps=state["steps"], **more)

    def backward(self, state: State) -> Iterator[View]:
        """A run as it comes, two beside each other where they are compared; the last view has its strip."""
        network = self.studio.denoiser(state["model"])
        other = session.second(state) if state["mode"] == "reverse" and state["count"] == 1 else None
        count = state["count"] if state["mode"] == "reverse" else 1
        states = [state, *([other] if other else [])]
        runs = [self.run(each, count) for each in states]
        begun, said, frames, shown = time.perf_counter(), 0.0, [], {}
        for moments in zip(*runs, strict=True):
            step, steps, spent = moments[0].step, moments[0].steps, time.perf_counter() - begun
            keep = step == steps or step * MOST // max(steps, MOST) != (step - 1) * MOST // max(steps, MOST)
            if not keep and spent - said <= BETWEEN:
                continue
            frame = self._frame(states, moments, spent)
            if keep:
                frames.append(frame)
            if step < steps and (spent - said > BETWEEN or not shown):
                said = spent
                left = spent / step * (steps - step) if step else None
                progress = {"step": step, "steps": steps, "left": None if left is None or left < 1 else f"{left:.0f} s"}
                shown = {
                    "lesson": lessons.running(steps, moments[0].t), "strip": None, "frames": frames,
                    "stage": self._stage(self._columns(state), network.image_size, frame, progress),
                }  # fmt: skip
                yield shown
        yield self.finished(state, frames)

    def finished(self, state: State, frames: list[dict[str, Any]]) -> View:
        """The view at rest of a run that ended, or was stopped after these frames."""
        network, last = self.studio.denoiser(state["model"]), frames[-1]
        visited = [frame["step"] for frame in frames]
        return {
            "lesson": self._lesson(state, frames),
            "stage": self._stage(self._columns(state), network.image_size, last, None),
            "strip": {
                "title": "From the picture back" if state["mode"] == "edit" else "Out of noise", "side": network.image_size,
                "frames": frames, "selected": len(frames) - 1, "film": True,
            },
            "curve": noise_charts.curve(network, visited), "histogram": noise_charts.histogram(last["counts"]),
        }  # fmt: skip

    def onward(self, state: State, x: Tensor) -> list[list[str]]:
        """The way of a finished picture (1, channels, side, side) into the tab that takes it apart into codes, if a model there learned
        from the same data set."""
        data = self.studio.catalogue.checkpoint(state["model"]).data
        coder = next((name for name in self.studio.catalogue.coders if self.studio.zoo.checkpoints[name].data == data), None)
        if coder is None or not data:
            return []
        codes = self.studio.coder(coder).encode(x)[0].tolist()
        return [["", "take it apart into codes", pack("codes", {"model": coder, "codes": codes})]]

    @staticmethod
    def _columns(state: State) -> str:
        return "five" if state["mode"] == "reverse" and state["count"] > 1 else "three"

    def _frame(self, states: Sequence[State], moments: Sequence[Denoising], spent: float) -> dict[str, Any]:
        """One moment of the runs: its pictures, and what is known of it."""
        first, state = moments[0], states[0]
        network = self.studio.denoiser(state["model"])
        seen = network.picture(first.x)
        alt = f"x at t = {first.t}, drawn by {state['model']} from seed {state['seed']}"
        if len(first.x) > 1:
            pictures = [
                {"src": uri(x), "title": f"seed {state['seed'] + i}", "note": "", "alt": f"x at t = {first.t}, seed {state['seed'] + i}"}
                for i, x in enumerate(seen)
            ]
        else:
            pictures = [one for each, moment in zip(states, moments, strict=True) for one in self._three(each, moment, len(states) > 1)]
        readings = [opinions.readings(self.studio, state["model"], network.picture(moment.x0)) for moment in moments]
        facts = [
            ["t", str(first.t)], ["signal to noise", signal(first.snr)],
            ["network evaluations", " and ".join(str(n) for n in dict.fromkeys(moment.evaluations for moment in moments))],
            ["time", f"{1000 * spent:.0f} ms"],
        ]  # fmt: skip
        if readings[0]:
            what = "the judge reads" if first.step == first.steps else "the judge reads in the belief"
            facts.append([what, " · ".join(each.label for found in readings for each in found)])
        if first.step == first.steps and len(states) == len(first.x) == 1:
            facts += self.onward(state, seen)
        return {
            "src": uri(seen[0]), "alt": alt, "title": f"t = {first.t}", "label": f"step {first.step} of {first.steps}, t = {first.t}",
            "step": first.t, "at": first.step, "counts": noise_charts.counts(first.x[0]), "pictures": pictures, "facts": facts,
            "read": readings[0][0].label if readings[0] else None,
        }  # fmt: skip

    def _three(self, state: State, moment: Denoising, beside: bool) -> list[dict[str, Any]]:
        """x_t, what the network believes, and what it takes for noise."""
        differs = f"{state['compare']} {state[state['compare']]}" if beside else ""
        picture = self.studio.denoiser(state["model"]).picture
        x, x0, noise = (uri(picture(each[:1])[0]) for each in (moment.x, moment.x0, moment.noise))
        at, alt = f"at t = {moment.t}", f"at t = {moment.t}, {state['model']}, seed {state['seed']}"
        names = ("what it believes", "what it calls noise") if moment.t else ("the picture", "no noise is left")
        return [
            {"src": x, "title": f"x {at}", "note": differs, "alt": f"x {alt}"},
            {
                "src": x0,
                "title": names[0],
                "note": "",
                "alt": f"The picture that is believed to be under the noise {alt}",
            },
            {"src": noise, "title": names[1], "note": "", "alt": f"The noise that is left {alt}"},
        ]

    def _lesson(self, state: State, frames: list[dict[str, Any]]) -> str:
        label = None if state["label"] == ANY else state["label"]
        if state["mode"] == "edit":
            if any(state["erased"]):
                return lessons.filled(label)
            return lessons.edited(state["start"], label)
        if state["count"] > 1:
            return lessons.five(label)
        if other := session.second(state):
            what = state["compare"]
            return lessons.comparing(what, str(state[what]), str(other[what]))
        read = [frame["read"] for frame in frames]
        since = len(read) - 1
        while since > 0 and read[since - 1] == read[-1]:
            since -= 1
        return lessons.made(read[-1], label, frames[since]["at"] if read[-1] else None, state["steps"])

    def _stage(self, columns: str, side: int, frame: dict[str, Any], progress: Any) -> dict[str, Any]:
        pictures = [{"role": f"part{i}", "side": side, **each} for i, each in enumerate(frame["pictures"])]
        return {"columns": columns, "pictures": pictures, "facts": frame["facts"], "progress": progress}

    def film(self, state: State, form: str) -> bytes:
        """The strip as an animation: what it shows of each moment, in a row."""
        network = self.studio.denoiser(state["model"])
        if state["mode"] == "forward":
            picture, seed = self.target(state)[0], state["seed"]
            times = [round(network.timesteps * i / 50) for i in range(51)]
            frames = [network.picture(diffusion.noised(network, picture, t, seed)[None])[0] for t in times]
        else:
            five = state["mode"] == "reverse" and state["count"] > 1
            moments = list(self.run(state, state["count"] if five else 1))
            stride = max(1, len(moments) // MOST)
            kept = [moments[i] for i in range(len(moments) - 1, -1, -stride)][::-1]
            rows = [m.x if five else torch.cat([m.x[:1], m.x0[:1], m.noise[:1]]) for m in kept]
            frames = [torch.cat(list(network.picture(row)), 2) for row in rows]
        frames += [frames[-1]] * 8
        stacked = torch.stack(frames).clamp(-1, 1)
        return images.animation(stacked, form, frames_per_second=12, scale=max(1, 192 // stacked.shape[-2]))
