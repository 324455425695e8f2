"""A tab's state in a link: JSON as base64url after `?q=`, so that it outlives the server that made it."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from .checks import FieldError

LONGEST = 20_000  # characters of a link's state
OPENING = "Latent space"  # the tab of links that name none, which also answers for broken ones


def pack(tab: str, state: dict[str, Any]) -> str:
    """A state as a short text for a link."""
    return base64.urlsafe_b64encode(json.dumps({"tab": tab, **state}, separators=(",", ":")).encode()).decode().rstrip("=")


def unpack(text: str) -> dict[str, Any]:
    """What a link carries; `["tab"]` names its tab.

    Raises:
        FieldError: if the link is damaged.
    """
    try:
        if len(text) > LONGEST:
            raise ValueError
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(found, dict):
            raise ValueError
    except (ValueError, binascii.Error, RecursionError):
        raise FieldError("link", text, "what the page's own share link carries") from None
    return {"tab": OPENING, **found}


def carried(query: str | None, tab: str) -> dict[str, Any] | None:
    """The state that an address's `q` carries for a tab; None if it carries none, or one for another tab.

    Raises:
        FieldError: if the link is damaged and this is the tab that answers for it.
    """
    if not query:
        return None
    try:
        found = unpack(query)
    except FieldError:
        if tab == OPENING:
            raise
        return None
    return found if found["tab"] == tab else None
