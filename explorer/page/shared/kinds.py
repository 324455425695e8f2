"""What differs between kinds of models on the page: their settings, checked, the code to copy, the words of the lesson, and the tab that
takes their pictures apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from explorer.codes import TEMPERATURES
from explorer.diffusion import DEFAULT, GUIDANCE, SAMPLERS
from explorer.drawing import Drawn

from . import conditions
from .checks import FieldError, choice, number, numbers, whole
from .checks import settings as settings_of
from .conditions import ANY
from .fields import Number, State
from .links import pack
from .studio import SEEDS, Studio
from .studio import TRUNCATION as LIMITS

STEPS = 1000  # of a reverse run, at most
REVERSE = ("sampler", "steps", "guidance")  # what an endpoint's `settings` may hold for a diffusion model


@dataclass(frozen=True, kw_only=True)
class Truncation(Number):
    """The truncation of a latent; None if it is off, at the slider's end, or if the model has no latent."""

    def shown(self, value: float | None) -> float:
        return self.high if value is None else value

    def check(self, name: str, value: Any, studio: Studio, state: State) -> float | None:
        if value is None or state["model"] not in studio.catalogue.generators:
            return None
        limit = number(name, value, self.low, self.high)
        return None if limit == self.high else limit


TRUNCATION = Truncation(label="Truncation", low=LIMITS[0], high=LIMITS[1], step=0.1, info=f"less is more typical; {LIMITS[1]:g} is off")


def prior_settings(studio: Studio, model: str, label: Any, seed: Any, temperature: Any, top: Any) -> dict[str, Any]:
    """The settings of a prior, each checked; an empty or null `top` stands for all codes."""
    network = studio.coder(model)
    return {
        "label": choice("class", label, [ANY, *network.classes]),
        "seed": whole("seed", seed, 0, SEEDS),
        "temperature": number("temperature", temperature, *TEMPERATURES),
        "top": None if top in (None, 0) else whole("top", top, 1, network.codebook_size),
    }


def reverse_settings(studio: Studio, model: str, label: Any, seed: Any, sampler: Any, steps: Any, guidance: Any) -> dict[str, Any]:
    """The settings of a reverse run, each checked."""
    return {
        "label": choice("class", label, [ANY, *studio.classes(model)]),
        "seed": whole("seed", seed, 0, SEEDS),
        "sampler": choice("sampler", sampler, list(SAMPLERS)),
        "steps": whole("steps", steps, 1, min(STEPS, studio.denoiser(model).timesteps)),
        "guidance": number("guidance", guidance, *GUIDANCE),
    }


def endpoint_settings(studio: Studio, model: str, seed: int, value: Any) -> dict[str, Any]:
    """An endpoint's `settings` of a reverse run, each checked; those that are missing are the page's defaults."""
    given = DEFAULT | settings_of(value, REVERSE)
    checked = reverse_settings(studio, model, ANY, seed, *(given[key] for key in REVERSE))
    return {key: checked[key] for key in REVERSE}


def class_weights(labels: Any, classes: int, together: bool = True) -> list[float]:
    """The weights of the classes, one number from 0 to 1 for each; None stands for no class.

    Args:
        labels: from a caller.
        classes: how many classes the model has; 0 for a model without classes.
        together: whether the weights may add up to at most 1.

    Raises:
        FieldError: for another number of weights, or weights outside these bounds.
    """
    weights = [0.0] * classes if labels is None else numbers("labels", labels, classes, 1.0)
    if min(weights, default=0.0) < 0 or (together and sum(weights) > 1 + 1e-6):
        raise FieldError(
            "labels", labels if together else min(weights), "numbers from 0 to 1" + (" that add up to at most 1" if together else "")
        )
    return weights


