"""A visitor who comes by a link: the page opens the tab that the link is for, and that tab hears of the state in it when it opens.

Not Gradio's `load` with the tabs and all controls as outputs: whatever was the output of an event once, the page looks through, with all
that lies in it, at every later message of any event, and a long run then leaves no time for a click.

Value: the name of the tab to open, or None. Event: `submit` ({"query"}), once in a visit, and only if the address has a `q`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from explorer.page.shared.links import carried
from explorer.page.widgets.base import Widget, sent


class Arrival(Widget):
    SKELETON = ""
    DRAW = r"""
    const query = new URLSearchParams(location.search).get('q');
    const tabs = () => [...document.querySelectorAll('[role=tab], .overflow-dropdown button')];
    const draw = () => value() && tabs().find(tab => tab.textContent.trim() === value())?.click();
    if (query && window.explorer.first(fixed.channel)) trigger('submit', {query});
    """


def opens(tab: Callable[[gr.EventData], str | None]) -> None:
    """Open the tab whose name `tab(event)` returns, for a visitor who comes by a link."""
    arrival = Arrival(channel="page", visible="hidden")
    arrival.submit(tab, None, arrival, api_visibility="private", show_progress="hidden", queue=False)


def restores(channel: str, restore: Callable, outputs: Sequence[gr.blocks.Block], **settings: Any) -> None:
    """Let a tab's `restore` run, with the event, for a visitor who comes by a link; call it where the tab is laid out.

    Args:
        settings: of the event.
    """
    Arrival(channel=channel, visible="hidden").submit(restore, None, outputs, **settings)


def query(event: gr.EventData) -> str:
    """The `q` of the address."""
    return str(sent(event).get("query", ""))


def asked(event: gr.EventData, tab: str) -> dict[str, Any] | None:
    """The state that the address carries for a tab; None if it is for another.

    Raises:
        FieldError: if the link is damaged and this is the tab that answers for it.
    """
    return carried(query(event), tab)
