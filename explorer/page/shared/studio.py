"""Models at work for the page and its API: a seed or a latent in, a picture and what made it out.

Every picture is drawn alone, in a batch of one, so that its bytes depend on its latent and nothing else: the ends of an interpolation
are the endpoints' own pictures, and a seed looks the same in a grid, in a strip and on the stage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from explorer import cores, extended, illustration, inversion, latent, neighbours
from explorer.illustration import Illustration
from explorer.models import Estimates, Factorises, Model, Opens
from explorer.zoo import CheckpointError, Zoo

from .catalogue import Catalogue
from .checks import FieldError, number, numbers, whole

SEEDS = 2**32 - 1  # the largest seed that page and API take
TRUNCATION = (0.1, 4.0)


class Studio:
    """What tabs share: the zoo, and drawing from it."""

    def __init__(self, zoo: Zoo):
        self.zoo = zoo
        self.catalogue = Catalogue(zoo)
        self._known: dict[str, neighbours.Neighbours | None] = {}

    def prepare(self, name: str) -> None:
        """Load what draws a model's pictures: the model and, where it draws sentences, its text encoder.

        Raises:
            CheckpointError: if one of them cannot be used.
        """
        self.zoo.load(name)
        if name in self.catalogue.illustrators:
            self.zoo.load(self.catalogue.encoder(name))

    def model(self, name: Any) -> Model:
        """A model that draws from a latent."""
        return self.zoo.load(self.catalogue.choose(name, self.catalogue.generators))

    def inverse(self, name: Any) -> Estimates | None:
        """The encoder that guesses a model's latents from pictures, if there is one for these weights."""
        return inversion.encoder_of(self.zoo, self.catalogue.choose(name, self.catalogue.generators))

    def coder(self, name: Any) -> Model:
        """A model that turns pictures into codes."""
        return self.zoo.load(self.catalogue.choose(name, self.catalogue.coders))

    def denoiser(self, name: Any) -> Model:
        """A diffusion model."""
        return self.zoo.load(self.catalogue.choose(name, self.catalogue.denoisers))

    def judge(self, name: Any) -> Model:
        """A model that reads pictures."""
        return self.zoo.load(self.catalogue.choose(name, self.catalogue.judges))

    def opinion(self, name: str) -> Model | None:
        """The judge of this name; None if there is none, or it cannot be used."""
        try:
            return self.judge(name) if name in self.catalogue.judges else None
        except CheckpointError:  # the zoo has told it
            return None

    def classes(self, name: str) -> list[str]:
        """The names of the classes that a model can be told; [] where it takes none."""
        return list(getattr(self.zoo.load(name), "classes", []))

    def blurb(self, name: str) -> str:
        """What a model is, and what it is bad at, in the card's words."""
        return self.catalogue.facts(name).blurb or f"pictures of {self.side(name)} pixels"

    def side(self, name: str) -> int:
        """Pixels of a side of what a model draws."""
        network = self.zoo.load(name)
        return network.sizes[-1] if name in self.catalogue.illustrators else network.image_size

    def requires_label(self, name: str) -> bool:
        """Whether a model cannot draw without a class, as conditional GANs cannot."""
        return name in self.catalogue.conditional

    def most(self, name: str) -> int:
        """How many of its classes a model can be told at once."""
        return int(getattr(self.zoo.load(name), "most", 1))

    def known(self, name: str) -> neighbours.Neighbours | None:
        """A model's training pictures as a judge sees them; None where nobody wrote that down."""
        if name not in self._known:
            found = neighbours.of(self.zoo, name)
            # Of another network than this judge, they would have another number of features.
            fits = found and (judge := self.opinion(found.judge)) and found.fits(judge)
            if found and not fits and found.judge in self.zoo.checkpoints:
                self.zoo.checkpoints[found.judge].leave_out(f"{neighbours.FOLDER}/{found.data}.safetensors is of another network; left out")
            self._known[name] = found if fits else None
        return self._known[name]

    def latent(self, name: str, spec: Mapping[str, Any]) -> Tensor:
        """The latent (size,) that a spec stands for: {"latent": [...]} or {"seed": 7, "truncation": 2.0 or None}."""
        size = self.model(name).latent_size
        if spec.get("latent") is not None:
            return torch.tensor(numbers("latent", spec["latent"], size))
        truncation = spec.get("truncation")
        truncation = None if truncation is None else number("truncation", truncation, *TRUNCATION)
        return latent.draw(whole("seed", spec.get("seed"), 0, SEEDS), 1, size, truncation)[0]

    def beyond(self, name: str, spec: Mapping[str, Any], field: str = "beyond") -> Tensor | None:
        """What a spec adds behind the first layers, (size,), its share of it; None where it adds nothing."""
        text = spec.get("beyond")
        if text is None:
            return None
        share = number("share", spec.get("share", 1.0), 0, 1)
        size = self.extended_size(name)
        if size is None:
            raise FieldError(field, "something", f"nothing: {name} cannot be entered behind its first layers")
        try:
            found = extended.unpacked(text)
        except ValueError:
            raise FieldError(field, "other text", "what /fit or the page gave (base64)") from None
        if len(found) != size or not found.isfinite().all():
            raise FieldError(field, f"{len(found)} numbers", f"{size} finite numbers of {name}")
        return share * found

    def extended_size(self, name: str) -> int | None:
        """How many numbers can be added behind a model's first layers; None where it cannot be entered there."""
        model = self.model(name)
        return extended.extension(model).size if isinstance(model, Opens) else None

    @torch.inference_mode()
    def draw(self, name: str, latents: Tensor, labels: Tensor | None = None, beyond: Sequence[Tensor | None] | None = None) -> Tensor:
        """Pictures (count, 3, side, side) of latents (count, size), each drawn alone; all are told the same labels (conditions,), or each
        its own (count, conditions), and each may add something behind the first layers."""
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
        """The coordinate that changes the model's first layer most; 0 where that cannot be read off."""
        model = self.model(name)
        return int(model.latent_weight().norm(dim=0).argmax()) if isinstance(model, Factorises) else 0

    def norm(self, z: Tensor) -> str:
        """The latent's length, beside the range that 99 of 100 drawn ones fall into."""
        low, high = latent.typical_norms(z.numel())
        return f"{z.norm():.1f} (typical {low:.1f} to {high:.1f})"
