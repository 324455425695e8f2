"""The description of a tab. Each folder of `explorer.page.tabs` defines one under the name `TAB`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from explorer.page.shared.fields import Fields
from explorer.page.shared.studio import Studio

from .events import Events
from .opening import can_open

PLAY, LEARN = "Play", "Learn"


@dataclass(frozen=True)
class Tab:
    """A tab. The page leaves a tab out if no checkpoint has the capability that the tab needs.

    Attributes:
        slug: the name of the tab in links, in element ids (as a prefix) and on the command line. It must never change.
        title: the text on the tab.
        group: PLAY or LEARN, the group in the row of tabs.
        fields: the settings in the tab's state and links.
        needs: returns the names of the models that the tab can show, or of other things without which it would be empty.
        build: lays out the tab inside the current `gr.Blocks`, attaches its events and returns them. The second argument says whether the
            tab is lazy, that is, whether its first pictures are generated only when a visitor first selects the tab.
        models: whether `needs` returns models, each of which may turn out to be broken.
        files: returns the files that the tab's widgets fetch themselves, by name (`files`).
        endpoints: returns the functions to register with `gr.api`. Each endpoint has the name of its function.
    """

    slug: str
    title: str
    group: str
    fields: Fields
    needs: Callable[[Studio], list[str]]
    build: Callable[[Studio, bool], Events]
    endpoints: Callable[[Studio], list[Callable]]
    models: bool = True
    files: Callable[[Studio], dict[str, Path]] = lambda studio: {}

    def opens(self, studio: Studio) -> bool:
        """Whether there is a model, or something else, with which the tab can open. Models that turn out to be broken are removed from
        the zoo."""
        if not self.models:
            return bool(self.needs(studio))
        return can_open(studio, self.slug, self.fields, self.needs)
