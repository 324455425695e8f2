"""Views of the reverse process, from noise or from a noised picture. Two runs with different settings can be shown side by side."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from explorer import diffusion
from explorer.diffusion import Denoising
from explorer.page.shared import opinions
from explorer.page.shared.conditions import ANY, weights
from explorer.page.shared.fields import State
from explorer.page.shared.onward import as_codes
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import uri

from . import charts, ladder, lessons, session
from .forward import signal
from .pictures import View, stage, target

BETWEEN = 0.12  # minimum seconds between two views of a run
MOST = 60  # maximum number of frames in a strip, without the first


def count_of(state: State) -> int:
    """How many pictures a run generates at once."""
    return state["count"] if state["mode"] == "reverse" else 1


def run(studio: Studio, state: State) -> Iterator[Denoising]:
    """Run the reverse process with the state's settings, from noise or (in the mode "edit") from its noised picture."""
    network = studio.denoiser(state["model"])
    labels = weights(studio, state["model"], state["label"]).expand(count_of(state), -1)
    settings: dict[str, Any] = {key: state[key] for key in ("seed", "sampler", "steps", "guidance")}
    if state["mode"] == "edit":
        side, start = network.image_size, session.start_timestep(studio, state)
        erased = torch.tensor(state["erased"]).view(side, side).bool() if any(state["erased"]) else None
        settings |= {"steps": min(state["steps"], start), "image": target(studio, state)[0], "start": start, "erased": erased}
    return diffusion.denoise(network, labels, **settings)


def views(studio: Studio, state: State) -> Iterator[View]:
    """Yield the views of a run. Only the last view has the strip; the others have the list of `frames` so far."""
    if session.climbs(state):
        yield from _climbing(studio, state)
        return
    other = session.second(state) if state["mode"] == "reverse" and state["count"] == 1 else None
    states = [state] if other is None else [state, other]
    frames: list[dict[str, Any]] = []
    start_time, latest = time.perf_counter(), None  # latest: seconds from `start_time` to the latest view
    for denoisings in zip(*(run(studio, run_state) for run_state in states), strict=True):
        step, steps, seconds = denoisings[0].step, denoisings[0].steps, time.perf_counter() - start_time
        due = latest is None or seconds - latest > BETWEEN
        if not due and not in_strip(step, steps):
            continue
        frame = _frame(studio, states, denoisings, seconds)
        if in_strip(step, steps):
            frames.append(frame)
        if due and step < steps:
            latest = seconds
            yield _running(studio, state, denoisings[0], frame, frames, seconds)
    yield finished(studio, state, frames)


def _climbing(studio: Studio, state: State) -> Iterator[View]:
    """The views of runs with several numbers of steps from the same noise."""
    side = studio.denoiser(state["model"]).image_size
    for frame, frames, progress in ladder.views(studio, state):
        text = lessons.climbing(frame["label"])
        yield {"lesson": text, "strip": None, "frames": frames or [frame], "stage": stage("five", side, frame, progress)}
    yield finished(studio, state, frames)


def in_strip(step: int, steps: int) -> bool:
    """Whether the strip contains this step: step 0, and at most MOST evenly spaced steps up to the last one."""
    return step == steps or step * MOST // max(steps, MOST) != (step - 1) * MOST // max(steps, MOST)


def _running(
    studio: Studio, state: State, denoising: Denoising, frame: dict[str, Any], frames: list[dict[str, Any]], seconds: float
) -> View:
    seconds_left = seconds / denoising.step * (denoising.steps - denoising.step) if denoising.step else None
    progress = {
        "step": denoising.step,
        "steps": denoising.steps,
        "left": None if seconds_left is None or seconds_left < 1 else f"{seconds_left:.0f} s",
    }
    return {
        "lesson": lessons.running(denoising.steps, denoising.t), "strip": None, "frames": frames,
        "stage": stage(_columns(state), studio.denoiser(state["model"]).image_size, frame, progress),
    }  # fmt: skip


def finished(studio: Studio, state: State, frames: list[dict[str, Any]]) -> View:
    """The final view of a run that has finished, or was stopped after these frames."""
    network, last_frame = studio.denoiser(state["model"]), frames[-1]
    side = network.image_size
    return {
        "lesson": lesson(studio, state, frames),
        "stage": stage(_columns(state), side, last_frame, None),
        "strip": {
            "title": "From the noised picture" if state["mode"] == "edit" else "Out of noise", "side": side,
            "frames": frames, "selected": len(frames) - 1, "film": True,
        },
        "curve": charts.schedule(network, [frame["step"] for frame in frames]), "histogram": charts.histogram(last_frame["counts"]),
    }  # fmt: skip


