"""Finds the model that a tab opens with: the first one that can be loaded and can generate the opening.

Some defects in a model's files only show when the model generates a picture. Such a model is removed from the zoo with the reason
(`Zoo.refuse`), and the next one is tried. So a tab is empty only if none of its models works.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

from explorer.cancellation import CancelledError
from explorer.page.shared.catalogue import opens_with
from explorer.page.shared.fields import Fields
from explorer.page.shared.studio import Studio
from explorer.zoo import CheckpointError

LOG = logging.getLogger(__name__)
Update = dict[Any, Any]


class Opened(Protocol):
    """The part of `events.Events` that this module uses."""

    ui: Any
    studio: Studio
    outputs: list[Any]

    def opening(self) -> Update: ...

    def model_updates(self, state: dict[str, Any]) -> Update: ...


def can_open(studio: Studio, slug: str, fields: Fields, needs: Callable[[Studio], list[str]]) -> bool:
    """Whether there is a model that a tab can open with: one that loads, and for which all fields have a default."""
    while names := needs(studio):
        name = opens_with(slug, names)

        def settings(name: str = name) -> None:
            studio.prepare(name)
            fields.opening(studio, name)

        if not _refusal(studio, name, settings):
            return True
    return False


def first_opening(events: Opened) -> tuple[Update, list[str]]:
    """Compute the opening of a tab with the first model that can generate it.

    Returns:
        The update, and for each model that was tried before, the reason why it failed.

    Raises:
        CheckpointError: if no model is left.
    """
    controls, found, missed = events.ui.controls, {}, []

    def draw() -> None:
        found.update(events.opening())

    while True:
        try:
            name = controls.opens_with()
        except LookupError:
            raise CheckpointError(missed[-1] if missed else "no model is left that this tab can show; reload the page") from None
        if name is None:
            draw()
            break
        if not (reason := _refusal(events.studio, name, draw)):
            break
        missed.append(reason)
    if missed:  # the controls were laid out for another model
        state = found[events.ui.state]
        shown = controls.updates(state) | events.model_updates(state)
        found |= {made: value for made, value in shown.items() if made in events.outputs and made not in found}
    return found, missed


def _refusal(studio: Studio, name: str, action: Callable[[], Any]) -> str:
    """Call `action`, which uses a model. If it fails, make sure that the model, or one that it needs, is removed from the zoo, and return
    the reason. Returns "" if `action` succeeds."""
    before = set(studio.zoo.checkpoints)
    try:
        action()
    except CancelledError:  # the visitor has left
        raise
    except Exception as error:  # a broken model can raise any exception
        if not before - set(studio.zoo.checkpoints):
            LOG.exception("%s cannot generate the opening of a tab", name)
            studio.zoo.refuse(name, f"{name}: no picture can be drawn with it ({type(error).__name__}: {error})")
        removed = before - set(studio.zoo.checkpoints)
        return "; ".join(studio.zoo.refused[each] for each in sorted(removed))
    return ""
