"""Creates the controls of a tab: for each field a component with the field's label and bounds, and with the id `SLUG-KEY`."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import gradio as gr

from explorer.page.shared.fields import Choice, Field, Fields, Model, Number, Text, Whole
from explorer.page.shared.links import card_path
from explorer.page.shared.studio import Studio


@singledispatch
def component(field: Field, value: Any, studio: Studio, **settings: Any) -> gr.components.Component:
    """Create the component for a field. `settings` are arguments that all components take, such as `label` and `elem_id`."""
    raise TypeError(f"no component is registered for the field {type(field).__name__}")


@component.register
def _(field: Model, value: Any, studio: Studio, **settings: Any) -> gr.Dropdown:
    return gr.Dropdown(field.names(studio), value=value, filterable=False, **{**settings, "info": about(field, studio, value)})


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


def about(field: Model, studio: Studio, name: str) -> str:
    """The text below the menu of models: what the field says about a model, and a link to the model's card (Markdown)."""
    return f"{field.about(studio, name)} [About this model]({card_path(name)})"


def _event(control: gr.components.Component) -> Any:
    """The event that fires when a visitor has finished setting a control."""
    if isinstance(control, gr.Slider):
        return control.release
    return control.submit if isinstance(control, (gr.Number, gr.Textbox)) else control.input


class Controls(dict[str, gr.components.Component]):
    """A tab's components by the keys of their fields. `place` creates one in the current Gradio context, such as a `gr.Column`."""

    def __init__(self, slug: str, fields: Fields, studio: Studio, state: dict[str, Any]):
        """
        Args:
            slug: the tab's slug, which is the prefix of the components' ids.
            state: the initial values of the components.
        """
        super().__init__()
        self._slug, self._fields, self._studio, self._state = slug, fields, studio, state

    def place(self, key: str, **settings: Any) -> gr.components.Component:
        """Create the component of a field in the current Gradio context.

        Args:
            settings: keyword arguments of the component, which override those from the field.
        """
        field = self._fields[key]
        value = settings.pop("value", field.shown(self._state[key]))
        arguments = {"label": field.label, "info": field.info or None, "elem_id": f"{self._slug}-{key}", **settings}
        self[key] = component(field, value, self._studio, **arguments)
        return self[key]

    def place_rest(self) -> None:
        """Create the components of all fields that have none yet, in the order of the fields."""
        for key in self._fields:
            if key not in self:
                self.place(key)

    def opens_with(self) -> str | None:
        """The model that the tab opens with now; None for a tab without models. It changes if the previous one was removed from the zoo
        because it cannot be used."""
        return next((field.opening(self._studio, "") for field in self._fields.values() if isinstance(field, Model)), None)

    def triggers(self, *without: str) -> list[Any]:
        """The events that fire when a visitor has set a control, for all controls except those of the keys in `without`.

        For a slider this is `release`, for a text or a number `submit` (Enter), for all other components `input`.
        """
        return [_event(control) for key, control in self.items() if key not in without]

    def read(self, data: dict[Any, Any]) -> dict[str, Any]:
        """The values of the fields in `data`, the dictionary {component: value} that Gradio passes if an event's inputs are a set."""
        return {key: data[control] for key, control in self.items() if control in data}

    def updates(self, state: dict[str, Any]) -> dict[Any, Any]:
        """The update after which all controls show this state."""
        shown = {control: self._fields[key].shown(state[key]) for key, control in self.items()}
        for key, field in self._fields.items():
            if isinstance(field, Model) and key in self:
                shown[self[key]] = gr.update(value=state[key], info=about(field, self._studio, state[key]))
        return shown
