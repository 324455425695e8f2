"""The sentence above a tab's pictures, as HTML.

Words between * are set in the accent colour; they name what to look at.
"""

from __future__ import annotations

import html
import re

OPENING = '<p class="lesson" aria-live="polite">One moment: the first pictures are being drawn.</p>'


def lesson(text: str) -> str:
    """Convert a lesson to HTML. HTML characters in the text are escaped."""
    return '<p class="lesson" aria-live="polite">' + re.sub(r"\*(.+?)\*", r"<em>\1</em>", html.escape(text, quote=False)) + "</p>"
