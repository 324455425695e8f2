"""The page's `gr.Blocks`. If a control cannot convert the value from the browser, the page shows a message that names the control."""

from __future__ import annotations

import html
from typing import Any

import gradio as gr

from explorer.page.shared.checks import FieldError

from .messages import TITLE

ALLOWED = "a value that the page itself sends; reload the page and try again"


class PageBlocks(gr.Blocks):
    """A `gr.Blocks` that answers an event with a message if a component cannot convert its value.

    Before Gradio calls a handler, each component converts the value that the browser has sent. If this fails, for example because the value
    has the wrong type, Gradio itself answers only "error: null".
    """

    async def preprocess_data(self, block_fn: Any, inputs: list[Any], state: Any, explicit_call: bool = False) -> list[Any]:
        try:
            return await super().preprocess_data(block_fn, inputs, state, explicit_call)
        except Exception:
            message = html.escape(str(unusable(block_fn.inputs, inputs)), quote=False)
            raise gr.Error(message, title=TITLE, print_exception=False) from None


def unusable(components: list[Any], values: list[Any]) -> FieldError:
    """The error for the first value that its component cannot convert."""
    for component, value in zip(components, values, strict=False):
        try:
            if not component.stateful:
                component.preprocess(value)
        except Exception:
            return _field_error(component, value)
    lists = [(component, value) for component, value in zip(components, values, strict=False) if isinstance(value, (dict, list))]
    return _field_error(*lists[0]) if lists else FieldError("page", values, ALLOWED)


def _field_error(component: Any, value: Any) -> FieldError:
    name = getattr(component, "label", None) or getattr(component, "elem_id", None) or "page"
    return FieldError(name.lower(), value, ALLOWED)
