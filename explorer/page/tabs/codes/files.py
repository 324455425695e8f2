"""The file that keeps a map of codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from explorer.page.shared.checks import FieldError, choice
from explorer.page.shared.studio import Studio

from .session import grid, rows

FORMAT = "generative-model-explorer codes 1"


LARGEST = 100_000  # bytes of a codes file


def write(studio: Studio, state: dict[str, Any]) -> str:
    """The codes file of a state, with what is needed to draw the same picture again."""
    kept = {"format": FORMAT, "model": state["model"], "revision": studio.catalogue.revision(state["model"])}
    return json.dumps(kept | {"codes": rows(studio, state["model"], state["codes"])}, indent=1)


def read(studio: Studio, path: str | Path) -> tuple[str, list[int]]:
    """The model and the map in a codes file.

    Raises:
        FieldError: if it is no such file, of a model that is not here, or its codes do not fit.
    """
    allowed = "a codes file saved by this page (JSON)"
    size = Path(path).stat().st_size if isinstance(path, (str, Path)) and Path(path).is_file() else 0
    if size > LARGEST:
        raise FieldError("codes file", f"{size} bytes", f"at most {LARGEST} bytes")
    try:
        found = json.loads(Path(path).read_text())
    except (OSError, ValueError, TypeError, RecursionError):
        raise FieldError("codes file", "something else", allowed) from None
    if not isinstance(found, dict) or "codes" not in found:
        raise FieldError("codes file", "other JSON", allowed)
    model = choice("model in the codes file", found.get("model"), studio.catalogue.coders)
    return model, grid(studio, model, found["codes"], erased=True).flatten().tolist()
