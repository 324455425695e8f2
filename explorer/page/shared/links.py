"""A tab's state in a link: JSON as base64url after `?q=`, so that it outlives the server that made it."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from .checks import FieldError

LONGEST = 20_000  # characters of a link's state
WITHOUT_A_TAB = "latent"  # the slug of the tab that answers links which name no tab, and damaged ones
ALIASES = {  # what links named a tab by before there were slugs
    "Sample": "sample",
    "Text to bird": "birds",
    "Latent space": "latent",
    "VQ codes": "codes",
    "Diffusion": "diffusion",
}


def pack(slug: str, state: dict[str, Any]) -> str:
    """The state of the tab with this slug as a short text for a link."""
    return base64.urlsafe_b64encode(json.dumps({"tab": slug, **state}, separators=(",", ":")).encode()).decode().rstrip("=")


def unpack(text: str) -> dict[str, Any]:
    """The state in a link's text, with its tab's slug under "tab".

    Raises:
        FieldError: if the link is damaged.
    """
    try:
        if len(text) > LONGEST:
            raise ValueError
        state = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(state, dict):
            raise ValueError
    except (ValueError, binascii.Error, RecursionError):
        raise FieldError("link", text, "what the page's own share link carries") from None
    tab = state.get("tab", WITHOUT_A_TAB)
    return {**state, "tab": ALIASES.get(tab, tab) if isinstance(tab, str) else WITHOUT_A_TAB}


def carried(query: str | None, slug: str) -> dict[str, Any] | None:
    """The state that an address's `q` carries for a tab; None if it carries none, or one for another tab.

    Raises:
        FieldError: if the link is damaged and this is the tab that answers for it.
    """
    if not query:
        return None
    try:
        state = unpack(query)
    except FieldError:
        if slug == WITHOUT_A_TAB:
            raise
        return None
    return state if state["tab"] == slug else None
