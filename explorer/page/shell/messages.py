"""Error messages for visitors whose request cannot be fulfilled."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import gradio as gr
from PIL import Image

from explorer.images import UploadError, missing, read_upload
from explorer.page.shared.checks import FieldError
from explorer.zoo import CheckpointError


def opened(path: str | Path) -> Image.Image:
    """The picture in an uploaded file; if a part of it is missing, a message on the page says so.

    Raises:
        UploadError: as `read_upload` does.
    """
    picture = read_upload(path)
    if sentence := missing(picture):
        gr.Warning(sentence, title="Not quite whole", duration=10)
    return picture


def answered(function: Callable) -> Callable:
    """Decorate an event handler so that errors which the visitor can fix appear as a message on the page. A generator function stays
    one."""

    def tell(error: ValueError) -> gr.Error:
        return gr.Error(str(error), title="That did not work", duration=10, print_exception=False)

    if _yields(function):

        @functools.wraps(function)
        def stream(*args, **kwargs):
            try:
                yield from function(*args, **kwargs)
            except (FieldError, UploadError, CheckpointError) as error:
                raise tell(error) from None

        return stream

    @functools.wraps(function)
    def call(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except (FieldError, UploadError, CheckpointError) as error:
            raise tell(error) from None

    return call


def _yields(function: Callable) -> bool:
    return bool(function.__code__.co_flags & 0x20)
