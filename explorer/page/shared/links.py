"""Addresses: a tab's state in a link, and the path of a model's card.

The state is JSON as base64url after `?q=`. The link holds the whole state, so that no server has to store it.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from .checks import FieldError

CHECKPOINTS, CARD = "checkpoints", "README.md"
LONGEST = 20_000  # characters of a link's state
WITHOUT_A_TAB = "latent"  # the slug of the tab that handles damaged links, and links that name no tab
ALIASES = {  # the names of the tabs in old links, and their slugs
    "Sample": "sample",
    "Text to bird": "birds",
    "Latent space": "latent",
    "VQ codes": "codes",
    "Diffusion": "diffusion",
}


def card_path(name: str) -> str:
    """The path of a model's card, relative to the root path."""
    return f"{CHECKPOINTS}/{name}/{CARD}"


def pack(slug: str, state: dict[str, Any]) -> str:
    """Encode the state of the tab with this slug as the query of a link."""
    return base64.urlsafe_b64encode(json.dumps({"tab": slug, **state}, separators=(",", ":")).encode()).decode().rstrip("=")


def unpack(text: str) -> dict[str, Any]:
    """Decode the query of a link to a state, with its tab's slug under "tab".

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
        raise FieldError("link", text, "a whole link, as the page's share button copies it") from None
    tab = state.get("tab", WITHOUT_A_TAB)
    return {**state, "tab": ALIASES.get(tab, tab) if isinstance(tab, str) else WITHOUT_A_TAB}


def carried(query: str | None, slug: str) -> dict[str, Any] | None:
    """The state for a tab in an address's `q`; None if there is none, or it is for another tab.

    Raises:
        FieldError: if the link is damaged and the tab is WITHOUT_A_TAB.
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
