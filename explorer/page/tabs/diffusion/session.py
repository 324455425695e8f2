"""The state of a visit to the Diffusion tab, and its form in a link.

The state is plain JSON. It has the fields (`compare` is the setting in which a second run differs) and the picture to which noise is added.
This picture is either the visitor's (`source`) or an example (`example`), and a part of it may be `erased`. A link has everything except
the visitor's picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from explorer.page.shared.checks import FieldError, whole
from explorer.page.shared.conditions import ANY
from explorer.page.shared.fields import Choice, Field, Fields, Model, Seed, State, Whole
from explorer.page.shared.inputs import example_count
from explorer.page.shared.settings import GUIDANCE, SAMPLER, STEPS, ClassLabel
from explorer.page.shared.studio import Studio

SLUG = "diffusion"
FIVE = 5
MODES = (("Out of noise", "reverse"), ("Into noise", "forward"), ("From a picture", "edit"))
COMPARED = (("none", "nothing"), ("another guidance", "guidance"), ("another sampler", "sampler"), ("another seed", "seed"))
LADDER = ("1, 2, 4, 12 and 1,000 steps", "steps")


@dataclass(frozen=True, kw_only=True)
class Timestep(Field):
    """A timestep of the model, from 1 to the model's number of timesteps."""

    def check(self, name: str, value: Any, studio: Studio, state: State) -> int:
        return whole(name, value, 1, studio.denoiser(state["model"]).timesteps)


@dataclass(frozen=True, kw_only=True)
class Example(Field):
    """The index of an example picture in the model's list from `inputs.pickable`."""

    def check(self, name: str, value: Any, studio: Studio, state: State) -> int:
        return whole(name, value, 0, example_count(studio.denoiser(state["model"])) - 1)


def _fifth_class(studio: Studio, model: str) -> str:
    classes = studio.classes(model)
    return classes[min(4, len(classes) - 1)] if classes else ANY


def about(studio: Studio, model: str) -> str:
    """The card's sentences about a model, and the number of its parameters."""
    count = sum(weights.numel() for weights in studio.denoiser(model).parameters())
    return f"{studio.blurb(model).rstrip('.')}. {count:,} parameters."


FIELDS = Fields(
    model=Model(slug=SLUG, names=lambda studio: studio.catalogue.denoisers, about=about),
    mode=Choice(label="Mode", default="reverse", options=MODES),
    label=ClassLabel(default=_fifth_class),
    seed=Seed(label="Seed", default=lambda studio, model: studio.catalogue.facts(model).good_seeds[0]),
    sampler=SAMPLER,
    steps=STEPS,
    guidance=GUIDANCE,
    count=Whole(label="Count", default=1, low=1, high=FIVE),
    compare=Choice(label="Compare with", error_name="compare", default="nothing", options=(*COMPARED, LADDER)),
    other_guidance=replace(GUIDANCE, label="Guidance of the second run", error_name="the other guidance", default=5.0, info=""),
    other_sampler=replace(SAMPLER, label="Sampler of the second run", error_name="the other sampler", default="ddpm"),
    other_seed=Seed(
        label="Seed of the second run",
        error_name="the other seed",
        default=lambda studio, model: studio.catalogue.facts(model).good_seeds[1],
    ),
    start=Timestep(label="Timestep t", error_name="start", default=800, info="the higher, the more noise"),
    example=Example(label="Example", default=2),
)


def opening(studio: Studio, model: str = "") -> State:
    """The state of a new visit."""
    return FIELDS.opening(studio, model) | {"source": None, "erased": []}


def second(state: State) -> State | None:
    """The state of the second run; None if there is no second run."""
    setting = state["compare"]
    return None if setting in ("nothing", "steps") else {**state, setting: state[f"other_{setting}"]}


def climbs(state: State) -> bool:
    """Whether the same noise is denoised with several numbers of steps."""
    return state["compare"] == "steps" and state["mode"] == "reverse" and state["count"] == 1


def start_timestep(studio: Studio, state: State) -> int:
    """The timestep at which a run from a picture starts. If a part is erased, it is T, where nothing of that part is left."""
    return studio.denoiser(state["model"]).timesteps if any(state["erased"]) else state["start"]


def check_erased(studio: Studio, model: str, value: Any, field: str = "erased") -> list[int]:
    """Validate the erased pixels, a flat list of 0 and 1, row by row. Returns [] if no pixel is erased.

    Raises:
        FieldError: for a list of another length, or with other numbers.
    """
    side = studio.denoiser(model).image_size
    if not isinstance(value, (list, tuple)) or len(value) not in (0, side * side):
        raise FieldError(field, value, f"a list of {side} x {side} numbers, 0 or 1")
    pixels = [whole(field, pixel, 0, 1) for pixel in value]
    return pixels if any(pixels) else []


def carried(state: State) -> State:
    """The part of a state that a link has. Instead of the visitor's picture, it is the example that was selected before."""
    erased = "".join(map(str, state["erased"])) if state["source"] is None else ""
    return {key: state[key] for key in FIELDS} | {"erased": f"{int('1' + erased, 2):x}" if erased else ""}


def decode(studio: Studio, values: State) -> State:
    """Validate the values of a link and return them as a state. Missing values get those of a new visit.

    Raises:
        FieldError: for an invalid value.
    """
    fields = FIELDS.check(studio, values)
    erased = check_erased(studio, fields["model"], _bits(values.get("erased")))
    return opening(studio, fields["model"]) | fields | {"erased": erased}


def _bits(text: Any) -> list[int]:
    """The bits of a hexadecimal number that follow its first 1; [] for an empty text."""
    try:
        return [int(bit) for bit in f"{int(text or '1', 16):b}"[1:]]
    except (TypeError, ValueError):
        raise FieldError("erased", text, "hexadecimal digits") from None
