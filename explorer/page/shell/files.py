"""Serves the files that a tab's widgets fetch themselves, each at files/SLUG/NAME below the root path."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from explorer import folder
from explorer.page.shared.studio import Studio

from .tab import Tab

LARGEST = 8 * 2**20  # bytes of a file
MEDIA = {".png": "image/png"}


def address(slug: str, name: str) -> str:
    """The URL path of a tab's file, relative to the root path."""
    return f"files/{slug}/{name}"


def route(studio: Studio, tabs: Sequence[Tab]) -> Route:
    """The Starlette route that serves the files of all tabs; status 404 for a file that is not there or cannot be read."""
    paths = {(tab.slug, name): path for tab in tabs for name, path in tab.files(studio).items()}

    def file(request: Request) -> Response:
        path = paths.get((request.path_params["slug"], request.path_params["name"]))
        try:
            if path is None:
                raise FileNotFoundError
            content = folder.read(path.parent, path.name, most=LARGEST)
        except (OSError, folder.PartError):
            return PlainTextResponse("There is no such file.", 404)
        media = MEDIA.get(Path(path).suffix, "application/octet-stream")
        return Response(content, media_type=media, headers={"cache-control": "no-cache", "x-content-type-options": "nosniff"})

    return Route("/files/{slug}/{name}", file)
