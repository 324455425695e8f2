"""The Takeaway of the Latent space tab: a link, code, and the latent as a JSON file that reproduces the picture.

The file holds the model with the SHA-256 of its weights, the seed and settings, and the numbers of the latent with all their digits, so
that 32-bit floats are restored bit for bit. The values that are added after the first layers are base64 text (`explorer.extended.packed`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from explorer.page.shared.checks import FieldError, choice, number, numbers, whole
from explorer.page.shared.studio import LARGEST_SEED, Studio

from . import snippets

FORMAT = "generative-model-explorer latent 1"
LARGEST = 200_000  # bytes of a latent file


def write(studio: Studio, model: str, spec: dict[str, Any]) -> str:
    """The content of the latent file for a spec, the latent in a slot."""
    return json.dumps({
        "format": FORMAT, "model": model, "revision": studio.catalogue.revision(model),
        "seed": spec.get("seed"), "source": spec.get("source"),
        "settings": {"truncation": spec.get("truncation"), **spec.get("settings", {})}, "psnr": spec.get("psnr"),
        "latent": studio.latent(model, spec).tolist(), **{key: spec[key] for key in ("beyond", "share") if key in spec},
    }, indent=1)  # fmt: skip


def read(studio: Studio, path: str | Path) -> tuple[str, dict[str, Any]]:
    """Read a latent file: the name of its model, and the spec for a slot.

    Raises:
        FieldError: if the file is not a latent file, its model is not installed, or its numbers do not fit the model.
    """
    allowed = "a latent file saved by this page (JSON)"
    try:
        if Path(path).stat().st_size > LARGEST:
            raise FieldError("latent file", f"{Path(path).stat().st_size} bytes", f"at most {LARGEST} bytes")
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, TypeError, UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise FieldError("latent file", "something else", allowed) from None
    if not isinstance(content, dict) or "latent" not in content:
        raise FieldError("latent file", "other JSON", allowed)
    model = choice("model in the latent file", content.get("model"), studio.catalogue.explorable)
    spec: dict[str, Any] = {"latent": numbers("latent", content["latent"], studio.model(model).latent_size)}
    if content.get("beyond") is not None:
        spec |= {"beyond": content["beyond"], "share": number("share in the latent file", content.get("share", 1.0), 0, 1)}
        studio.beyond(model, spec, "beyond in the latent file")
    spec["source"] = str(content.get("source") or "a latent file")[:60]
    if content.get("seed") is not None:
        spec["seed"] = whole("seed in the latent file", content["seed"], 0, LARGEST_SEED)
    if content.get("psnr") is not None:
        spec["psnr"] = number("PSNR in the latent file", content["psnr"], -100, 200)
    return model, spec


def takeaway(studio: Studio, state: dict[str, Any], link: str) -> dict[str, Any]:
    """The value of the Takeaway widget; `link` is the state as the query of a link."""
    spec, grey = state[state["active"]], studio.model(state["model"]).channels == 1
    stem = "latent" if spec.get("latent") is not None else f"seed-{spec['seed']}"
    return {
        "query": link,
        "file": {"label": "download latent", "name": f"{state['model']}-{stem}.json", "content": write(studio, state["model"], spec)},
        "codes": [["over the network", snippets.client(state)], ["with the package", snippets.package(state, grey)]],
    }
