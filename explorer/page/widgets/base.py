"""The base class of the page's own widgets. A widget is a piece of HTML that a short script draws from the widget's value.

A widget has three files: NAME.py defines its Python class, NAME.js draws it and NAME.css styles it. Python sends the widget its whole value
as JSON. In the browser, widgets send each other messages over a channel (`explorer` in page.js), so that scrubbing needs no server. A
widget notifies Python with a Gradio event.

The value is one JSON string. Gradio's page copies the values of all outputs of a running event, field by field, at every message of the
event. With sixty frames as objects, this took half a second each time on a slow machine, and no click was handled meanwhile.
"""

from __future__ import annotations

import inspect
import json
from functools import cache
from pathlib import Path
from typing import Any

import gradio as gr
import orjson

FRAME = Path(__file__).with_suffix(".js")


class Widget(gr.HTML):
    """A widget.

    Its script, NAME.js, is inserted into the function in base.js and defines `draw()`, which is called at load and whenever the value
    changes. It can use `element`, `value()` (the widget's value), `fixed`, `channel` (with `on` and `emit`), `trigger` (sends an event to
    Python), `server` (calls a Python function), `props`, `watch` and `h(tag, attributes, ...children)` (creates an element).

    Class attributes:
        FIXED: the names of props that never change, besides `channel`; the script reads them from `fixed`.
        SKELETON: the HTML to start from.
        VALUE: the `TypedDict` that describes its value; None for a widget that has none.
    """

    FIXED: tuple[str, ...] = ()
    SKELETON = "<div></div>"
    VALUE: type | None = None

    def __init__(self, value: Any = None, *, channel: str, **kwargs: Any):
        """
        Parameters:
            channel: the widgets with the same channel receive each other's messages.
            kwargs: keyword arguments of `gr.HTML`, and the widget's props.
        """
        # Must be set: for a missing attribute whose name the script has in quotes, `gr.HTML` returns an event listener, which Gradio would
        # copy at every visit.
        self.channel = channel
        # Constants are written into the script, because `props` may contain only the value in a later visit.
        fixed = {"channel": channel, **{name: kwargs[name] for name in self.FIXED if name in kwargs}}
        script = _script(type(self)).replace("FIXED", json.dumps(fixed), 1)
        kwargs = {"apply_default_css": False, "html_template": self.SKELETON, "js_on_load": script, **kwargs}
        super().__init__(value, **kwargs)

    def preprocess(self, payload: str | None) -> Any:
        """Parse the JSON string that the page sends."""
        return None if payload is None else orjson.loads(payload)

    def postprocess(self, value: Any) -> str:
        """Convert the value to a JSON string for the page. None becomes "null": without a string, the page would keep the previous
        value."""
        return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()

    def api_info(self) -> dict[str, Any]:
        """Any JSON."""
        return {}


@cache
def _script(widget: type[Widget]) -> str:
    """The script of a widget class: its NAME.js inserted into base.js. The placeholder FIXED is not yet replaced."""
    return FRAME.read_text(encoding="utf-8").replace(
        "SCRIPT;", Path(inspect.getfile(widget)).with_suffix(".js").read_text(encoding="utf-8"), 1
    )


def sent(event: gr.EventData) -> dict[str, Any]:
    """The data that a widget sent with an event; {} if it is not an object."""
    return event._data if isinstance(event._data, dict) else {}


def came_from(event: gr.EventData, component: gr.blocks.Block) -> bool:
    """Whether this component triggered the event. Compares `elem_id`, because each session has its own copy of the component."""
    return getattr(event.target, "elem_id", None) == component.elem_id


def busy(channel: str) -> str:
    """JavaScript for an event's argument `js`: dims the stage of a channel until the stage gets a new value."""
    return f"(...all) => {{ window.explorer.channelOf('{channel}').emit('busy'); return all; }}"


def undims(event: gr.events.Dependency, channel: str, **settings: Any) -> None:
    """End the dimming of a channel's stage when this event has succeeded or failed, even if the stage got no new value.

    Args:
        settings: keyword arguments of the listeners that do this.
    """
    idle = f"() => {{ window.explorer.channelOf('{channel}').emit('idle'); }}"
    event.success(None, js=idle, **settings)
    event.failure(None, js=idle, **settings)
