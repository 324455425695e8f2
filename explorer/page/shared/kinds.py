"""One class for each kind of model that needs no sentence: its arguments of `/sample`, the code to copy, the lesson, and the link from a
picture to the tab that shows how it was generated."""

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
from .studio import LARGEST_SEED, Studio
from .studio import TRUNCATION as LIMITS


class Kind(ABC):
    """A kind of models that generate pictures without a sentence. A model belongs to the first of `KINDS` whose list contains it.

    All states are states of the Sample tab.

    Attributes:
        listed: the name of the catalogue's list of these models.
        luck: a word for what the seed decides, such as "latent" or "noise".
        modules: the modules of `explorer` that the code to copy imports.
        truncates, heats, walks: whether a picture has a truncation or a temperature, and whether one can interpolate between two pictures.
        required: whether the model needs a class.
        takes_labels: whether the code to copy passes labels.
        opinions: how `/sample` evaluates the pictures: "readings" and "found" are the judge's, "realness" is the discriminator's.
    """

    listed = ""
    luck = "latent"
    modules = ("images", "latent")
    truncates = heats = walks = required = takes_labels = False
    opinions: tuple[str, ...] = ()

    @abstractmethod
    def settings(self, state: State) -> dict[str, Any]:
        """The settings for `explorer.drawing` from a state."""

    @abstractmethod
    def labels(self, studio: Studio, model: str, value: Any) -> Tensor | None:
        """Validate the `labels` of `/sample` and return them as a vector (classes,); None for a model without labels."""

    @abstractmethod
    def checked(self, studio: Studio, model: str, seed: int, count: int, truncation: Any, settings: Any) -> dict[str, Any]:
        """Validate the `truncation` and `settings` of `/sample` and return them as settings for `explorer.drawing`."""

    @abstractmethod
    def details(self, drawn: Sequence[Drawn], labels: Tensor | None, settings: dict[str, Any]) -> dict[str, Any]:
        """The inputs of the pictures, for the details of `/sample`."""

    @abstractmethod
    def shared(self, state: State) -> dict[str, Any]:
        """The arguments of `/sample` that are the same for all pictures of a state, except the labels."""

    def arguments(self, state: State, labels: list[float]) -> dict[str, Any]:
        """The arguments of `/sample` for a state, except model, seed and count.

        Args:
            labels: the label vector of the pictures.
        """
        return {"labels": labels, **self.shared(state)}

    @abstractmethod
    def code(self, state: State) -> str:
        """A Python expression that generates a picture from the variables `model`, `seed` and, if `takes_labels`, `labels`."""

    @abstractmethod
    def lesson(self, studio: Studio, state: State) -> str:
        """The lesson for pictures from several seeds; words between * are emphasised."""

    def link(self, state: State, seed: int, label: str, codes: list[list[int]] | None) -> list[str] | None:
        """The text and the query of a link that opens a picture in the tab that shows how it was generated; None if there is no such tab.

        Args:
            seed: the seed of the picture.
            label: the label of the picture.
            codes: the picture's map of codes, as rows; None if the model has no codes.
        """
        return None


def _pictures(state: State) -> str:
    return "picture" if state["count"] == 1 else "pictures"


class Latent(Kind):
    """Models that generate pictures from a latent alone."""

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
            f"{state['count']} {_pictures(state)}, none chosen by hand. Look for *what they have in common* and *what goes wrong*: both "
            "show what the model has learned."
        )

    def link(self, state: State, seed: int, label: str, codes: list[list[int]] | None) -> list[str] | None:
        spec = {"seed": seed} if state["truncation"] is None else {"seed": seed, "truncation": state["truncation"]}
        return ["open in Latent space", pack("latent", {"model": state["model"], "a": spec})]


class ConditionalLatent(Latent):
    """Models that generate pictures from a latent and labels."""

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
            f"*{state['count']}* {_pictures(state)} of *{state['label']}*: the same label, a different latent for each. Look at *what "
            "stays the same* and at what the latent decides; click a picture to see whether *the judge* finds in it what the label says."
        )

    def link(self, state: State, seed: int, label: str, codes: list[list[int]] | None) -> None:
        return None


class _Untruncated(Kind):
    """The base class of the kinds of models without a latent."""

    takes_labels = True
    opinions = ("readings",)
    together = True  # whether the weights of the classes must add up to at most 1

    def labels(self, studio: Studio, model: str, value: Any) -> Tensor | None:
        weights = class_weights(value, len(studio.classes(model)), self.together)
        return torch.tensor(weights, dtype=torch.float64)  # so that `details` returns exactly the caller's numbers

    def checked(self, studio: Studio, model: str, seed: int, count: int, truncation: Any, settings: Any) -> dict[str, Any]:
        if truncation is not None:
            raise FieldError("truncation", truncation, f"null: {model} has no latent to truncate")
        if seed + count - 1 > LARGEST_SEED:
            raise FieldError("seed", seed, f"at most {LARGEST_SEED + 1 - count} for {count} pictures")
        return {}

    def details(self, drawn: Sequence[Drawn], labels: Tensor | None, settings: dict[str, Any]) -> dict[str, Any]:
        return {"labels": labels.tolist(), "settings": settings}


class Prior(_Untruncated):
    """VQ models, whose prior samples maps of codes."""

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
            f"The prior wrote *{state['count']}* {maps} of codes{label}, cell by cell and without a picture to start from; the decoder "
            "turned each map into a picture. *Would you have known* that no person drew it?"
        )

    def link(self, state: State, seed: int, label: str, codes: list[list[int]] | None) -> list[str] | None:
        return ["change its codes", pack("codes", {"model": state["model"], "codes": codes})]


class Diffusion(_Untruncated):
    """Diffusion models, which generate pictures by denoising."""

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
        label = ", without a class" if studio.classes(state["model"]) else ""
        label = f", all with the class *{state['label']}*" if state["label"] != ANY else label
        return (
            f"*{state['count']}* {_pictures(state)}, each made from pure noise{label}. Click one and *watch it come out of noise*, step by "
            "step."
        )

    def link(self, state: State, seed: int, label: str, codes: list[list[int]] | None) -> list[str] | None:
        return ["watch it come out of noise", pack("diffusion", {"model": state["model"], "seed": seed, "label": label})]


KINDS = (Prior(), Diffusion(), ConditionalLatent(), Latent())


def kind_of(studio: Studio, model: str) -> Kind:
    """The kind of a model that generates pictures without a sentence."""
    return next(kind for kind in KINDS if model in getattr(studio.catalogue, kind.listed))
