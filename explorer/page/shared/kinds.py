"""What the page needs to know of each kind of model: its arguments of `/sample`, the code to copy, the lesson, and the tab that takes its
pictures apart."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from explorer.diffusion import DEFAULT
from explorer.drawing import Drawn

from . import conditions
from .checks import FieldError, number
from .conditions import ANY
from .fields import State
from .links import pack
from .settings import PRIOR, REVERSE, class_weights, endpoint_settings
from .studio import SEEDS, Studio
from .studio import TRUNCATION as LIMITS


class Kind(ABC):
    """What the page has to know of a kind of models that draw without a sentence; a model belongs to the first of `KINDS` that lists it.

    A state is the Sample tab's.

    Attributes:
        listed: the catalogue's list of such models.
        luck: what a seed decides, in a word.
        modules: of `explorer` that the code to copy imports.
        truncates, heats, walks: whether a picture has a truncation, a temperature, and a way to the next one.
        required: whether the model has to be told a class.
        takes_labels: whether the code to copy passes labels.
        opinions: what `/sample` has others say of the pictures: "readings", "found", "realness".
    """

    listed = ""
    luck = "latent"
    modules = ("images", "latent")
    truncates = heats = walks = required = takes_labels = False
    opinions: tuple[str, ...] = ()

    @abstractmethod
    def settings(self, state: State) -> dict[str, Any]:
        """A state's settings for `explorer.drawing`."""

    @abstractmethod
    def labels(self, studio: Studio, model: str, value: Any) -> Tensor | None:
        """The `labels` of `/sample`, checked, (classes,); None for a model that takes none."""

    @abstractmethod
    def checked(self, studio: Studio, model: str, seed: int, count: int, truncation: Any, settings: Any) -> dict[str, Any]:
        """The `truncation` and `settings` of `/sample`, checked, as settings for `explorer.drawing`."""

    @abstractmethod
    def details(self, drawn: Sequence[Drawn], labels: Tensor | None, settings: dict[str, Any]) -> dict[str, Any]:
        """What `/sample` tells of what the pictures were drawn from."""

    @abstractmethod
    def shared(self, state: State) -> dict[str, Any]:
        """The arguments of `/sample` that hold for every picture of a state, beside its labels."""

    def arguments(self, state: State, labels: list[float]) -> dict[str, Any]:
        """The arguments of `/sample` that a state stands for, beside model, seed and count.

        Args:
            labels: what its pictures are told.
        """
        return {"labels": labels, **self.shared(state)}

    @abstractmethod
    def code(self, state: State) -> str:
        """The expression that draws a picture from `model`, `seed` and, if `takes_labels`, from `labels`."""

    @abstractmethod
    def lesson(self, studio: Studio, state: State) -> str:
        """What to look at in pictures of other seeds, with Markdown's stars."""

    def link(self, state: State, seed: int, label: str, codes: list[list[int]] | None) -> list[str] | None:
        """The text and the query of a link that opens a picture in the tab that takes it apart; None if there is no such tab.

        Args:
            seed: the picture's.
            label: the picture's.
            codes: the picture's map of codes, as rows; None if the model has no codes.
        """
        return None


def _pictures(state: State) -> str:
    return "picture" if state["count"] == 1 else "pictures"


class Latent(Kind):
    """Models that draw from a latent and nothing else."""

    listed = "unconditional"
    truncates = walks = True

    def settings(self, state: State) -> dict[str, Any]:
        return {"truncation": state["truncation"]}

    def labels(self, studio: Studio, model: str, value: Any) -> Tensor | None:
        if value is not None:
            raise FieldError("labels", value, f"null: {model} takes none")
        return None

    def checked(self, studio: Studio, model: str, seed: int, count: int, truncation: Any, settings: Any) -> dict[str, Any]:
        if settings not in (None, {}):
            raise FieldError("settings", settings, f"null or empty: {model} has none")
        return {"truncation": None if truncation is None else number("truncation", truncation, *LIMITS)}

    def details(self, drawn: Sequence[Drawn], labels: Tensor | None, settings: dict[str, Any]) -> dict[str, Any]:
        return {**settings, "latents": [one.latent.tolist() for one in drawn]}

    def shared(self, state: State) -> dict[str, Any]:
        return {"truncation": state["truncation"]}

    def arguments(self, state: State, labels: list[float]) -> dict[str, Any]:
        return self.shared(state)

    def code(self, state: State) -> str:
        labels = ", labels[None]" if self.takes_labels else ""
        return f"model.generate(latent.draw(seed, 1, model.latent_size, truncation={state['truncation']}){labels})"

    def lesson(self, studio: Studio, state: State) -> str:
        return (
            f"{state['count']} {_pictures(state)}, none chosen by hand. Look for *what they have in common* and *what goes wrong*: that is "
            "what the model knows."
        )

    def link(self, state: State, seed: int, label: str, codes: list[list[int]] | None) -> list[str] | None:
        spec = {"seed": seed} if state["truncation"] is None else {"seed": seed, "truncation": state["truncation"]}
        return ["open in Latent space", pack("latent", {"model": state["model"], "a": spec})]


