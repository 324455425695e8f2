"""What leaves the page: the latent as a JSON file that draws the same picture again, and code that does what the visitor did.

The file holds the model with the SHA-256 of its weights, the seed and settings, and the numbers themselves; a 32-bit float written in
full comes back bit for bit.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .checks import FieldError, choice, number, numbers, whole
from .session import encode
from .studio import SEEDS, Studio

FORMAT = "generative-model-explorer latent 1"
LARGEST = 200_000  # bytes of a latent file


def write(studio: Studio, model: str, spec: dict[str, Any]) -> str:
    """The latent file of what a slot holds."""
    return json.dumps({
        "format": FORMAT, "model": model, "revision": studio.revision(model), "seed": spec.get("seed"), "source": spec.get("source"),
        "settings": {"truncation": spec.get("truncation"), **spec.get("settings", {})}, "psnr": spec.get("psnr"),
        "latent": studio.latent(model, spec).tolist(),
    }, indent=1)  # fmt: skip


def read(studio: Studio, path: str | Path) -> tuple[str, dict[str, Any]]:
    """The model and the slot's content that a latent file describes.

    Raises:
        FieldError: if it is no such file, of a model that is not here, or its numbers do not fit.
    """
    allowed = "a latent file saved by this page (JSON)"
    try:
        if Path(path).stat().st_size > LARGEST:
            raise FieldError("latent file", f"{Path(path).stat().st_size} bytes", f"at most {LARGEST} bytes")
        found = json.loads(Path(path).read_text())
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise FieldError("latent file", "something else", allowed) from None
    if not isinstance(found, dict) or "latent" not in found:
        raise FieldError("latent file", "other JSON", allowed)
    model = choice("model in the latent file", found.get("model"), studio.models)
    spec: dict[str, Any] = {"latent": numbers("latent", found["latent"], studio.model(model).latent_size)}
    spec["source"] = str(found.get("source") or "a latent file")[:60]
    if found.get("seed") is not None:
        spec["seed"] = whole("seed in the latent file", found["seed"], 0, SEEDS)
    if found.get("psnr") is not None:
        spec["psnr"] = number("PSNR in the latent file", found["psnr"], -100, 200)
    return model, spec


def takeaway(studio: Studio, state: dict[str, Any]) -> dict[str, Any]:
    """The value of the Takeaway widget."""
    spec = state[state["active"]]
    stem = "-".join(str(part) for part in (state["model"], "seed", spec["seed"]) if part is not None) if not spec.get("latent") else f"{state['model']}-latent"
    return {
        "query": encode(state),
        "latent": {"name": f"{stem}.json", "content": write(studio, state["model"], spec)},
        "codes": [["over the network", _client(state)], ["with the package", _package(state)]],
    }


def _word(spec: dict[str, Any], file: str) -> str:
    """A slot in code: its seed, or the file that the visitor downloads."""
    return str(spec["seed"]) if spec.get("latent") is None else f'json.load(open("{file}"))["latent"]'


def _client(state: dict[str, Any]) -> str:
    model, spec = state["model"], state[state["active"]]
    lines = ["import json", "from gradio_client import Client, handle_file", "", 'client = Client("ADDRESS")']
    if state["mode"] == "morph":
        call = [f"start={_word(state['a'], 'a.json')}", f"end={_word(state['b'], 'b.json')}", f"frames={state['frames']}", f'path="{state["path"]}"']
        name = "interpolate"
    elif state["mode"] == "sweep":
        index = state["direction"] if state["kind"] == "direction" else state["places"]
        reach = state["reach"]
        call = [f"start={_word(spec, 'latent.json')}", f'kind="{state["kind"]}"', f"index={index}", f"low={-reach}", f"high={reach}", f"frames={state['frames']}"]
        name = "sweep"
    elif spec.get("settings"):
        kept = spec["settings"]
        call = ['image=handle_file("photo.jpg")', f'optimizer="{kept["optimizer"]}"', f"steps={kept['steps']}", f"restarts={kept['restarts']}", f"seed={kept['seed']}"]
        name = "fit"
    elif spec.get("latent") is not None:
        call, name = [f"start={_word(spec, 'latent.json')}", f"end={_word(spec, 'latent.json')}", "frames=2"], "interpolate"
    else:
        call, name = [f"seed={spec['seed']}", f"truncation={spec.get('truncation')}"], "sample"
    lines.append("pictures, details = client.predict(")
    lines += [f"    {part}," for part in [f'model="{model}"', *call, f'api_name="/{name}"']]
    return "\n".join([*lines, ")"])


def _package(state: dict[str, Any]) -> str:
    lines = ["import json, torch", "from PIL import Image", "from explorer import images, inversion, latent", "from explorer.zoo import Zoo", ""]
    lines.append(f'model = Zoo().load("{state["model"]}")')

    def row(name: str, spec: dict[str, Any], file: str) -> str:
        if spec.get("latent") is not None:
            return f'{name} = torch.tensor(json.load(open("{file}"))["latent"])'
        cut = f", truncation={spec['truncation']}" if spec.get("truncation") else ""
        return f"{name} = latent.draw({spec['seed']}, 1, model.latent_size{cut})[0]"

    spec = state[state["active"]]
    if state["mode"] == "morph":
        lines += [row("a", state["a"], "a.json"), row("b", state["b"], "b.json"), f'rows = latent.interpolate(a, b, {state["frames"]}, "{state["path"]}")']
    elif state["mode"] == "sweep":
        lines += [row("z", spec, "latent.json"), f"values = torch.linspace({-state['reach']}, {state['reach']}, {state['frames']})"]
        if state["kind"] == "direction":
            lines += [f"vectors, variances = latent.directions(model.latent_weight(), {state['direction']})", "rows = latent.sweep(z, vectors[-1], values)"]
        elif len(state["places"]) == 1:
            lines += [f"rows = latent.sweep(z, {state['places'][0]}, values)"]
        else:
            lines += ["direction = torch.zeros(model.latent_size)", f"direction[{state['places']}] = 1.0", "rows = latent.sweep(z, direction, values)"]
    elif spec.get("settings"):
        options = ", ".join(f"{key}={value!r}" for key, value in spec["settings"].items() if value is not None)
        lines += ['photo = images.to_tensor(Image.open("photo.jpg"), model.image_size)', f"for fit in inversion.fit(model, photo, {options}):", "    pass"]
        lines += ["rows = fit.latent[None]"]
    else:
        lines += [row("z", spec, "latent.json"), "rows = z[None]"]
    lines += ["pictures = torch.cat([model.generate(z[None]) for z in rows])"]
    if state["mode"] in ("morph", "sweep"):
        return "\n".join([*lines, 'open("film.gif", "wb").write(images.animation(pictures, "gif", 12, scale=4))'])
    return "\n".join([*lines, 'images.enlarge(images.to_pil(pictures[0]), 512).save("picture.png")'])
