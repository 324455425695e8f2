"""Checks API requests before they reach an endpoint: their size, the endpoint's name, and that no value is missing.

Endpoints validate their values themselves (checks.py) and return readable error messages. But a missing value or a mistyped name fails
before the endpoint runs, and Gradio then answers only "error: null" or status 500. The checks here answer with the name of the field and
what is allowed. They also delete the session data that Gradio would keep for a call without a session.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import gradio as gr
from fastapi import Depends, HTTPException, Request
from gradio.utils import get_upload_folder, is_in_or_equal
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .visits import Departures

CALL = "/gradio_api/call/"
BODY = 4_000_000  # maximum bytes of a request; the whole state of a visit has about 300,000
FILE = 26_500_000  # maximum bytes of an upload with its multipart encoding; `read_upload` reports a file over 25 MB


def options(demo: gr.Blocks) -> dict[str, Any]:
    """These checks as the argument `app_kwargs` of Gradio's `launch`."""
    return {
        "dependencies": [Depends(_complete(demo))],
        "middleware": [Middleware(Bounded), Middleware(Forgetful, demo=demo), Middleware(Departures)],
    }


class Bounded:
    """Middleware that rejects a POST request (status 413) as soon as its body exceeds the limit, without buffering the body."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            return await self.app(scope, receive, send)
        limit, received = FILE if scope["path"].endswith("/upload") else BODY, 0
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > limit:
            return await _refuse(send, limit)

        async def bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413, _too_long(limit))
            return message

        return await self.app(scope, bounded, send)


class Forgetful:
    """Middleware that deletes the session data of an API call before the last part of its response is sent. Gradio treats every call
    without a session as a new session named after its event id, and would keep half a megabyte for each."""

    def __init__(self, app: ASGIApp, demo: gr.Blocks):
        self.app = app
        self.demo = demo

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not requested_path(scope).startswith(CALL):
            return await self.app(scope, receive, send)
        event = scope["path"].rstrip("/").rpartition("/")[2]

        async def forgetting(message: Message) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                self._forget(event)
            await send(message)

        try:
            await self.app(scope, receive, forgetting)
        finally:  # the client may have disconnected before the end of the response
            self._forget(event)

    def _forget(self, event: str) -> None:
        self.demo.state_holder.session_data.pop(event, None)
        self.demo.state_holder.time_last_used.pop(event, None)


def requested_path(scope: Scope) -> str:
    """The path of a request without the page's root path. A reverse proxy may or may not have removed the root path already."""
    return scope["path"].removeprefix(scope.get("root_path", "").rstrip("/"))


def _too_long(limit: int) -> str:
    return f"The request is too long: allowed are {limit // 1_000_000} MB" + (" for a file." if limit == FILE else ".")


async def _refuse(send: Send, limit: int) -> None:
    body = json.dumps({"detail": _too_long(limit)}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _complete(demo: gr.Blocks) -> Callable:
    """Create a FastAPI dependency that checks the names or the number of a call's values against the endpoint's parameters."""
    endpoints: dict[str, list[dict[str, Any]]] = {}

    async def complete(request: Request) -> None:
        path = requested_path(request.scope).rstrip("/")
        if request.method != "POST" or not path.startswith(CALL):
            return
        if not endpoints:
            found = demo.get_api_info()["named_endpoints"]
            endpoints.update({name.strip("/"): endpoint["parameters"] for name, endpoint in found.items()})
        named = path.startswith(CALL + "v2/")
        name = path.removeprefix(CALL + "v2/" if named else CALL)
        if name not in endpoints:
            raise HTTPException(404, f"There is no endpoint {name[:60]!r}; there are {', '.join(endpoints)}.")
        try:
            body = await request.json()
        except (ValueError, RecursionError) as error:
            raise HTTPException(422, f"The request is not JSON ({error}).") from None
        if problem := (_named if named else _positional)(name, endpoints[name], body) or _foreign(list(body.values())):
            raise HTTPException(422, problem)

    return complete


def _named(name: str, parameters: list[dict[str, Any]], body: Any) -> str | None:
    known = {parameter["parameter_name"]: parameter["parameter_has_default"] for parameter in parameters}
    if not isinstance(body, dict):
        return f"/{name} takes one JSON object with the values by name, got {_kind(body)}."
    if strange := [key for key in body if key not in known]:
        return f"{strange[0][:60]}: /{name} has no such value, allowed are {', '.join(known) or 'none'}."
    if missing := [key for key, optional in known.items() if not optional and key not in body]:
        return f"{missing[0]}: is missing, /{name} needs it."
    return None


def _positional(name: str, parameters: list[dict[str, Any]], body: Any) -> str | None:
    values = body.get("data") if isinstance(body, dict) else None
    if not isinstance(values, list):
        return f'data: /{name} takes a JSON object {{"data": [...]}}, got {_kind(body if not isinstance(body, dict) else values)} for it.'
    names = [parameter["parameter_name"] for parameter in parameters]
    if len(values) == len(names):
        return None
    order = f"/{name} takes {len(names)} values in this order: {', '.join(names) or 'none'}. To pass values by name, call {CALL}v2/{name}."
    return (f"{names[len(values)]}: is missing; " if len(values) < len(names) else f"data: got {len(values)} values; ") + order


def _foreign(value: Any) -> str | None:
    """The error message if a request contains the path of a file that was not uploaded; None if it does not. Gradio itself would download a
    URL, and reject another path without a message."""
    if isinstance(value, dict) and "path" in value:
        path = value["path"]
        if isinstance(path, str) and is_in_or_equal(path, get_upload_folder()):
            return None
        return f"file: got {str(path)[:60]!r}, allowed is one that was uploaded before."
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next(filter(None, map(_foreign, inner)), None)


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
    return kinds.get(type(value), "a number")
