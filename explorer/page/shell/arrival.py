"""Opens the page from a link: an invisible widget selects the link's tab, and one in each tab passes the link's state to that tab.

This does not use Gradio's `load` event with the tabs and all controls as outputs. Once a component has been the output of an event,
Gradio's page traverses it and everything in it at every later message of any event; during a long run this leaves no time to handle a
click.

Value: {"slug", "index"} of the tab to open, or None. The index is needed because Gradio sets the tab's id (the slug) only on tabs that fit
on the screen; the others are in a menu, in the same order. Event: `submit` with {"query", "interrupted"}, when the widget is first mounted
after the page was loaded, and only if there is a link, a run was interrupted or the tab is `lazy`. Gradio mounts the widgets in a tab when
the visitor first selects the tab. A reload acts as a link to the state before it (visit.js).

A lazy tab is inert until its first pictures arrive: a click before that would act on a tab without a state, and the opening would then
overwrite what it drew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from explorer.page.shared.links import WITHOUT_A_TAB, carried
from explorer.page.widgets.base import Widget, sent

from .messages import for_page


class Arrival(Widget):
    FIXED = ("lazy",)
    SKELETON = ""


def opens(slugs: Sequence[str]) -> None:
    """Add the widget that selects the tab of a link.

    Args:
        slugs: of the tabs on the page, in their order.
    """

    def choose(event: gr.EventData) -> dict[str, Any] | None:
        named = [slug for slug in slugs if slug != WITHOUT_A_TAB and linked_state(event, slug) is not None]
        slug = named[0] if named else WITHOUT_A_TAB
        return {"slug": slug, "index": slugs.index(slug)} if slug in slugs else None

    arrival = Arrival(channel="page", visible="hidden")
    arrival.submit(for_page(choose), None, arrival, api_visibility="private", show_progress="hidden", queue=False)


def arrives(slug: str, arrive: Callable, outputs: Sequence[gr.blocks.Block], lazy: bool, **settings: Any) -> gr.events.Dependency:
    """Call `arrive` when the visitor first sees the tab. This function must be called inside the tab's layout.

    Args:
        arrive: an event handler that takes the `gr.EventData`.
        lazy: whether to call `arrive` even if the address has no link.
        settings: keyword arguments of the event listener.
    """
    return Arrival(channel=slug, lazy=lazy, visible="hidden").submit(arrive, None, outputs, **settings)


def query(event: gr.EventData) -> str:
    """The `q` parameter of the page's address, or the state before a reload; "" if there is neither."""
    return str(sent(event).get("query") or "")


def interrupted(event: gr.EventData) -> bool:
    """Whether the page was loaded again in the middle of a run."""
    return sent(event).get("interrupted") is True


def linked_state(event: gr.EventData, slug: str) -> dict[str, Any] | None:
    """The state for a tab in the page's address; None if there is none, or it is for another tab.

    Raises:
        FieldError: if the link is damaged and `slug` is `WITHOUT_A_TAB`.
    """
    return carried(query(event), slug)
