"""The controls of a tab's fields: each field's component, with its label, bounds and the id `SLUG-KEY`."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import gradio as gr

from explorer.page.shared.fields import Choice, Field, Fields, Model, Number, Text, Whole
from explorer.page.shared.studio import Studio


@singledispatch
def component(field: Field, value: Any, studio: Studio, **settings: Any) -> gr.components.Component:
    """The component that shows a field's value, with what all components have (`label`, `elem_id`) in `settings`."""
    raise TypeError(f"no control is known for a {type(field).__name__}")


@component.register
def _(field: Model, value: Any, studio: Studio, **settings: Any) -> gr.Dropdown:
    return gr.Dropdown(field.names(studio), value=value, filterable=False, **{**settings, "info": field.about(studio, value)})


@component.register
def _(field: Text, value: Any, studio: Studio, **settings: Any) -> gr.Textbox:
    return gr.Textbox(value, max_lines=3, placeholder=field.placeholder or None, **settings)


@component.register
def _(field: Whole, value: Any, studio: Studio, **settings: Any) -> gr.Number:
    return gr.Number(value, **{"step": 1, "minimum": field.low, "maximum": field.high, **settings})


@component.register
def _(field: Number, value: Any, studio: Studio, **settings: Any) -> gr.Slider:
    return gr.Slider(field.low, field.high, value=value, step=field.step, **settings)


@component.register
def _(field: Choice, value: Any, studio: Studio, **settings: Any) -> gr.Dropdown:
    return gr.Dropdown(list(field.options), value=value, filterable=False, **settings)


def _set(made: gr.components.Component) -> Any:
    if isinstance(made, gr.Slider):
        return made.release
    return made.submit if isinstance(made, (gr.Number, gr.Textbox)) else made.input


class Controls(dict[str, gr.components.Component]):
    """A tab's components by the keys of their fields. `place` makes one where the layout is at work."""

    def __init__(self, slug: str, fields: Fields, studio: Studio, state: dict[str, Any]):
        """
        Args:
            slug: of the tab, the prefix of the components' ids.
            state: whose values the components show first.
        """
        super().__init__()
        self._slug, self._fields, self._studio, self._state = slug, fields, studio, state

    def place(self, key: str, **settings: Any) -> gr.components.Component:
        """Make the component of a field in the current Gradio context.

        Args:
            settings: of the component, beside those that the field gives.
        """
        field = self._fields[key]
        value = settings.pop("value", field.shown(self._state[key]))
        given = {"label": field.label, "info": field.info or None, "elem_id": f"{self._slug}-{key}", **settings}
        self[key] = component(field, value, self._studio, **given)
        return self[key]

    def place_rest(self) -> None:
        """Make the components of the fields that have none yet, in their order."""
        for key in self._fields:
            if key not in self:
                self.place(key)

    def opens_with(self) -> str:
        """The model that the tab opens with; another one than at first if that cannot be used any more."""
        return next(field.opening(self._studio, "") for field in self._fields.values() if isinstance(field, Model))

    def triggers(self, *without: str) -> list[Any]:
        """The event of each component that says that a visitor has set it, but for the keys in `without`.

        A slider says so when it is released and a text or number when Enter is pressed; everything else at each input.
        """
        return [_set(made) for key, made in self.items() if key not in without]

    def read(self, data: dict[Any, Any]) -> dict[str, Any]:
        """The fields' values among what an event sends (a dictionary by component, as Gradio passes it for a set of inputs)."""
        return {key: data[made] for key, made in self.items() if made in data}

    def updates(self, state: dict[str, Any]) -> dict[Any, Any]:
        """The update of an event after which every control shows this state."""
        shown = {made: self._fields[key].shown(state[key]) for key, made in self.items()}
        for key, field in self._fields.items():
            if isinstance(field, Model) and key in self:
                shown[self[key]] = gr.update(value=state[key], info=field.about(self._studio, state[key]))
        return shown