def lesson(studio: Studio, state: State, frames: list[dict[str, Any]]) -> str:
    """The lesson of a finished run."""
    label = None if state["label"] == ANY else state["label"]
    if state["mode"] == "edit":
        return lessons.filled(label) if any(state["erased"]) else lessons.edited(state["start"], label)
    if state["count"] > 1:
        return lessons.five(label)
    if session.climbs(state):
        return lessons.climbed(len(frames), ladder.student_of(studio, state["model"]) if label else None)
    if other := session.second(state):
        setting = state["compare"]
        return lessons.comparing(setting, str(state[setting]), str(other[setting]))
    judgements = [frame["read"] for frame in frames]
    since = len(judgements) - 1
    while since > 0 and judgements[since - 1] == judgements[-1]:
        since -= 1
    return lessons.made(judgements[-1], label, frames[since]["at"] if judgements[-1] else None, state["steps"])


def film(studio: Studio, state: State) -> list[Tensor]:
    """The frames of the animation, each (channels, side, width): x, the predicted x_0 and the predicted noise in a row, or, if the run
    draws several pictures, the x of each."""
    if session.climbs(state):
        return ladder.film(studio, state)
    network, several = studio.denoiser(state["model"]), count_of(state) > 1
    denoisings = list(run(studio, state))
    stride = max(1, len(denoisings) // MOST)
    film_denoisings = [denoisings[i] for i in range(len(denoisings) - 1, -1, -stride)][::-1]
    rows = [
        denoising.x if several else torch.cat([denoising.x[:1], denoising.x0[:1], denoising.noise[:1]]) for denoising in film_denoisings
    ]
    return [torch.cat(list(network.picture(row)), 2) for row in rows]


def _columns(state: State) -> str:
    return "five" if count_of(state) > 1 or session.climbs(state) else "three"


def _frame(studio: Studio, states: Sequence[State], denoisings: Sequence[Denoising], seconds: float) -> dict[str, Any]:
    """One step of the runs as a frame: its pictures, facts and histogram counts."""
    first, state, network = denoisings[0], states[0], studio.denoiser(states[0]["model"])
    pictures = network.picture(first.x)
    readings = [opinions.readings(studio, state["model"], network.picture(denoising.x0)) for denoising in denoisings]
    facts = [
        ["t", str(first.t)], ["signal to noise", signal(first.snr)],
        ["network evaluations", " and ".join(str(n) for n in dict.fromkeys(denoising.evaluations for denoising in denoisings))],
        ["time", f"{1000 * seconds:.0f} ms"],
    ]  # fmt: skip
    if readings[0]:
        fact_name = "the judge reads" if first.step == first.steps else "the judge reads in the prediction"
        facts.append([fact_name, " · ".join(reading.label for run_readings in readings for reading in run_readings)])
    if first.step == first.steps and len(states) == len(first.x) == 1:
        link = as_codes(studio, studio.catalogue.checkpoint(state["model"]).data, pictures[0])
        facts += [["", *link]] if link else []
    return {
        "src": uri(pictures[0]), "alt": f"x at t = {first.t}, drawn by {state['model']} from seed {state['seed']}",
        "title": f"t = {first.t}",
        "label": f"step {first.step} of {first.steps}, t = {first.t}", "step": first.t, "at": first.step,
        "counts": charts.counts(first.x[0]), "pictures": _pictures(studio, states, denoisings, pictures), "facts": facts,
        "read": readings[0][0].label if readings[0] else None,
    }  # fmt: skip


def _pictures(studio: Studio, states: Sequence[State], denoisings: Sequence[Denoising], x_pictures: Tensor) -> list[dict[str, Any]]:
    """The pictures of a frame. If each run draws one picture: x, the predicted x_0 and the predicted noise of every run. Otherwise: x of
    each picture."""
    if len(x_pictures) == 1:
        pairs = zip(states, denoisings, strict=True)
        return [picture for state, denoising in pairs for picture in _run_pictures(studio, state, denoising, len(states) > 1)]
    seed, t = states[0]["seed"], denoisings[0].t
    return [
        {"src": uri(x), "title": f"seed {seed + i}", "note": "", "alt": f"x at t = {t}, seed {seed + i}"} for i, x in enumerate(x_pictures)
    ]


def _run_pictures(studio: Studio, state: State, denoising: Denoising, compared: bool) -> list[dict[str, Any]]:
    """Three pictures of a run: x_t, the predicted x_0 and the predicted noise. `compared`: whether two runs are compared."""
    setting = f"{state['compare']} {state[state['compare']]}" if compared else ""
    picture = studio.denoiser(state["model"]).picture
    x, x0, noise = (uri(picture(each[:1])[0]) for each in (denoising.x, denoising.x0, denoising.noise))
    at, alt = f"at t = {denoising.t}", f"at t = {denoising.t}, {state['model']}, seed {state['seed']}"
    names = ("predicted picture", "predicted noise") if denoising.t else ("the picture", "no noise is left")
    return [
        {"src": x, "title": f"x {at}", "note": setting, "alt": f"x {alt}"},
        {"src": x0, "title": names[0], "note": "", "alt": f"The predicted picture {alt}"},
        {"src": noise, "title": names[1], "note": "", "alt": f"The predicted noise {alt}"},
    ]
