"""What a tab opens with: the first model that can be loaded and can draw the opening.

Whatever is wrong with a model's files shows at the latest when it draws. Such a model is refused by its name, with the reason, and the next
one takes its place; no tab stays empty while a model is left.
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
    """The events of a tab, as far as its opening needs them (`events.Events`)."""

    ui: Any
    studio: Studio
    outputs: list[Any]

    def opening(self) -> Update: ...

    def named(self, state: dict[str, Any]) -> Update: ...


def can_open(studio: Studio, slug: str, fields: Fields, needs: Callable[[Studio], list[str]]) -> bool:
    """Whether there is a model that a tab can open with: it loads, and has settings to open with."""
    while names := needs(studio):
        name = opens_with(slug, names)

        def settings(name: str = name) -> None:
            studio.prepare(name)
            fields.opening(studio, name)

        if not _refusal(studio, name, settings):
            return True
    return False


def first_opening(events: Opened) -> tuple[Update, list[str]]:
    """The opening of a tab, by the first model that can draw it, and why each one before it cannot.

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
        if not (reason := _refusal(events.studio, name, draw)):
            break
        missed.append(reason)
    if missed:  # the controls were laid out for another model
        state = found[events.ui.state]
        shown = controls.updates(state) | events.named(state)
        found |= {made: value for made, value in shown.items() if made in events.outputs and made not in found}
    return found, missed


def _refusal(studio: Studio, name: str, action: Callable[[], Any]) -> str:
    """Do something with a model; if that fails, the reason for which the model, or one that it needs, was refused; "" if it succeeds."""
    before = set(studio.zoo.checkpoints)
    try:
        action()
    except CancelledError:  # the visitor has left
        raise
    except Exception as error:  # what a broken model raises cannot be foretold
        if not before - set(studio.zoo.checkpoints):
            LOG.exception("no opening can be drawn with %s", name)
            studio.zoo.refuse(name, f"{name}: no picture can be drawn with it ({type(error).__name__}: {error})")
        gone = before - set(studio.zoo.checkpoints)
        return "; ".join(studio.zoo.refused[each] for each in sorted(gone))
    return ""
