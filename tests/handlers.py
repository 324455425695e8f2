"""Call a tab's handlers as Gradio does, without a server: inputs as a dictionary by component, a fake request and a fake event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import gradio as gr


def laid_out(build: Callable, studio: Any) -> Any:
    """The events of a tab that is laid out in a Blocks of its own."""
    with gr.Blocks():
        return build(studio)


def request(visit: str = "visit") -> Any:
    """What a handler reads of a `gr.Request`."""
    return SimpleNamespace(session_hash=visit)


def event(component: Any = None, **data: Any) -> Any:
    """What a handler reads of a `gr.EventData`: where it came from, and what the widget sent."""
    return SimpleNamespace(target=component, _data=data or None)


def inputs(events: Any, state: dict[str, Any], **changed: Any) -> dict[Any, Any]:
    """The values that the page sends: the state, and the controls as they show it, some of them changed."""
    controls = {made: changed.get(key, state[key]) for key, made in events.ui.controls.items()}
    return {events.ui.state: state, **controls}


def last(updates: Iterator[dict]) -> dict[Any, Any]:
    """What a stream of updates leaves on the page."""
    page: dict[Any, Any] = {}
    for update in updates:
        page |= update
    return page
