"""The choices, values and visibility of the controls of the Sample tab that depend on the state."""

from __future__ import annotations

from typing import Any

from explorer.page.shared import conditions
from explorer.page.shared.conditions import ANY
from explorer.page.shared.fields import State
from explorer.page.shared.studio import Studio


def class_picker(studio: Studio, state: State) -> dict[str, Any]:
    """The arguments of the dropdown for a single class: its choices, value and visibility."""
    classes, optional = studio.classes(state["model"]), not studio.requires_label(state["model"])
    visible = bool(classes) and studio.most_classes(state["model"]) == 1
    return {
        "choices": [*([ANY] if optional else []), *classes],
        "value": state["label"] if visible else ANY if optional else None,
        "visible": visible,
    }


def object_picker(studio: Studio, state: State) -> dict[str, Any] | None:
    """The value of the ObjectPicker; None for a model that takes at most one class."""
    most = studio.most_classes(state["model"])
    chosen = state["label"].split(conditions.AND)
    return {"classes": studio.classes(state["model"]), "chosen": chosen, "most": most} if most > 1 else None


def variations(studio: Studio, state: State) -> dict[str, dict[str, Any]]:
    """The arguments of the controls that set what varies from picture to picture and what is mixed: for each field its choices, value and
    visibility."""
    classes, other = studio.classes(state["model"]), state["other"]
    mixable = len(classes) > 1 and studio.most_classes(state["model"]) == 1 and state["label"] != ANY
    thing = "object" if studio.most_classes(state["model"]) > 1 else "class"
    ways = [("seed", "seed"), (thing, "class"), *([("share of the mixture", "mix")] if other else [])]
    return {
        "vary": {"choices": ways, "value": state["vary"], "visible": bool(classes)},
        "other": {"choices": [("nothing", ""), *classes], "value": other, "visible": mixable},
        "share": {"value": state["share"], "visible": bool(other) and state["vary"] == "seed"},
    }
