"""What differs between kinds of models: their settings, checked, and the tab that takes their pictures apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer.codes import TEMPERATURES
from explorer.diffusion import DEFAULT, GUIDANCE, SAMPLERS

from .checks import FieldError, choice, number, numbers, settings, whole
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
    given = DEFAULT | settings(value, REVERSE)
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
