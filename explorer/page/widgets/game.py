"""Which is real? Two pictures side by side, one of a data set, one that the model drew.

Value: None | {"side", "pictures": [{"src", "alt", "caption"}, ...], "real": None | which, "chosen": None | which, "told"}; `real` is
None until the visitor has chosen. Events: `select` ({"index"}: the visitor's choice), `submit` (the next two).
"""

from __future__ import annotations

from .base import Widget


class Game(Widget):
    SKELETON = '<section class="game" hidden><h3>Which is real?</h3><div class="pair"></div><p role="status"></p></section>'
