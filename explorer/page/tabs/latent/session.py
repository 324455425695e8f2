"""The state of a visit to the Latent space tab, and its form in a link.

The state is plain JSON: which model, which latents lie in the slots A and B (a seed, or the numbers themselves), and how they are varied. A
link carries all of it but the visitor's photo (links.py), and what is added behind the first layers, which is too long for an address: the
latent file has it. Latents travel as 32-bit floats, bit for bit.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import torch

from explorer.page.shared.checks import FieldError, choice, number, places, whole
from explorer.page.shared.links import pack, unpack
from explorer.page.shared.studio import SEEDS, TRUNCATION, Studio

SLUG = "latent"
MODES = ("fit", "morph", "sweep")
PATHS = ("slerp", "lerp")
KINDS = ("coordinate", "direction")
FRAMES = (2, 48)
REACH = (0.5, 6.0)
DIRECTIONS = 16


def opening(studio: Studio, model: str | None = None) -> dict[str, Any]:
    """The state of a visit that begins."""
    model = model or studio.catalogue.default
    seeds = studio.catalogue.facts(model).good_seeds
    return {
        "model": model, "mode": "fit", "active": "a", "a": {"seed": seeds[0]}, "b": {"seed": seeds[1]}, "truncation": None,
        "path": "slerp", "frames": 17, "kind": "coordinate", "places": [studio.strongest(model)], "direction": 1, "reach": 3.0,
        "target": None, "hidden": None, "strip": [],
    }  # fmt: skip


def encode(state: dict[str, Any]) -> str:
    """The state as a short text for a link."""
    kept = {key: state[key] for key in ("model", "mode", "active", "path", "frames", "kind", "places", "direction", "reach", "truncation")}
    kept |= {slot: _pack(state[slot]) for slot in ("a", "b")}
    return pack(SLUG, kept)


def decode(text: str, studio: Studio) -> dict[str, Any]:
    """The state in a link.

    Raises:
        FieldError: if the link is damaged, or asks for something that there is not.
    """
    found = unpack(text)
    state = opening(studio, choice("model", found.get("model"), studio.catalogue.unconditional))
    found = {**state, **found}  # a link may carry some of the keys only
    state["mode"] = choice("mode", found.get("mode"), MODES)
    state["active"] = choice("active slot", found.get("active"), ("a", "b"))
    size = studio.model(state["model"]).latent_size
    for slot in ("a", "b"):
        state[slot] = _unpack(slot.upper(), found.get(slot), size)
    truncation = found.get("truncation")
    return state | {
        "path": choice("path", found.get("path"), PATHS),
        "frames": whole("frames", found.get("frames"), *FRAMES),
        "kind": choice("kind of sweep", found.get("kind"), KINDS),
        "places": places("coordinates", found.get("places"), size),
        "direction": whole("direction", found.get("direction"), 1, min(DIRECTIONS, size)),
        "reach": number("range", found.get("reach"), *REACH),
        "truncation": None if truncation is None else number("truncation", truncation, *TRUNCATION),
    }


def _pack(spec: dict[str, Any]) -> dict[str, Any]:
    kept = ("seed", "truncation", "source", *(() if spec.get("beyond") else ("psnr",)))
    packed = {key: value for key, value in spec.items() if key in kept and value is not None}
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
        if values.numel() != size or not values.isfinite().all() or values.abs().max() > 100:
            raise FieldError(f"slot {slot}", f"{values.numel()} numbers", f"a latent of {size} finite numbers")
        spec["latent"] = values.tolist()
        spec["source"] = str(packed.get("source", "link"))[:60]
        if packed.get("psnr") is not None:
            spec["psnr"] = number("PSNR", packed["psnr"], -100, 200)
    if packed.get("seed") is not None or "latent" not in spec:
        spec["seed"] = whole(f"seed of {slot}", packed.get("seed"), 0, SEEDS)
    if packed.get("truncation") is not None:
        spec["truncation"] = number("truncation", packed["truncation"], *TRUNCATION)
    return spec
