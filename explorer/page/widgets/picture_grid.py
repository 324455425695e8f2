"""Many pictures at once, in even gutters. One is chosen by a click or the arrow keys, and told about in the line below.

Value: {"key", "side", "pictures": [{"src", "alt", "title", "facts": [[name, value]], "link": None | [words, query],
"beside": [[words, [{"src", "alt", "caption", "side": None | pixels}]]]}], "walk",
"progress": None | {"step", "steps"}}; another key is another request, `beside` are rows of larger pictures that belong to the
chosen one, `walk` says whether there is a way from picture to picture. The prop
`saved` ({"name", "content"}) makes the browser save a file. Events: `stop`, `download` ({"format"}), `submit` ({"seed"}: R was pressed).
"""

from __future__ import annotations

from .base import Widget


class PictureGrid(Widget):
    SKELETON = (
        '<div class="grid"></div><div class="progress" hidden></div>'
        '<div class="beside"></div><dl class="facts"></dl><div class="save"></div>'
    )
