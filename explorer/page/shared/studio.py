"""Loads models and generates pictures from seeds and latents, for the page and its API.

Every picture is generated in a batch of one, so that its bytes depend on its latent only. The first and the last picture of an
interpolation are therefore the same as the pictures of the two latents, and a seed has the same picture in a grid, in a strip and on the
stage.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from explorer import cores, extended, illustration, inversion, latent, neighbours
from explorer.illustration import Illustration
from explorer.lab import all_runs
from explorer.models import Estimates, Factorises, Model, Opens
from explorer.zoo import CheckpointError, Zoo

from .catalogue import Catalogue
from .checks import FieldError, number, numbers, whole

LARGEST_SEED = 2**32 - 1  # the largest seed that the page and the API accept
TRUNCATION = (0.1, 4.0)
OWN_RUNS = "EXPLORER_RUNS"  # the environment variable that names a folder of runs, which the Training lab shows too


class Studio:
    """The models of a zoo, for all tabs: loads them by name and generates pictures with them.

    Attributes:
        zoo, catalogue: the models.
        runs: those of the Training lab, by name.
    """

    def __init__(self, zoo: Zoo):
        self.zoo = zoo
        self.catalogue = Catalogue(zoo)
        self.runs = all_runs(zoo.root, Path(own) if (own := os.environ.get(OWN_RUNS)) else None)
        self._neighbours: dict[str, neighbours.Neighbours | None] = {}

    def prepare(self, name: str) -> None:
        """Load all networks that generate a model's pictures: the model and, if it is a text-to-image model, its text encoder.

        Raises:
            CheckpointError: if one of them cannot be used.
        """
        self.zoo.load(name)
        if name in self.catalogue.illustrators:
            self.zoo.load(self.catalogue.encoder(name))

    def model(self, name: Any) -> Model:
        """Load a model that generates pictures from a latent."""
        return self.zoo.load(self.catalogue.choose(name, self.catalogue.generators))

    def inverse(self, name: Any) -> Estimates | None:
        """The encoder that estimates a model's latents from pictures; None if there is none for the model's weights."""
        return inversion.encoder_of(self.zoo, self.catalogue.choose(name, self.catalogue.generators))

    def coder(self, name: Any) -> Model:
        """Load a model that encodes pictures as codes."""
        return self.zoo.load(self.catalogue.choose(name, self.catalogue.coders))

    def denoiser(self, name: Any) -> Model:
        """Load a diffusion model."""
        return self.zoo.load(self.catalogue.choose(name, self.catalogue.denoisers))

    def judge(self, name: Any) -> Model:
        """Load a judge."""
        return self.zoo.load(self.catalogue.choose(name, self.catalogue.judges))

    def recogniser(self, name: Any) -> Model:
        """Load a model with a classifier of digits for each number of labels."""
        return self.zoo.load(self.catalogue.choose(name, self.catalogue.recognisers))

    def opinion(self, name: str) -> Model | None:
        """Load the judge with this name; None if there is none, or it cannot be used."""
        try:
            return self.judge(name) if name in self.catalogue.judges else None
        except CheckpointError:  # the zoo has logged the reason
            return None

    def classes(self, name: str) -> list[str]:
        """The names of a model's classes; [] for a model without classes."""
        return list(getattr(self.zoo.load(name), "classes", []))

    def blurb(self, name: str) -> str:
        """The description of a model and of its weaknesses, from its card."""
        return self.catalogue.facts(name).blurb or f"pictures of {self.side(name)} pixels"

    def side(self, name: str) -> int:
        """The side of a model's pictures in pixels."""
        network = self.zoo.load(name)
        return network.sizes[-1] if name in self.catalogue.illustrators else network.image_size

    def requires_label(self, name: str) -> bool:
        """Whether a model needs a class to generate a picture. Conditional GANs do; models that invert pictures do not."""
        return name in self.catalogue.conditional and name not in self.catalogue.explorable

    def most_classes(self, name: str) -> int:
        """The largest number of classes that a model takes for one picture."""
        return int(getattr(self.zoo.load(name), "most", 1))

    def known(self, name: str) -> neighbours.Neighbours | None:
        """A judge's features of a model's training pictures; None if none are stored, or they do not fit the installed judge."""
        if name not in self._neighbours:
            stored = neighbours.of(self.zoo, name)
            # Features of another version of the judge can have another size.
            fits = stored and (judge := self.opinion(stored.judge)) and stored.fits(judge)
            if stored and not fits and stored.judge in self.zoo.checkpoints:
                path = f"{neighbours.FOLDER}/{stored.data}.safetensors"
                self.zoo.checkpoints[stored.judge].leave_out(f"{path} is of another network; left out")
            self._neighbours[name] = stored if fits else None
        return self._neighbours[name]

    def latent(self, name: str, spec: Mapping[str, Any]) -> Tensor:
        """The latent (size,) of a spec: {"latent": [...]} or {"seed": 7, "truncation": 2.0 or None}."""
        size = self.model(name).latent_size
        if spec.get("latent") is not None:
            return torch.tensor(numbers("latent", spec["latent"], size))
        truncation = spec.get("truncation")
        truncation = None if truncation is None else number("truncation", truncation, *TRUNCATION)
        return latent.draw(whole("seed", spec.get("seed"), 0, LARGEST_SEED), 1, size, truncation)[0]

    def beyond(self, name: str, spec: Mapping[str, Any], field: str = "beyond") -> Tensor | None:
        """The values (size,) that a spec adds after the first layers, multiplied by its share; None if it adds none."""
        text = spec.get("beyond")
        if text is None:
            return None
        share = number("share", spec.get("share", 1.0), 0, 1)
        size = self.extended_size(name)
        if size is None:
            raise FieldError(field, "something", f"nothing: {name} does not support values that are added behind its first layers")
        try:
            found = extended.unpacked(text)
        except ValueError:
            raise FieldError(field, "other text", "the base64 text from /fit or the page") from None
        if len(found) != size or not found.isfinite().all():
            raise FieldError(field, f"{len(found)} numbers", f"{size} finite numbers for {name}")
        return share * found

    def extended_size(self, name: str) -> int | None:
        """How many values can be added behind a model's first layers; None if the model does not support this."""
        model = self.model(name)
        return extended.extension(model).size if isinstance(model, Opens) else None

    @torch.inference_mode()
    def draw(self, name: str, latents: Tensor, labels: Tensor | None = None, beyond: Sequence[Tensor | None] | None = None) -> Tensor:
        """Generate pictures (count, 3, side, side) from latents (count, size), each in a batch of one.

        Args:
            name: the name of the model.
            latents: one for each picture.
            labels: (conditions,), the same for all pictures, or (count, conditions), one row for each picture.
            beyond: for each picture, the values that are added after the first layers, or None.
        """
        model = self.model(name)
        rows = [None] * len(latents) if labels is None else labels.expand(len(latents), -1)[:, None]

        def one(item: tuple[Tensor, Tensor | None, Tensor | None]) -> Tensor:
            z, label, addition = item
            return model.generate(z[None], label) if addition is None else extended.generate(model, z[None], addition[None])

        items = list(zip(latents, rows, beyond or [None] * len(latents), strict=True))
        return torch.cat(cores.each(one, items) if len(items) > 1 else [one(items[0])])

    def illustrate(self, model: str, sentence: str, **settings: Any) -> list[Illustration]:
        """`explorer.illustration.illustrate` with the text encoder of a model."""
        encoder = self.catalogue.encoder(model)
        return list(illustration.illustrate(self.zoo.load(model), self.zoo.load(encoder), sentence, **settings))

    def directions(self, name: str, count: int) -> latent.Directions:
        """The principal directions of the model's first layer."""
        model = self.model(name)
        if not isinstance(model, Factorises):
            raise FieldError("model", name, "one whose first layer is a matrix")
        return latent.directions(model.latent_weight(), count)

    def strongest(self, name: str) -> int:
        """The index of the coordinate of the latent with the largest weights in the model's first layer; 0 if that layer is no matrix."""
        model = self.model(name)
        return int(model.latent_weight().norm(dim=0).argmax()) if isinstance(model, Factorises) else 0

    def norm(self, z: Tensor) -> str:
        """The norm of a latent as text, with the range that contains 99 % of the norms of random latents."""
        low, high = latent.typical_norms(z.numel())
        return f"{z.norm():.1f} (typical {low:.1f} to {high:.1f})"
