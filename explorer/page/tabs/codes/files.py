"""The Takeaway of the VQ codes tab: the codes file, the link and the code to copy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from explorer.page.shared.checks import FieldError
from explorer.page.shared.fields import State
from explorer.page.shared.studio import Studio

from . import snippets
from .session import FIELDS, erased, grid, rows

FORMAT = "generative-model-explorer codes 1"
LARGEST = 100_000  # bytes of a codes file


def takeaway(studio: Studio, state: State, link: str) -> dict[str, Any]:
    """The value of the Takeaway widget; `link` is the state as the query of a link."""
    over_the_network = [] if erased(state) else [["over the network", snippets.client(studio, state)]]
    return {
        "query": link,
        "file": {"label": "download codes", "name": f"{state['model']}-codes.json", "content": write(studio, state)},
        "codes": [*over_the_network, ["with the package", snippets.package(studio, state)]],
    }


def write(studio: Studio, state: State) -> str:
    """The content of the codes file for a state, which reproduces the picture."""
    head = {"format": FORMAT, "model": state["model"], "revision": studio.catalogue.revision(state["model"])}
    return json.dumps(head | {"codes": rows(studio, state["model"], state["codes"])}, indent=1)


def read(studio: Studio, path: str | Path) -> tuple[str, list[int]]:
    """The model and the map in a codes file.

    Raises:
        FieldError: if the file is not a codes file, its model is not installed, or its codes do not fit the model.
    """
    allowed = "a codes file saved by this page (JSON)"
    size = Path(path).stat().st_size if isinstance(path, (str, Path)) and Path(path).is_file() else 0
    if size > LARGEST:
        raise FieldError("codes file", f"{size} bytes", f"at most {LARGEST} bytes")
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError, RecursionError):
        raise FieldError("codes file", "something else", allowed) from None
    if not isinstance(content, dict) or "codes" not in content:
        raise FieldError("codes file", "other JSON", allowed)
    model = FIELDS["model"].check("model in the codes file", content.get("model"), studio, {})
    return model, grid(studio, model, content["codes"], erased=True).flatten().tolist()
