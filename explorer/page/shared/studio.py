"""Models at work for the page and its API: a seed or a latent in, a picture and what made it out.

Every picture is drawn alone, in a batch of one, so that its bytes depend on its latent and nothing else: the ends of an interpolation
are the endpoints' own pictures, and a seed looks the same in a grid, in a strip and on the stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from explorer import cores, extended, illustration, inversion, latent, neighbours
from explorer.models import Denoises, Estimates, Factorises, Generates, Illustrates, Judges, Model, Opens, Quantises, Understands
from explorer.zoo import Checkpoint, Zoo

from .checks import FieldError, choice, number, numbers, whole

SEEDS = 2**32 - 1  # the largest seed that page and API take
TRUNCATION = (0.1, 4.0)


def _page_words(checkpoint: Checkpoint) -> Mapping[str, Any]:
    found = checkpoint.card.get("explorer")
    return found if isinstance(found, Mapping) else {}


class Studio:
    """What tabs share: the zoo, and drawing from it."""

    def __init__(self, zoo: Zoo):
        self.zoo = zoo
        self._known: dict[str, neighbours.Neighbours | None] = {}

    @property
    def models(self) -> list[str]:
        """The names of all models that draw from a latent and nothing else, those first whose card names seeds to open with."""
        found = [name for name in self.generators if "classes" not in self.zoo.checkpoints[name].config]
        return sorted(found, key=lambda name: "good_seeds" not in _page_words(self.zoo.checkpoints[name]))

    @property
    def conditional(self) -> list[str]:
        """The names of all models that draw from a latent and what they are told, those with the largest pictures first."""
        return [name for name in self.generators if "classes" in self.zoo.checkpoints[name].config]

    @property
    def generators(self) -> list[str]:
        """The names of all models that draw from a latent, those with the largest pictures first."""
        return sorted(self.zoo.names(Generates), key=lambda name: (-self._side(name), name))

    def _side(self, name: str) -> int:
        found = self.zoo.checkpoints[name]
        return int(found.config.get("image_size") or getattr(found.model_class, "image_size", 0))

    @property
    def coders(self) -> list[str]:
        """The names of all models that turn pictures into codes, those with the smallest pictures first: their maps are easiest to read."""
        return self._smallest_first(Quantises)

    @property
    def denoisers(self) -> list[str]:
        """The names of all diffusion models, those with the smallest pictures first: they answer at once."""
        return self._smallest_first(Denoises)

    @property
    def judges(self) -> list[str]:
        """The names of all models that read pictures."""
        return self.zoo.names(Judges)

    def _smallest_first(self, capability: type) -> list[str]:
        return sorted(self.zoo.names(capability), key=lambda name: (self.zoo.checkpoints[name].config.get("image_size", 0), name))

    @property
    def illustrators(self) -> list[str]:
        """The names of all models that draw sentences, and whose text encoder is here."""
        return [name for name in self.zoo.names(Illustrates) if self._encoders(name)]

    def _encoders(self, name: str) -> list[str]:
        size = self.zoo.checkpoints[name].config.get("text_size")
        return [encoder for encoder in self.zoo.names(Understands) if self.zoo.checkpoints[encoder].config.get("text_size") == size]

    def encoder(self, name: Any) -> str:
        """The name of the text encoder whose vectors a model draws."""
        return self._encoders(choice("model", name, self.illustrators))[0]

    @property
    def unprompted(self) -> list[str]:
        """The names of all models that draw without a sentence."""
        return [*self.models, *self.conditional, *self.coders, *self.denoisers]

    @property
    def shown(self) -> list[str]:
        """The names of all models that a tab shows."""
        return [*self.unprompted, *self.illustrators]

    def checkpoint(self, name: Any) -> Checkpoint:
        return self.zoo.checkpoints[choice("model", name, self.shown)]

    def model(self, name: Any) -> Model:
        """A model that draws from a latent."""
        return self.zoo.load(choice("model", name, self.generators))

    def inverse(self, name: Any) -> Estimates | None:
        """The encoder that guesses a model's latents from pictures, if there is one for these weights."""
        return inversion.encoder_of(self.zoo, choice("model", name, self.generators))

    def coder(self, name: Any) -> Model:
        """A model that turns pictures into codes."""
        return self.zoo.load(choice("model", name, self.coders))

    def denoiser(self, name: Any) -> Model:
        """A diffusion model."""
        return self.zoo.load(choice("model", name, self.denoisers))

    def judge(self, name: Any) -> Model:
        """A model that reads pictures."""
        return self.zoo.load(choice("model", name, self.judges))

    def classes(self, name: str) -> list[str]:
        """The names of the classes that a model can be told; [] where it takes none."""
        return list(getattr(self.zoo.load(name), "classes", []))

    def blurb(self, name: str) -> str:
        """What a model is, and what it is bad at, in the card's words."""
        told = " ".join(str(self.card(name)[key]) for key in ("summary", "weakness") if self.card(name).get(key))
        return told or f"pictures of {self.side(name)} pixels"

    def side(self, name: str) -> int:
        """Pixels of a side of what a model draws."""
        network = self.zoo.load(name)
        return network.sizes[-1] if name in self.illustrators else network.image_size

    def most(self, name: str) -> int:
        """How many of its classes a model can be told at once."""
        return int(getattr(self.zoo.load(name), "most", 1))

    def known(self, name: str) -> neighbours.Neighbours | None:
        """A model's training pictures as a judge sees them; None where nobody wrote that down."""
        if name not in self._known:
            self._known[name] = neighbours.of(self.zoo, name)
        return self._known[name]

    def card(self, name: str) -> Mapping[str, Any]:
        """What the model card says to the page; {} where it says nothing."""
        return _page_words(self.checkpoint(name))

    def revision(self, name: str) -> str:
        """The SHA-256 of the weights."""
        return self.zoo.checkpoints[name].revision

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
        told = [None] * len(latents) if labels is None else labels.expand(len(latents), -1)[:, None]

        def one(item: tuple[Tensor, Tensor | None, Tensor | None]) -> Tensor:
            z, asked, more = item
            return model.generate(z[None], asked) if more is None else extended.generate(model, z[None], more[None])

        items = list(zip(latents, told, beyond or [None] * len(latents), strict=True))
        return torch.cat(cores.each(one, items) if len(items) > 1 else [one(items[0])])

    def illustrated(self, state: Mapping[str, Any], seed: int, share: float) -> Iterator[Tensor]:
        """One picture, stage after stage, (3, side, side), drawn at a share of the way from a state's sentence to its other one."""
        network, encoder = self.zoo.load(choice("model", state["model"], self.illustrators)), self.zoo.load(self.encoder(state["model"]))
        text = illustration.between(encoder, state["sentence"], state["other"] or state["sentence"], share)
        return illustration.stages(network, text, seed, state["augmentation"])

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

    def held_out(self, name: str, space: str = "latent") -> list[float]:
        """PSNR in dB of default fits of photos that the model never saw, sorted; [] if nobody measured."""
        found = self.card(name).get("held_out_psnr" if space == "latent" else f"held_out_psnr_{space}")
        return sorted(float(value) for value in found) if isinstance(found, list) and found else []

    def percentile(self, name: str, score: float, space: str = "latent") -> float | None:
        """The share, in percent, of those fits that a PSNR in dB beats; None if nobody measured."""
        found = self.held_out(name, space)
        return 100 * sum(value < score for value in found) / len(found) if found else None

    def good_seeds(self, name: str) -> list[int]:
        """Seeds to open with: the card's, else 0 to 7."""
        found = self.card(name).get("good_seeds")
        return [int(seed) for seed in found] if isinstance(found, list) and len(found) > 1 else list(range(8))

    @cached_property
    def default(self) -> str | None:
        return self.models[0] if self.models else None
