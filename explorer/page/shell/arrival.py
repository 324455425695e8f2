"""A visitor who comes by a link: the page opens the tab that the link is for, and that tab hears of the state in it when it opens.

Not Gradio's `load` with the tabs and all controls as outputs: whatever was the output of an event once, the page looks through, with all
that lies in it, at every later message of any event, and a long run then leaves no time for a click.

Value: {"slug", "index"} of the tab to open, or None. Gradio marks only the tabs that fit on the screen with their slugs; the others stand
in a menu, in the same order. Event: `submit` ({"query"}), once in a visit, and only if
the address has a `q` or the tab is `lazy`: Gradio mounts a tab's components when the visitor first selects it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from explorer.page.shared.links import WITHOUT_A_TAB, carried
from explorer.page.widgets.base import Widget, sent


class Arrival(Widget):
    FIXED = ("lazy",)
    SKELETON = ""


def opens(slugs: Sequence[str]) -> None:
    """Let a link open its tab.

    Args:
        slugs: of the tabs on the page, in their order.
    """

    def choose(event: gr.EventData) -> dict[str, Any] | None:
        named = [slug for slug in slugs if slug != WITHOUT_A_TAB and asked(event, slug) is not None]
        slug = named[0] if named else WITHOUT_A_TAB
        return {"slug": slug, "index": slugs.index(slug)} if slug in slugs else None

    arrival = Arrival(channel="page", visible="hidden")
    arrival.submit(choose, None, arrival, api_visibility="private", show_progress="hidden", queue=False)


def arrives(slug: str, arrive: Callable, outputs: Sequence[gr.blocks.Block], lazy: bool, **settings: Any) -> None:
    """Let a tab's `arrive` run, with the event, when the visitor first sees the tab; call it where the tab is laid out.

    Args:
        lazy: whether it also runs if the address has no link.
        settings: of the event.
    """
    Arrival(channel=slug, lazy=lazy, visible="hidden").submit(arrive, None, outputs, **settings)


def query(event: gr.EventData) -> str:
    """The `q` of the address."""
    return str(sent(event).get("query") or "")


def asked(event: gr.EventData, slug: str) -> dict[str, Any] | None:
    """The state that the address carries for a tab; None if it is for another.

    Raises:
        FieldError: if the link is damaged and this is the tab that answers for it.
    """
    return carried(query(event), slug)
