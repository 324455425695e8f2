"""The base of the page's own widgets: a piece of HTML that a short script draws from the widget's value.

A widget gets its whole value from Python as plain JSON, draws itself with the script in `DRAW`, and tells the others about what happens
in it over a channel (`explorer` in page.js), so that scrubbing needs no server. What Python must know is triggered as an event.

The value travels as one text. Gradio's page copies the values of all of an event's outputs, field by field, at every message of a run: with
sixty frames as objects half a second each time, on a slow machine, in which no click was heard.
"""

from __future__ import annotations

import json
from typing import Any

import gradio as gr
import orjson


class Widget(gr.HTML):
    """A widget.

    Class attributes:
        FIXED: props that are set once, beside `channel`; the script reads them in `fixed`.
        SKELETON: the HTML to start from.
        DRAW: JavaScript that sees `element`, `value()` (the widget's value), `channel` (with `on` and `emit`), `trigger` (tells Python)
            and `h(tag, attributes, ...children)`; it defines `draw()`, which is called at load and whenever the value changes.
    """

    FIXED: tuple[str, ...] = ()
    SKELETON = "<div></div>"
    DRAW = "const draw = () => {};"

    def __init__(self, value: Any = None, **kwargs: Any):
        """
        Parameters:
            kwargs: those of `gr.HTML`, and props; of these, `channel` names the widgets that hear each other.
        """
        # What never changes is written into the script: a later visit's props may lack all but the value.
        fixed = json.dumps({"channel": "latent", **{name: kwargs[name] for name in ("channel", *self.FIXED) if name in kwargs}})
        script = (
            f"const fixed = {fixed}, {{h, channelOf, reader}} = window.explorer, channel = channelOf(fixed.channel);\n"
            "const value = reader(() => props.value);\n"
            f"{self.DRAW}\nwatch('value', draw);\ndraw();"
        )
        kwargs = {"apply_default_css": False, "html_template": self.SKELETON, "js_on_load": script, "channel": "latent", **kwargs}
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
