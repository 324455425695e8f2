"""The state of a visit to the Latent space tab, and its form in a link.

The state is plain JSON: the model, the latents in the slots A and B (a seed, or the numbers themselves), and how they are varied. A link
has everything except the visitor's photo and the values that are added after the first layers, which are too long for an address; the
latent file has these values. Links hold latents as 32-bit floats, bit for bit.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import torch

from explorer.page.shared.checks import LARGEST_NUMBER, FieldError, number, places, whole
from explorer.page.shared.fields import Choice, Field, Fields, Model, Number, State, Whole
from explorer.page.shared.settings import TRUNCATION
from explorer.page.shared.studio import LARGEST_SEED, Studio

SLUG = "latent"


@dataclass(frozen=True, kw_only=True)
class Places(Field):
    """The indices of the coordinates to sweep: a list in the state, a string in the control."""

    def opening(self, studio: Studio, model: str) -> list[int]:
        return [studio.strongest(model)]

    def shown(self, value: list[int]) -> str:
        return ", ".join(map(str, value))

    def check(self, name: str, value: Any, studio: Studio, state: State) -> list[int]:
        return places(name, value, studio.model(state["model"]).latent_size)


@dataclass(frozen=True, kw_only=True)
class Direction(Whole):
    """The number of a principal direction, counted from 1; at most the size of the latent."""

    def check(self, name: str, value: Any, studio: Studio, state: State) -> int:
        return whole(name, value, self.low, min(self.high, studio.model(state["model"]).latent_size))


FIELDS = Fields(
    model=Model(slug=SLUG, names=lambda studio: studio.catalogue.explorable),
    mode=Choice(label="Mode", default="fit", options=(("Fit a photo", "fit"), ("Morph", "morph"), ("Sweep", "sweep"))),
    active=Choice(label="Active slot", default="a", options=(("A", "a"), ("B", "b"))),
    path=Choice(label="From A to B", error_name="path", default="slerp", options=(("along the sphere", "slerp"), ("straight", "lerp"))),
    frames=Whole(label="Frames", default=17, low=2, high=48),
    kind=Choice(
        label="Sweep", error_name="kind of sweep", default="coordinate", options=(("numbers", "coordinate"), ("a direction", "direction"))
    ),
    places=Places(label="Which numbers", error_name="numbers to sweep", info="one, or several with commas; or click the bars"),
    direction=Direction(label="Which direction", error_name="direction", default=1, low=1, high=16, info="1 changes the first layer most"),
    reach=Number(
        label="Range", error_name="range", default=3.0, low=0.5, high=6.0, step=0.5, info="to either side, in standard deviations"
    ),
    truncation=TRUNCATION,
)
SLOTS = ("a", "b")


def opening(studio: Studio, model: str = "") -> State:
    """The state of a new visit."""
    state = FIELDS.opening(studio, model)
    seeds = studio.catalogue.facts(state["model"]).good_seeds
    return state | {"a": {"seed": seeds[0]}, "b": {"seed": seeds[1]}, "target": None, "hidden": None, "strip": []}


def carried(state: State) -> State:
    """The part of a state that a link holds."""
    return {key: state[key] for key in FIELDS} | {slot: _pack(state[slot]) for slot in SLOTS}


def decode(studio: Studio, values: dict[str, Any]) -> State:
    """Validate the values of a link and return them as a state. Missing keys get the values of a new visit.

    Raises:
        FieldError: for an invalid value.
    """
    fields = FIELDS.check(studio, values)
    state = opening(studio, fields["model"]) | fields
    size = studio.model(state["model"]).latent_size
    return state | {slot: _unpack(slot.upper(), values[slot], size) for slot in SLOTS if slot in values}


def _pack(spec: dict[str, Any]) -> dict[str, Any]:
    keys = ("seed", "truncation", "source", *(() if spec.get("beyond") else ("psnr",)))
    packed = {key: value for key, value in spec.items() if key in keys and value is not None}
    if spec.get("latent") is not None:
        raw = torch.tensor(spec["latent"], dtype=torch.float32).numpy().astype("<f4").tobytes()
        packed["z"] = base64.b64encode(raw).decode()
    return packed


def _unpack(slot: str, packed: Any, size: int) -> dict[str, Any]:
    if not isinstance(packed, dict):
        raise FieldError(f"slot {slot}", packed, "a seed or a latent")
    spec: dict[str, Any] = {}
    if packed.get("z") is not None:
        try:
            values = torch.frombuffer(bytearray(base64.b64decode(packed["z"], validate=True)), dtype=torch.float32)
        except (ValueError, TypeError, binascii.Error):
            raise FieldError(f"slot {slot}", packed["z"], "a latent as base64") from None
        if values.numel() != size or not values.isfinite().all() or values.abs().max() > LARGEST_NUMBER:
            raise FieldError(f"slot {slot}", f"{values.numel()} numbers", f"a latent of {size} finite numbers")
        spec["latent"] = values.tolist()
        spec["source"] = str(packed.get("source", "link"))[:60]
        if packed.get("psnr") is not None:
            spec["psnr"] = number("PSNR", packed["psnr"], -100, 200)
    if packed.get("seed") is not None or "latent" not in spec:
        spec["seed"] = whole(f"seed of {slot}", packed.get("seed"), 0, LARGEST_SEED)
    if packed.get("truncation") is not None:
        spec["truncation"] = number("truncation", packed["truncation"], TRUNCATION.low, TRUNCATION.high)
    return spec
