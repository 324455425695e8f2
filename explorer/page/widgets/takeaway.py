"""What a visitor can take along: a link that restores the state, code that makes the same picture, and a file.

Value: {"query", "codes": [[title, text]], "file": {"label", "name", "content"}}. The prop `keys` says what the keyboard does. No events:
everything happens in the browser.
"""

from __future__ import annotations

from .base import Widget


class Takeaway(Widget):
    SKELETON = '<div class="takeaway"></div><div class="codes" hidden></div><p class="hint keys"></p>'