class Kind:
    """What the page has to know of a kind of models that draw without a sentence; a model belongs to the first of `KINDS` that lists it.

    A state is the Sample tab's.

    Attributes:
        listed: the catalogue's list of such models.
        luck: what a seed decides, in a word.
        modules: of `explorer` that the code to copy imports.
        truncates, heats, walks: whether a picture has a truncation, a temperature, and a way to the next one.
        required: whether the model has to be told a class.
        told: whether the code to copy passes labels.
        opinions: what `/sample` has others say of the pictures: "readings", "found", "realness".
    """

    listed = ""
    luck = "latent"
    modules = ("images", "latent")
    truncates = heats = walks = required = told = False
    opinions: tuple[str, ...] = ()

    def settings(self, state: State) -> dict[str, Any]:
        """A state's settings for `explorer.drawing`."""
        raise NotImplementedError

    def labels(self, studio: Studio, model: str, value: Any) -> Tensor | None:
        """The `labels` of `/sample`, checked, (classes,); None for a model that takes none."""
        raise NotImplementedError

    def checked(self, studio: Studio, model: str, seed: int, count: int, truncation: Any, settings: Any) -> dict[str, Any]:
        """The `truncation` and `settings` of `/sample`, checked, as settings for `explorer.drawing`."""
        raise NotImplementedError

    def details(self, drawn: Sequence[Drawn], labels: Tensor | None, settings: dict[str, Any]) -> dict[str, Any]:
        """What `/sample` tells of what the pictures were drawn from."""
        raise NotImplementedError

    def shared(self, state: State) -> dict[str, Any]:
        """The arguments of `/sample` that hold for every picture of a state, beside its labels."""
        raise NotImplementedError

    def arguments(self, state: State, labels: list[float]) -> dict[str, Any]:
        """The arguments of `/sample` that a state stands for, beside model, seed and count.

        Args:
            labels: what its pictures are told.
        """
        return {"labels": labels, **self.shared(state)}

    def code(self, state: State) -> str:
        """The expression that draws a picture from `model`, `seed` and, if the kind is told any, `labels`."""
        raise NotImplementedError

    def lesson(self, studio: Studio, state: State) -> str:
        """What to look at in pictures of other seeds, with Markdown's stars."""
        raise NotImplementedError


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
        labels = ", labels[None]" if self.told else ""
        return f"model.generate(latent.draw(seed, 1, model.latent_size, truncation={state['truncation']}){labels})"

    def lesson(self, studio: Studio, state: State) -> str:
        return (
            f"{state['count']} {_pictures(state)}, none chosen by hand. Look for *what they have in common* and *what goes wrong*: that is "
            "what the model knows."
        )


class ConditionalLatent(Latent):
    """Models that draw from a latent and labels."""

    listed = "conditional"
    required = told = True
    opinions = ("readings", "found", "realness")

    def labels(self, studio: Studio, model: str, value: Any) -> Tensor | None:
        return conditions.labels(studio, model, value)

    def details(self, drawn: Sequence[Drawn], labels: Tensor | None, settings: dict[str, Any]) -> dict[str, Any]:
        return {**super().details(drawn, labels, settings), "labels": labels.tolist()}

    def arguments(self, state: State, labels: list[float]) -> dict[str, Any]:
        return {**self.shared(state), "labels": labels if state["other"] else state["label"].split(conditions.AND)}

    def lesson(self, studio: Studio, state: State) -> str:
        return (
            f"*{state['count']}* {_pictures(state)} of *{state['label']}*: the same order, another latent each. Look at *what stays* and "
            "at what the latent is left to decide; click one to see whether *the judge* finds in it what was asked for."
        )


class _Untruncated(Kind):
    """What models without a latent share."""

    told = True
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
        given = settings_of(settings, ("temperature", "top"))
        found = prior_settings(studio, model, ANY, seed, given.get("temperature", 1.0), given.get("top"))
        return {key: found[key] for key in ("temperature", "top")}

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


class Diffusion(_Untruncated):
    """Models that take pictures out of noise."""

    listed = "denoisers"
    luck = "noise"
    modules = ("diffusion", "images")

    def settings(self, state: State) -> dict[str, Any]:
        return DEFAULT

    def checked(self, studio: Studio, model: str, seed: int, count: int, truncation: Any, settings: Any) -> dict[str, Any]:
        super().checked(studio, model, seed, count, truncation, settings)
        return endpoint_settings(studio, model, seed, settings)

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


KINDS = (Prior(), Diffusion(), ConditionalLatent(), Latent())


def kind_of(studio: Studio, model: str) -> Kind:
    """The kind of a model that draws without a sentence."""
    return next(kind for kind in KINDS if model in getattr(studio.catalogue, kind.listed))


def onward(
    studio: Studio, model: str, seed: int, label: str = ANY, truncation: float | None = None, codes: list[list[int]] | None = None
) -> list[str] | None:
    """The words and the query of a link to the tab that takes a drawn picture apart; None if no tab does.

    Args:
        seed: that the picture was drawn from.
        label: the class that the model was given.
        truncation: of the latent.
        codes: the picture's map, of a model that writes codes.
    """
    if codes is not None:
        return ["change its codes", pack("codes", {"model": model, "codes": codes})]
    if model in studio.catalogue.denoisers:
        return ["watch it come out of noise", pack("diffusion", {"model": model, "seed": seed, "label": label})]
    if model in studio.catalogue.unconditional:
        spec = {"seed": seed} if truncation is None else {"seed": seed, "truncation": truncation}
        return ["open in Latent space", pack("latent", {"model": model, "a": spec})]
    return None
