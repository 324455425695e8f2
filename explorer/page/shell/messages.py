"""Turns errors into messages: `for_page` decorates the event handlers of the page, `for_api` the endpoints."""

from __future__ import annotations

import functools
import html
import traceback
from collections.abc import Callable
from pathlib import Path

import gradio as gr
from PIL import Image

from explorer.cancellation import CancelledError
from explorer.images import UploadError, missing, read_upload
from explorer.page.shared.checks import FieldError
from explorer.zoo import CheckpointError

from .observing import observed
from .visits import abandonable, yields

EXPECTED = (FieldError, UploadError, CheckpointError)  # their messages say what the visitor or the caller can change
TITLE = "That did not work"
RELOAD = "The page sent something that the server cannot use. Reload the page and try again."
UNKNOWN = "The server failed at this request; its log has the details. Check that the API's documentation allows the values."


def opened(path: str | Path | None) -> Image.Image:
    """Open an uploaded file as a picture. If the file is truncated, the page shows a warning.

    Raises:
        UploadError: as `read_upload` does.
        FieldError: if there is no file.
    """
    if path is None:
        raise FieldError("picture", None, "a file")
    picture = read_upload(path)
    if sentence := missing(picture):
        warn(sentence, title="The file is incomplete")
    return picture


def for_page(handler: Callable) -> Callable:
    """Decorate an event handler of the page; a generator function stays one. An error becomes a message on the page. Gradio shows messages
    as HTML, so the text of the error is escaped. The handler is cancelled when its visitor leaves."""
    return _answered(handler, lambda error: html.escape(str(error), quote=False), RELOAD, getattr(handler, "__qualname__", "handler"))


def for_api(endpoint: Callable) -> Callable:
    """Decorate an endpoint. An error becomes the response, as plain text. The endpoint is cancelled when its caller closes the
    connection."""
    return _answered(endpoint, str, UNKNOWN, f"/{endpoint.__name__}")


def warn(text: str, title: str) -> None:
    """Show a warning on the page."""
    gr.Warning(html.escape(text, quote=False), title=title)


def _answered(function: Callable, written: Callable[[Exception], str], unexpected: str, name: str) -> Callable:
    """Turn errors into messages. `written` converts an error in EXPECTED to text. Any other error is printed to the log, and the message is
    `unexpected`. The log gets a line with the request's `name`."""
    abandoned = abandonable(function)

    def message(error: Exception) -> gr.Error:
        if isinstance(error, (gr.Error, CancelledError)):
            return error if isinstance(error, gr.Error) else gr.Error("cancelled", print_exception=False)
        if isinstance(error, EXPECTED):
            return gr.Error(_printable(written(error)), title=TITLE, duration=10, print_exception=False)
        traceback.print_exception(error)
        return gr.Error(unexpected, title=TITLE, duration=10, print_exception=False)

    if yields(function):

        @functools.wraps(function)
        def stream(*args, **kwargs):
            try:
                with observed(name, (gr.Error, *EXPECTED)):
                    yield from abandoned(*args, **kwargs)
            except Exception as error:
                raise message(error) from None

        return stream

    @functools.wraps(function)
    def call(*args, **kwargs):
        try:
            with observed(name, (gr.Error, *EXPECTED)):
                return abandoned(*args, **kwargs)
        except Exception as error:
            raise message(error) from None

    return call


def _printable(text: str) -> str:
    """Text without lone surrogates, which JSON in UTF-8 cannot carry."""
    return text.encode("utf-8", "replace").decode()
