"""Lists of the models that tabs and endpoints offer, by capability.

Each list is cached, and recomputed only if the zoo has removed a checkpoint because its weights could not be loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from explorer import tradeoff
from explorer.card import Facts
from explorer.models import LDM, Denoises, Generates, Illustrates, Inverts, Judges, Quantises, Recognises, Understands, Writes
from explorer.zoo import Checkpoint, CheckpointError, Zoo

from .checks import choice

OPENS_WITH = {  # the default model of each tab, by slug; if it is missing, the tab's first model is the default
    "birds": "stackgan-birds",
    "sample": "cgan-iclevr",
    "latent": "dcgan-carrot-cake",
    "codes": "vqvae-mnist-mse",
    "diffusion": "ddpm-mnist",
}


def opens_with(slug: str, names: Sequence[str]) -> str:
    """The default model of a tab.

    Args:
        slug: of the tab.
        names: the models that the tab can show, at least one.
    """
    return OPENS_WITH[slug] if OPENS_WITH.get(slug) in names else names[0]


def _listed(method: Callable[[Catalogue], list[str]]) -> property:
    """A decorator like `property`, which caches the list that `method` returns until the number of checkpoints changes."""

    def names(self: Catalogue) -> list[str]:
        if self._counted != len(self.zoo.checkpoints):
            self._lists, self._counted = {}, len(self.zoo.checkpoints)
        if method.__name__ not in self._lists:
            self._lists[method.__name__] = method(self)
        return self._lists[method.__name__]

    return property(names, doc=method.__doc__)


class Catalogue:
    """Lists the names of checkpoints by capability, and gives access to their cards."""

    def __init__(self, zoo: Zoo):
        self.zoo = zoo
        self._lists: dict[str, list[str]] = {}
        self._counted = 0
        self._tradeoffs: dict[str, tradeoff.Measured] = {}

    @_listed
    def generators(self) -> list[str]:
        """Models that generate a picture from a latent, largest pictures first."""
        return sorted(self.zoo.names(Generates), key=lambda name: (-self._side(name), name))

    @_listed
    def unconditional(self) -> list[str]:
        """Generators without labels; those whose card lists good seeds come first."""
        names = [name for name in self.generators if "classes" not in self.zoo.checkpoints[name].config]
        return sorted(names, key=lambda name: not self.facts(name).names_seeds)

    @_listed
    def explorable(self) -> list[str]:
        """Generators whose latent space can be explored without a class: those without labels, and those that invert pictures, which have
        learned pictures without a class too."""
        return [*self.unconditional, *(name for name in self.generators if self.zoo.checkpoints[name].can(Inverts))]

    @_listed
    def conditional(self) -> list[str]:
        """Generators that also take labels, largest pictures first."""
        return [name for name in self.generators if "classes" in self.zoo.checkpoints[name].config]

    @_listed
    def coders(self) -> list[str]:
        """Models that encode a picture as a map of codes, smallest pictures first, because their maps are the easiest to read."""
        return self._smallest_first(Quantises)

    @_listed
    def denoisers(self) -> list[str]:
        """Diffusion models without sentences, smallest pictures first, because small pictures are the fastest to generate."""
        return [name for name in self._smallest_first(Denoises) if not issubclass(self.zoo.checkpoints[name].model_class, LDM)]

    @_listed
    def recognisers(self) -> list[str]:
        """Models with a classifier of digits for each number of labels."""
        return self.zoo.names(Recognises)

    @_listed
    def measured(self) -> list[str]:
        """Models whose quality, diversity and speed were measured, in the order of their families."""
        names = self.zoo.names(Generates) + self.zoo.names(Denoises) + self.zoo.names(Writes)
        places = {
            name: tradeoff.FAMILIES.index(self.family(name)) for name in names if self._draws_digits(name) and self.tradeoff(name).points
        }
        return sorted(places, key=places.__getitem__)

    def family(self, name: str) -> tradeoff.Family:
        """The family of a model that draws pictures without a sentence."""
        return tradeoff.family_of(self.zoo.checkpoints[name].model_class)

    def tradeoff(self, name: str) -> tradeoff.Measured:
        """What was measured of a model's quality, diversity and speed. It is read once."""
        if name not in self._tradeoffs:
            checkpoint = self.zoo.checkpoints[name]
            self._tradeoffs[name] = tradeoff.read(checkpoint.folder, self.family(name), checkpoint.revision)
        return self._tradeoffs[name]

    def _draws_digits(self, name: str) -> bool:
        """Whether a model draws grey digits of 28 pixels, of ten classes."""
        config, kind = self.zoo.checkpoints[name].config, self.zoo.checkpoints[name].model_class
        facts = {key: config.get(key, getattr(kind, key, None)) for key in ("channels", "image_size")}
        return facts == {"channels": 1, "image_size": 28} and len(config.get("classes") or ()) == 10

    @_listed
    def judges(self) -> list[str]:
        """Classifiers that evaluate the pictures of other models."""
        return self.zoo.names(Judges)

    @_listed
    def illustrators(self) -> list[str]:
        """Text-to-image models for which the zoo has a text encoder (one with the same `text_size`)."""
        return [name for name in self.zoo.names(Illustrates) if self._encoders(name)]

    @_listed
    def unprompted(self) -> list[str]:
        """Models that generate pictures without a text prompt."""
        return [*self.unconditional, *self.conditional, *self.coders, *self.denoisers]

    @_listed
    def shown(self) -> list[str]:
        """All models that a tab shows: those that generate pictures, and those that read digits."""
        drawing = [*self.unprompted, *self.illustrators]
        return [*drawing, *(name for name in self.recognisers if name not in drawing)]

    @property
    def default(self) -> str | None:
        """The default model of the Latent space tab; None if the tab has no model."""
        return opens_with("latent", self.explorable) if self.explorable else None

    def choose(self, name: Any, names: Sequence[str], field: str = "model") -> str:
        """Validate the name of a model that a visitor or a program sends, and return it.

        Args:
            names: the valid names.
            field: the name of the field in the error message.

        Raises:
            CheckpointError: with the reason, if the model was removed from the zoo because it cannot be used.
            FieldError: if `name` is not in `names`.
        """
        if isinstance(name, str) and name not in names and name in self.zoo.refused:
            raise CheckpointError(self.zoo.refused[name])
        return choice(field, name, names)

    def encoder(self, name: Any) -> str:
        """The name of the text encoder for a text-to-image model.

        Raises:
            FieldError: if `name` is not in `illustrators`.
        """
        return self._encoders(self.choose(name, self.illustrators))[0]

    def checkpoint(self, name: Any) -> Checkpoint:
        """The checkpoint of a model that a tab shows.

        Raises:
            FieldError: if `name` is not in `shown`.
        """
        return self.zoo.checkpoints[self.choose(name, self.shown)]

    def facts(self, name: str) -> Facts:
        """The machine-readable part of a model's card."""
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
