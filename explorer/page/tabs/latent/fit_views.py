"""Computes what the Latent space tab shows for a fit, while it runs and when it has ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from explorer import extended, inversion
from explorer.page.shared import inputs
from explorer.page.shared.lesson import lesson
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import uri

from . import lessons
from .fitting import mask_of

State = dict[str, Any]
View = dict[str, Any]
BETWEEN = 0.06  # minimum seconds between two updates of a running fit


def rounded(z: Tensor) -> list[float]:
    """A latent as a list of numbers with 3 decimals, for the bar chart."""
    return [round(value, 3) for value in z.tolist()]


def frame_spec(z: Tensor, source: str, beyond: Tensor | None = None) -> dict[str, Any]:
    """Convert a frame of a strip to a spec, the form in which a slot stores a latent."""
    return {"latent": z.tolist(), "source": source} | ({} if beyond is None else {"beyond": extended.packed(beyond)})


def hatched(photo: Tensor, mask: Tensor) -> Tensor:
    """Replace the masked pixels (where mask (side, side) is 0) of a photo (3, side, side) by a grey chequerboard."""
    rows = torch.arange(photo.shape[-1])
    board = ((rows[:, None] + rows) % 2 * 0.24 + 0.2).expand_as(photo)
    return torch.where(mask > 0, photo, board)


class FitViews:
    """The views of a fit."""

    studio: Studio

    def fit(self, state: State, options: dict[str, Any]) -> Iterator[tuple[State, View]]:
        """Fit a latent to the target picture and put it into the active slot. Yields a view at the start, every few steps and at the
        end."""
        name, target = state["model"], state["target"]
        model = self.studio.model(name)
        photo = inputs.as_seen(model, inputs.picture(target))
        mask = mask_of(state["hidden"], model.image_size)
        target_picture = {"role": "target", "src": uri(photo if mask is None else hatched(photo, mask)), "side": model.image_size,
                 "title": target["name"], "note": "target" if mask is None else "target, a part left out",
                 "alt": f"The target: {target['name']}"}  # fmt: skip
        scores = [] if mask is not None else self.studio.catalogue.facts(name).held_out(options["space"])
        references = [[scores[len(scores) // 2], "median of photos that the model never saw"]] if scores else []
        frames, points, texts, specs, last_view = [], [], [], [], -1.0
        for step in inversion.fit(model, photo, every=4, mask=mask, encoder=self.studio.inverse(name), **options):
            score = step.psnr
            spec = frame_spec(step.latent, target["name"], step.beyond)
            spec |= {"psnr": round(score, 2), "seed": options["seed"], "settings": options}
            spec |= {"masked": True} if mask is not None else {}
            specs.append(spec)
            points.append([step.step, round(score, 3)])
            texts.append(f"step {step.step}: {score:.1f} dB, loss {step.loss:.3g}")
            facts = [["PSNR", f"{score:.1f} dB"], ["time", f"{step.seconds:.1f} s"],
                     ["seed of the search", str(options["seed"])], ["norm of z", self.studio.norm(step.latent)]]  # fmt: skip
            frames.append({
                "src": uri(step.image), "label": f"step {step.step}, {score:.1f} dB",
                "title": f"step {step.step}", "note": f"{score:.1f} dB",
                "alt": f"Picture drawn by {name} at step {step.step} of fitting {target['name']}, seed {options['seed']}",
                "z": rounded(step.latent), "facts": facts, "step": step.step,
            })  # fmt: skip
            if step.step < step.steps and step.seconds - last_view < BETWEEN:
                continue
            last_view = step.seconds
            seconds_left = step.seconds / step.step * (step.steps - step.step) if step.step else None
            progress = {"step": step.step, "steps": step.steps, "left": None if seconds_left is None else f"{seconds_left:.1f} s"}
            current = frames[-1] | {"role": "current", "side": model.image_size}
            yield state | {state["active"]: spec, "strip": specs}, {
                "lesson": lesson(lessons.fitting(model.latent_size, None if step.beyond is None else len(step.beyond))),
                "stage": {"columns": "two", "pictures": [target_picture, current], "facts": facts, "progress": progress},
                "coordinates": None, "strip": None,
                "curve": {"panels": [{
                    "title": "Similarity to the target", "series": [{"name": "PSNR", "points": points, "texts": texts}],
                    "x": {"label": "step", "range": [0, max(step.steps, 1)]}, "y": {"label": "PSNR in dB", "least": 1.0},
                    "references": references,
                }]},
                "frames": frames, "target": target_picture,
            }  # fmt: skip

    def fitted(self, state: State, view: View) -> View:
        """The final view of a fit that has finished or was stopped: without the progress bar, but with a strip of the fit's steps."""
        spec = state[state["active"]]
        stage = view["stage"] | {"progress": None}
        space = "extended" if spec.get("beyond") else "latent"  # also if a fit in the extended space was stopped early
        facts = self.studio.catalogue.facts(state["model"])
        rank = None if spec.get("masked") else facts.percentile(spec["psnr"], space)
        percentile = [["percentile", f"{rank:.0f} of 100 among photos that the model never saw"]] if rank is not None else []
        stage["facts"] = [*stage["facts"], *percentile]
        for frame in view["frames"]:
            frame["facts"] = stage["facts"] if frame is view["frames"][-1] else frame["facts"]
        strip = {"title": "How it was found", "side": stage["pictures"][1]["side"], "frames": view["frames"], "film": True}
        strip["selected"] = len(view["frames"]) - 1
        if spec.get("masked"):
            text = lessons.filled(spec["psnr"])
        elif getattr(self.studio.model(state["model"]), "exact", False):
            text = lessons.inverted(len(spec["latent"]))
        elif space == "extended":
            text = lessons.reached(spec["psnr"], facts.held_out(space), self.studio.extended_size(state["model"]))
        else:
            text = lessons.fitted(self.studio, state["model"], spec["psnr"])
        return view | {"lesson": lesson(text), "stage": stage, "strip": strip}
