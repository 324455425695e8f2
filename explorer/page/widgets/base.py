"""The base of the page's own widgets: a piece of HTML that a short script draws from the widget's value.

A widget is three files of one name: NAME.py says what it is for Python, NAME.js draws it and NAME.css is its look. It gets its whole value
from Python as plain JSON and tells the others about what happens in it over a channel (`explorer` in page.js), so that scrubbing needs no
server. What Python must know is triggered as an event.

The value travels as one text. Gradio's page copies the values of all of an event's outputs, field by field, at every message of a run: with
sixty frames as objects half a second each time, on a slow machine, in which no click was heard.
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

    Its script, NAME.js, is the body of a function (base.js is what stands around it) and defines `draw()`, which is called at load and
    whenever the value changes. It sees `element`, `value()` (the widget's value), `fixed`, `channel` (with `on` and `emit`), `trigger`
    (tells Python), `server` (calls Python), `props`, `watch` and `h(tag, attributes, ...children)`.

    Class attributes:
        FIXED: props that are set once, beside `channel`; the script reads them in `fixed`.
        SKELETON: the HTML to start from.
        VALUE: the `TypedDict` that describes its value; None for a widget that has none.
    """

    FIXED: tuple[str, ...] = ()
    SKELETON = "<div></div>"
    VALUE: type | None = None

    def __init__(self, value: Any = None, *, channel: str, **kwargs: Any):
        """
        Parameters:
            channel: names the widgets that hear each other.
            kwargs: those of `gr.HTML`, and props.
        """
        self.channel = channel  # or Gradio takes it, as it stands in the script, for an event, and copies that at every visit
        # What never changes is written into the script: a later visit's props may lack all but the value.
        fixed = {"channel": channel, **{name: kwargs[name] for name in self.FIXED if name in kwargs}}
        script = _script(type(self)).replace("FIXED", json.dumps(fixed), 1)
        kwargs = {"apply_default_css": False, "html_template": self.SKELETON, "js_on_load": script, **kwargs}
        super().__init__(value, **kwargs)

    def preprocess(self, payload: str | None) -> Any:
        """The value, from the text that the page holds."""
        return None if payload is None else orjson.loads(payload)

    def postprocess(self, value: Any) -> str:
        """The value, as the text that the page holds. None is a text, too: no text at all would leave the last one standing."""
        return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()

    def api_info(self) -> dict[str, Any]:
        """Any JSON."""
        return {}


@cache
def _script(widget: type[Widget]) -> str:
    """The script of a class of widgets, from the file beside its own, in the frame that all share; FIXED still stands in it."""
    return FRAME.read_text().replace("SCRIPT;", Path(inspect.getfile(widget)).with_suffix(".js").read_text(), 1)


def sent(event: gr.EventData) -> dict[str, Any]:
    """What a widget said with an event; {} if it is no object."""
    return event._data if isinstance(event._data, dict) else {}


def came_from(event: gr.EventData, component: gr.blocks.Block) -> bool:
    """Whether an event came from this component, of which a visit has a copy of its own, with the same elem_id."""
    return getattr(event.target, "elem_id", None) == component.elem_id


def busy(channel: str) -> str:
    """JavaScript for an event's `js`: the stage of a channel is dimmed until something new is on it."""
    return f"(...all) => {{ window.explorer.channelOf('{channel}').emit('busy'); return all; }}"


def undims(event: gr.events.Dependency, channel: str, **settings: Any) -> None:
    """Once this event has ended, the stage of a channel is no longer dimmed, whether or not anything new is on it.

    Args:
        settings: of the event that follows it.
    """
    idle = f"() => {{ window.explorer.channelOf('{channel}').emit('idle'); }}"
    event.success(None, js=idle, **settings)
    event.failure(None, js=idle, **settings)
