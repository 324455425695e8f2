"""The stage: the picture that the visitor came for, beside what it is compared with, and one line of facts.

Value: {"kind": one of "draw", "fit", "morph", "map-side", "moment", "denoise" and "five", "pictures": [{"role", "src", "side", "title",
"note", "alt"}], "facts": [[name, value] or [name, words, query of a link]], "progress": None | {"step", "steps", "left"}}. The picture in
the role "current" follows the filmstrip; a frame with `pictures` is about all of them, and one without `src` stays. With the prop `rolls`,
R asks for another seed. Events: `stop`, `submit` ({"seed"}).
"""

from __future__ import annotations

from .base import Widget


class Stage(Widget):
    FIXED = ("rolls",)
    SKELETON = '<div class="stage-pictures"></div><div class="progress" hidden></div><dl class="facts"></dl>'
