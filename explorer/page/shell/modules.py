"""Serves the widgets' ES modules (the code that does not access the page).

page.js loads those in widgets/modules/ with `import()`. Those in widgets/workers/ run in a worker, which a widget starts.

Their URL, relative to the root path, contains a hash of their content, so that browsers can cache them and never use an old version.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

WIDGETS = Path(__file__).resolve().parents[1] / "widgets"


@cache
def names() -> list[str]:
    """The names of the modules that every page loads, cached."""
    return sorted(path.stem for path in (WIDGETS / "modules").glob("*.mjs"))


@cache
def sources() -> dict[str, str]:
    """The source code of all modules by name, those of the workers too, cached."""
    paths = sorted(path for folder in ("modules", "workers") for path in (WIDGETS / folder).glob("*.mjs"))
    return {path.stem: path.read_text(encoding="utf-8") for path in paths}


@cache
def folder() -> str:
    """The URL path of the modules, relative to the root path."""
    return "modules/" + hashlib.sha256(repr(sources()).encode()).hexdigest()[:16]


def route() -> Route:
    """The Starlette route that serves the modules."""

    def module(request: Request) -> Response:
        source = sources().get(request.path_params["name"])
        if source is None or folder() != f"modules/{request.path_params['version']}":
            return PlainTextResponse("There is no such module.", 404)
        return Response(source, media_type="text/javascript", headers={"cache-control": "public, max-age=31536000, immutable"})

    return Route("/modules/{version}/{name}.mjs", module)
