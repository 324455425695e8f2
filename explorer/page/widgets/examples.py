"""Pictures to fit: a few free photos and one that the model draws itself. Files dropped on or pasted into the page go to the upload button.

The prop `button` is the upload button's selector.

Value: {"items": [{"src", "label", "alt"}], "selected": None | number}. Events: `select` ({"index"}).
"""

from __future__ import annotations

from .base import Widget


class Examples(Widget):
    SKELETON = '<div class="examples"></div>'
