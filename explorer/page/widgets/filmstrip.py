"""The filmstrip: all frames of a run, sent once, then scrubbed, stepped through and played in the browser without the server.

Value: {"title", "side", "frames": [{"src", "label", "alt", "title", "note", "facts", "z", "step"}], "selected", "pick", "note", "film"}.
`pick` says what a click does beyond showing the frame (None: nothing), `note` something else; `film` whether the run can be saved as an
animation. The prop `saved` ({"name", "content"}) makes the browser save a file. Events: `select` ({"index"}) if `pick` is set, `download`
({"format"}).
"""

from __future__ import annotations

from .base import Widget


class Filmstrip(Widget):
    SKELETON = '<div class="filmstrip"></div>'
