"""Serves the widgets' ES modules (the code that does not access the page), which page.js loads with `import()`.

Their URL, relative to the root path, contains a hash of their content, so that browsers can cache them and never use an old version.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

FOLDER = Path(__file__).resolve().parents[1] / "widgets" / "modules"


@cache
def sources() -> dict[str, str]:
    """The source code of the modules by name, cached."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.mjs"))}


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
