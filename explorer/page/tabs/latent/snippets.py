"""Code to copy that reproduces what the tab shows: one version for the API, one for the package.

A seed is a number in the code; a fitted latent is read from the file that the page saves.
"""

from __future__ import annotations

import json
from typing import Any

Spec = dict[str, Any]
FITTED = "latent.json"


def client(state: dict[str, Any]) -> str:
    """The code that calls the API; the browser replaces ADDRESS by the page's address."""
    lines = ['client = Client("ADDRESS")', "pictures, details = client.predict("]
    values = {"model": state["model"], **_values(state)}
    lines += [f"    {name}={_literal(value)}," for name, value in values.items()]
    body = "\n".join([*lines, ")"])
    imports = ["import json"] if "json." in body else []
    imports.append("from gradio_client import Client" + (", handle_file" if "handle_file" in body else ""))
    return "\n".join([*imports, "", body])


def package(state: dict[str, Any], grey: bool = False) -> str:
    """The code that uses the package directly.

    Args:
        grey: whether the model draws grey digits.
    """
    body = "\n".join([f"model = Zoo().load({_literal(state['model'])})", *_rows(state, grey), *_drawn(state)])
    imports = [f"import {name}" for name in ("json", "torch") if f"{name}." in body]
    imports += ["from PIL import Image"] if "Image.open" in body else []
    modules = [name for name in ("extended", "images", "inversion", "latent") if f"{name}." in body.replace(FITTED, "")]
    imports += [f"from explorer import {', '.join(modules)}", "from explorer.zoo import Zoo"]
    return "\n".join([*imports, "", body])


class Code(str):
    """An expression, which `_literal` writes without quotes."""


def _literal(value: Any) -> str:
    """A value as Python code."""
    return json.dumps(value) if isinstance(value, str) and not isinstance(value, Code) else str(value)


def _endpoint(spec: Spec, file: str = FITTED) -> Code | int:
    """A slot as the API takes it: its seed, or its fitted latent read from a file."""
    if spec.get("latent") is None:
        return spec["seed"]
    return Code(f'json.load(open("{file}"))' + ("" if spec.get("beyond") else '["latent"]'))


def _values(state: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the endpoint that reproduces a state, with its name as "api_name"."""
    spec = state[state["active"]]
    if state["mode"] == "morph":
        ends = {"start": _endpoint(state["a"], "a.json"), "end": _endpoint(state["b"], "b.json")}
        return {**ends, "frames": state["frames"], "path": state["path"], "api_name": "/interpolate"}
    if state["mode"] == "sweep":
        index = state["direction"] if state["kind"] == "direction" else state["places"]
        ends = {"low": -state["reach"], "high": state["reach"], "frames": state["frames"]}
        return {"start": _endpoint(spec), "kind": state["kind"], "index": index, **ends, "api_name": "/sweep"}
    if spec.get("settings"):
        parameters = {name: spec["settings"][name] for name in ("optimizer", "steps", "restarts", "seed")}
        settings = {name: value for name in ("learning_rate", "perceptual") if (value := spec["settings"][name])}
        parameters |= {"settings": settings} if settings else {}
        parameters |= {"space": "extended"} if spec["settings"]["space"] == "extended" else {}
        parameters |= {"mask": Code('handle_file("mask.png")')} if spec.get("masked") else {}
        return {"image": Code('handle_file("photo.jpg")'), **parameters, "api_name": "/fit"}
    if spec.get("latent") is not None:
        return {"start": _endpoint(spec), "end": _endpoint(spec), "frames": 2, "api_name": "/interpolate"}
    return {"seed": spec["seed"], "truncation": spec.get("truncation"), "api_name": "/sample"}


def _row(spec: Spec, file: str = FITTED) -> str:
    if spec.get("latent") is not None:
        return f'torch.tensor(json.load(open("{file}"))["latent"])'
    return f"latent.draw({spec['seed']}, 1, model.latent_size, truncation={spec.get('truncation')})[0]"


def _added(spec: Spec, file: str = FITTED) -> str:
    """An expression for what a spec adds after the first layers."""
    if not spec.get("beyond"):
        return "None"
    share = "" if spec.get("share", 1.0) == 1 else f"{spec['share']} * "
    return f'{share}extended.unpacked(json.load(open("{file}"))["beyond"])'


def _rows(state: dict[str, Any], grey: bool) -> list[str]:
    """The lines that compute `rows`, the latents (count, size)."""
    spec, frames, reach = state[state["active"]], state["frames"], state["reach"]
    if state["mode"] == "morph":
        a, b = _row(state["a"], "a.json"), _row(state["b"], "b.json")
        return [f"a = {a}", f"b = {b}", f"rows = latent.interpolate(a, b, {frames}, {_literal(state['path'])})"]
    if state["mode"] == "sweep":
        if state["kind"] == "direction":
            direction_lines = [f"direction = latent.directions(model.latent_weight(), {state['direction']}).vectors[-1]"]
        elif len(state["places"]) == 1:
            direction_lines = [f"direction = {state['places'][0]}"]
        else:
            direction_lines = ["direction = torch.zeros(model.latent_size)", f"direction[{state['places']}] = 1.0"]
        values = f"torch.linspace({-reach}, {reach}, {frames})"
        return [f"z = {_row(spec)}", *direction_lines, f"rows = latent.sweep(z, direction, {values})"]
    if spec.get("settings"):
        options = ", ".join(f"{name}={_literal(value)}" for name, value in spec["settings"].items() if value is not None)
        opened = 'Image.open("photo.jpg")'
        lines = [f"photo = images.to_digit({opened})" if grey else f"photo = images.to_tensor({opened}, model.image_size)"]
        if spec.get("masked"):
            lines.append('mask = images.to_mask(Image.open("mask.png"), model.image_size)  # white where the photo counts')
            options += ", mask=mask"
        lines.append(f'encoder = inversion.encoder_of(Zoo(), "{state["model"]}")')
        options += ", encoder=encoder"
        return [*lines, f"for fit in inversion.fit(model, photo, {options}):", "    pass", "rows = fit.latent[None]"]
    return [f"rows = {_row(spec)}[None]"]


def _drawn(state: dict[str, Any]) -> list[str]:
    spec = state[state["active"]]
    specs = [state["a"], state["b"]] if state["mode"] == "morph" else [spec]
    if state["mode"] == "fit" and spec.get("settings"):
        lines = ["pictures = fit.image[None]"]
    elif any(each.get("beyond") for each in specs):
        if state["mode"] == "morph":
            added = f"extended.between({_added(state['a'], 'a.json')}, {_added(state['b'], 'b.json')}, len(rows))"
        else:
            added = f"[{_added(spec)}] * len(rows)"
        lines = [f"added = {added}", "points = zip(rows, added, strict=True)",
                 "pictures = torch.cat([extended.generate(model, z[None], more[None]) for z, more in points])"]  # fmt: skip
    else:
        lines = ["pictures = torch.cat([model.generate(z[None]) for z in rows])"]
    if state["mode"] in ("morph", "sweep"):
        return [*lines, 'open("film.gif", "wb").write(images.animation(pictures, "gif", 12, scale=4))']
    return [*lines, 'images.enlarge(images.to_pil(pictures[0]), 512).save("picture.png")']
