"""Which checkpoint can do what: the lists of models that tabs and endpoints offer.

A list is computed once, and again only after the zoo has refused one more checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from explorer.card import Facts
from explorer.models import Denoises, Generates, Illustrates, Judges, Quantises, Understands
from explorer.zoo import Checkpoint, Zoo

from .checks import choice

OPENS_WITH = {  # the model that a tab opens with, by the tab's slug; where it is not here, the first of the tab's list
    "birds": "stackgan-birds",
    "sample": "cgan-iclevr",
    "latent": "dcgan-carrot-cake",
    "codes": "vqvae-mnist-mse",
    "diffusion": "ddpm-mnist",
}


def opens_with(slug: str, names: Sequence[str]) -> str:
    """The model that a tab opens with, among those that it can show.

    Args:
        slug: of the tab.
        names: of the models, at least one.
    """
    return OPENS_WITH[slug] if OPENS_WITH.get(slug) in names else names[0]


def _listed(method: Callable[[Catalogue], list[str]]) -> property:
    """A property that keeps the list that `method` returns until the zoo's checkpoints change."""

    def names(self: Catalogue) -> list[str]:
        if self._counted != len(self.zoo.checkpoints):
            self._lists, self._counted = {}, len(self.zoo.checkpoints)
        if method.__name__ not in self._lists:
            self._lists[method.__name__] = method(self)
        return self._lists[method.__name__]

    return property(names, doc=method.__doc__)


class Catalogue:
    """The names of checkpoints by what they can do, and what their cards say."""

    def __init__(self, zoo: Zoo):
        self.zoo = zoo
        self._lists: dict[str, list[str]] = {}
        self._counted = 0

    @_listed
    def generators(self) -> list[str]:
        """Models that draw from a latent, those with the largest pictures first."""
        return sorted(self.zoo.names(Generates), key=lambda name: (-self._side(name), name))

    @_listed
    def unconditional(self) -> list[str]:
        """Models that draw from a latent and nothing else, those whose card names seeds to open with first."""
        names = [name for name in self.generators if "classes" not in self.zoo.checkpoints[name].config]
        return sorted(names, key=lambda name: not self.facts(name).names_seeds)

    @_listed
    def conditional(self) -> list[str]:
        """Models that draw from a latent and labels, those with the largest pictures first."""
        return [name for name in self.generators if "classes" in self.zoo.checkpoints[name].config]

    @_listed
    def coders(self) -> list[str]:
        """Models that turn pictures into codes, those with the smallest pictures first: their maps are easiest to read."""
        return self._smallest_first(Quantises)

    @_listed
    def denoisers(self) -> list[str]:
        """Diffusion models, those with the smallest pictures first: they answer at once."""
        return self._smallest_first(Denoises)

    @_listed
    def judges(self) -> list[str]:
        """Models that read pictures."""
        return self.zoo.names(Judges)

    @_listed
    def illustrators(self) -> list[str]:
        """Models that draw sentences and whose text encoder is here."""
        return [name for name in self.zoo.names(Illustrates) if self._encoders(name)]

    @_listed
    def unprompted(self) -> list[str]:
        """Models that draw without a sentence."""
        return [*self.unconditional, *self.conditional, *self.coders, *self.denoisers]

    @_listed
    def shown(self) -> list[str]:
        """Models that a tab shows."""
        return [*self.unprompted, *self.illustrators]

    @property
    def default(self) -> str | None:
        """The model that Latent space opens with; None if there is none."""
        return next(iter(self.unconditional), None)

    def encoder(self, name: Any) -> str:
        """The name of the text encoder whose vectors a model draws.

        Raises:
            FieldError: if `name` is none of `illustrators`.
        """
        return self._encoders(choice("model", name, self.illustrators))[0]

    def checkpoint(self, name: Any) -> Checkpoint:
        """A checkpoint that a tab shows.

        Raises:
            FieldError: if `name` is none of `shown`.
        """
        return self.zoo.checkpoints[choice("model", name, self.shown)]

    def facts(self, name: str) -> Facts:
        """What a model's card says to the page."""
        return self.zoo.checkpoints[name].facts

    def revision(self, name: str) -> str:
        """The SHA-256 of a model's weights."""
        return self.zoo.checkpoints[name].revision

    def _side(self, name: str) -> int:
        checkpoint = self.zoo.checkpoints[name]
        return int(checkpoint.config.get("image_size") or getattr(checkpoint.model_class, "image_size", 0))

    def _smallest_first(self, capability: type) -> list[str]:
        return sorted(self.zoo.names(capability), key=lambda name: (self.zoo.checkpoints[name].config.get("image_size", 0), name))

    def _encoders(self, name: str) -> list[str]:
        size = self.zoo.checkpoints[name].config.get("text_size")
        return [encoder for encoder in self.zoo.names(Understands) if self.zoo.checkpoints[encoder].config.get("text_size") == size]
