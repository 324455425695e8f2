"""The state of a visit to the Diffusion tab, and its form in a link.

The state is plain JSON: the model, what is done (`mode`), what the model is told, what a second run differs in (`compare`), and the picture
that is noised: a visitor's own (`source`) or one of the examples (`example`). A link carries all of it but the visitor's picture.
"""

from __future__ import annotations

from typing import Any

from explorer.diffusion import DEFAULT, GUIDANCE, SAMPLERS
from explorer.page.shared.checks import FieldError, choice, number, whole
from explorer.page.shared.conditions import ANY
from explorer.page.shared.kinds import reverse_settings
from explorer.page.shared.links import pack
from explorer.page.shared.studio import SEEDS, Studio

SLUG = "diffusion"
MODES = ("reverse", "forward", "edit")
COMPARED = ("nothing", "guidance", "sampler", "seed")
FIVE = 5
START = 800  # the timestep that a picture is noised to before it is drawn back


def opening(studio: Studio, model: str | None = None) -> dict[str, Any]:
    """The state of a visit that begins."""
    model = model or studio.catalogue.denoisers[0]
    classes = studio.classes(model)
    label = classes[min(4, len(classes) - 1)] if classes else ANY
    seeds = studio.catalogue.facts(model).good_seeds
    return {
        "model": model, "mode": "reverse", "label": label, "seed": seeds[0], **DEFAULT, "count": 1,
        "compare": "nothing", "other_guidance": 5.0, "other_sampler": "ddpm", "other_seed": seeds[1], "source": None, "example": 2,
        "erased": [], "start": START,
    }  # fmt: skip


def compared(compare: Any, guidance: Any, sampler: Any, seed: Any) -> dict[str, Any]:
    """What a second run differs in, each checked."""
    return {
        "compare": choice("compare", compare, COMPARED),
        "other_guidance": number("the other guidance", guidance, *GUIDANCE),
        "other_sampler": choice("the other sampler", sampler, list(SAMPLERS)),
        "other_seed": whole("the other seed", seed, 0, SEEDS),
    }


def second(state: dict[str, Any]) -> dict[str, Any] | None:
    """The state of the run beside, None if there is none."""
    what = state["compare"]
    return None if what == "nothing" else {**state, what: state[f"other_{what}"]}


def started(studio: Studio, state: dict[str, Any]) -> int:
    """The timestep that a run from a picture starts from: where a part is erased, nothing of it may shine through."""
    return studio.denoiser(state["model"]).timesteps if any(state["erased"]) else state["start"]


def hole(studio: Studio, model: str, value: Any, field: str = "erased") -> list[int]:
    """Which pixels are erased: a flat list of 0 and 1, row by row; [] for none.

    Raises:
        FieldError: for a list of another length, or other numbers.
    """
    side = studio.denoiser(model).image_size
    if not isinstance(value, (list, tuple)) or len(value) not in (0, side * side):
        raise FieldError(field, value, f"a list of {side} x {side} numbers, 0 or 1")
    found = [whole(field, each, 0, 1) for each in value]
    return found if any(found) else []


def encode(studio: Studio, state: dict[str, Any]) -> str:
    """The state as a short text for a link; a visitor's picture gives way to the example that was there before."""
    kept = {key: value for key, value in state.items() if key not in ("source", "erased")}
    erased = "".join(map(str, state["erased"])) if state["source"] is None else ""
    return pack(SLUG, kept | {"erased": f"{int('1' + erased, 2):x}" if erased else ""})


def decode(studio: Studio, found: dict[str, Any], examples: int) -> dict[str, Any]:
    """The state that a link carries.

    Args:
        examples: how many there are to choose from.

    Raises:
        FieldError: if it asks for something that there is not.
    """
    model = choice("model", found.get("model"), studio.catalogue.denoisers)
    state = opening(studio, model)
    found = {**state, "erased": "", **found}  # a link may carry some of the keys only
    state |= reverse_settings(studio, model, *(found.get(key) for key in ("label", "seed", "sampler", "steps", "guidance")))
    state |= compared(*(found.get(key) for key in ("compare", "other_guidance", "other_sampler", "other_seed")))
    state["mode"] = choice("mode", found.get("mode"), MODES)
    state["count"] = whole("count", found.get("count"), 1, FIVE)
    state["start"] = whole("start", found.get("start"), 1, studio.denoiser(model).timesteps)
    state["example"] = whole("example", found.get("example"), 0, examples - 1)
    try:
        erased = [int(bit) for bit in f"{int(found.get('erased') or '1', 16):b}"[1:]]
    except (TypeError, ValueError):
        raise FieldError("erased", found.get("erased"), "hexadecimal digits") from None
    return state | {"erased": hole(studio, model, erased)}
