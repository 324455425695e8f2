"""Serves the browser's libraries that have been downloaded (`explorer.libraries`)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from explorer.libraries import listed

MEDIA = {".js": "text/javascript", ".wasm": "application/wasm"}


def sources(*names: str) -> dict[str, dict[str, object]]:
    """What a widget needs to load some libraries: by name, the URLs to try ("urls") and the hash ("integrity").

    The first URL is below the root path if the file has been downloaded.
    """
    chosen = [listed()[name] for name in names]
    return {
        library.name: {
            "urls": [*([f"libraries/{library.version}/{library.name}"] if library.path.is_file() else []), library.cdn],
            "integrity": library.integrity,
        }
        for library in chosen
    }


def route() -> Route:
    """The Starlette route that serves the downloaded libraries."""

    def library(request: Request) -> Response:
        known = listed().get(request.path_params["name"])
        if known is None or known.version != request.path_params["version"] or not known.path.is_file():
            return PlainTextResponse("There is no such library.", 404)
        headers = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(known.path.read_bytes(), media_type=MEDIA[known.path.suffix], headers=headers)

    return Route("/libraries/{version}/{name}", library)
