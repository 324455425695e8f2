"""The widgets' ES modules: what they compute without the page, loaded by page.js with `import()`.

They lie below the root path, at an address that changes with their content, so that a browser may keep them and never has old ones.
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
    """The modules by name, read once."""
    return {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.mjs"))}


@cache
def folder() -> str:
    """Where the server has them, from the root path on."""
    return "modules/" + hashlib.sha256(repr(sources()).encode()).hexdigest()[:16]


def route() -> Route:
    """Serves them."""

    def module(request: Request) -> Response:
        source = sources().get(request.path_params["name"])
        if source is None or folder() != f"modules/{request.path_params['version']}":
            return PlainTextResponse("There is no such module.", 404)
        return Response(source, media_type="text/javascript", headers={"cache-control": "public, max-age=31536000, immutable"})

    return Route("/modules/{version}/{name}.mjs", module)