class ConditionalLatent(Latent):
    """Models that draw from a latent and labels."""

    listed = "conditional"
    required = takes_labels = True
    opinions = ("readings", "found", "realness")

    def labels(self, studio: Studio, model: str, value: Any) -> Tensor | None:
        return conditions.check_labels(studio, model, value)

    def details(self, drawn: Sequence[Drawn], labels: Tensor | None, settings: dict[str, Any]) -> dict[str, Any]:
        return {**super().details(drawn, labels, settings), "labels": labels.tolist()}

    def arguments(self, state: State, labels: list[float]) -> dict[str, Any]:
        return {**self.shared(state), "labels": labels if state["other"] else state["label"].split(conditions.AND)}

    def lesson(self, studio: Studio, state: State) -> str:
        return (
            f"*{state['count']}* {_pictures(state)} of *{state['label']}*: the same order, another latent each. Look at *what stays* and "
            "at what the latent is left to decide; click one to see whether *the judge* finds in it what was asked for."
        )

    def link(self, state: State, seed: int, label: str, codes: list[list[int]] | None) -> None:
        return None


class _Untruncated(Kind):
    """What models without a latent share."""

    takes_labels = True
    opinions = ("readings",)
    together = True  # whether the weights of the classes add up to at most 1

    def labels(self, studio: Studio, model: str, value: Any) -> Tensor | None:
        weights = class_weights(value, len(studio.classes(model)), self.together)
        return torch.tensor(weights, dtype=torch.float64)  # so that `details` tells the numbers that came

    def checked(self, studio: Studio, model: str, seed: int, count: int, truncation: Any, settings: Any) -> dict[str, Any]:
        if truncation is not None:
            raise FieldError("truncation", truncation, f"null: {model} has no latent to truncate")
        if seed + count - 1 > SEEDS:
            raise FieldError("seed", seed, f"at most {SEEDS + 1 - count} for {count} pictures")
        return {}

    def details(self, drawn: Sequence[Drawn], labels: Tensor | None, settings: dict[str, Any]) -> dict[str, Any]:
        return {"labels": labels.tolist(), "settings": settings}


class Prior(_Untruncated):
    """Models whose prior writes maps of codes."""

    listed = "coders"
    luck = "luck"
    modules = ("codes", "images")
    heats = True
    together = False

    def settings(self, state: State) -> dict[str, Any]:
        return {"temperature": state["temperature"]}

    def checked(self, studio: Studio, model: str, seed: int, count: int, truncation: Any, settings: Any) -> dict[str, Any]:
        super().checked(studio, model, seed, count, truncation, settings)
        return endpoint_settings(studio, model, settings, PRIOR)

    def details(self, drawn: Sequence[Drawn], labels: Tensor | None, settings: dict[str, Any]) -> dict[str, Any]:
        return {**super().details(drawn, labels, settings), "codes": [one.codes.tolist() for one in drawn]}

    def shared(self, state: State) -> dict[str, Any]:
        return {"settings": self.settings(state)}

    def code(self, state: State) -> str:
        return f"model.decode(codes.write(model, labels[None], seed=seed, temperature={state['temperature']}))"

    def lesson(self, studio: Studio, state: State) -> str:
        maps = "map" if state["count"] == 1 else "maps"
        label = f" of the class *{state['label']}*" if state["label"] != ANY else ""
        return (
            f"The prior wrote *{state['count']}* {maps} of codes{label} from nothing, and the decoder drew them. Click a picture to see "
            "what it came from: *would you have known* that nobody drew it?"
        )

    def link(self, state: State, seed: int, label: str, codes: list[list[int]] | None) -> list[str] | None:
        return ["change its codes", pack("codes", {"model": state["model"], "codes": codes})]


class Diffusion(_Untruncated):
    """Models that take pictures out of noise."""

    listed = "denoisers"
    luck = "noise"
    modules = ("diffusion", "images")

    def settings(self, state: State) -> dict[str, Any]:
        return DEFAULT

    def checked(self, studio: Studio, model: str, seed: int, count: int, truncation: Any, settings: Any) -> dict[str, Any]:
        super().checked(studio, model, seed, count, truncation, settings)
        return endpoint_settings(studio, model, settings, REVERSE)

    def shared(self, state: State) -> dict[str, Any]:
        return {"settings": DEFAULT}

    def code(self, state: State) -> str:
        return f"diffusion.sample(model, labels[None], seed=seed, **{DEFAULT})"

    def lesson(self, studio: Studio, state: State) -> str:
        label = ", told no class" if studio.classes(state["model"]) else ""
        label = f", all told *{state['label']}*" if state["label"] != ANY else label
        return (
            f"*{state['count']}* {_pictures(state)} out of nothing but noise{label}. Click one and *watch it come out of noise*, step by "
            "step."
        )

    def link(self, state: State, seed: int, label: str, codes: list[list[int]] | None) -> list[str] | None:
        return ["watch it come out of noise", pack("diffusion", {"model": state["model"], "seed": seed, "label": label})]


KINDS = (Prior(), Diffusion(), ConditionalLatent(), Latent())


def kind_of(studio: Studio, model: str) -> Kind:
    """The kind of a model that draws without a sentence."""
    return next(kind for kind in KINDS if model in getattr(studio.catalogue, kind.listed))
